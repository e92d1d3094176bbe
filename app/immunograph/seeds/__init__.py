"""Seed files in YAML → contributions, every fault with its place. Pure."""
