"""Persons and their API keys, managed by administrators: never with more rights than their own."""
