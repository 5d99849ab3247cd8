"""Authentication: API keys, shown once and stored hashed, staff tokens, and the principal they belong to."""
