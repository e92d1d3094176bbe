"""What a release is made with: packages, tried as people install them, and what is in them."""
