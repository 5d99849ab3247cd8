"""Campaigns: comments that say the same in nearly the same words are grouped, not hidden."""
