"""The rules of the lint, by what they look at; `lint.RULES` is their table."""
