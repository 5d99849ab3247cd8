"""Who acts: API keys, shown once and stored hashed, and the principal that a key stands for."""
