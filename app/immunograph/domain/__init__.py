"""What the graph says: its model, its vocabulary, and all that is asserted. Pure."""
