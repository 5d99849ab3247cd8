"""Carrying comments to later drafts: where a passage is now, and how sure that is."""
