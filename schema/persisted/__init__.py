"""Persisted queries, identified by the SHA-256 of their text: sent by clients, or registered."""
