"""Locks that several processes share: the registry of all advisory locks, and leases of named work."""
