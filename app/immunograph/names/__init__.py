"""Names and identifiers as people write them, and in the one form that is compared. Pure."""
