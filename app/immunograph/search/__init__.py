"""Signed paths and effects over arrays, compiled. Pure."""
