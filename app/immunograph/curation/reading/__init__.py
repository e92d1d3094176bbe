"""What words say, for the rules of the lint: signs in names, and claims in sentences."""
