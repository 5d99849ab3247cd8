"""Queries known by the SHA-256 of their text: those that clients bring along, and those that were registered."""
