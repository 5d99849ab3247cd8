"""Polite HTTP for sources: fetcher, robots.txt, per-host limits."""
