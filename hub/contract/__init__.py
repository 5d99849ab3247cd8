"""The REST contract as generators of clients want it: one name for each shape, and nothing left to guess."""
