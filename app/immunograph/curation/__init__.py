"""Helps a curator: templates, passages, semantic lint, grounded names, and what a load changes."""
