"""Permanent addresses of documents and their parts: pages, JSON-LD, ELI-like addresses, oEmbed."""
