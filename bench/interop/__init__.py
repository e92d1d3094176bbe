"""Whether the field's own tools read what we export, and find in it what we meant."""
