"""Limits of a query: its complexity, its cost, and its running time."""
