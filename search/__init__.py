"""Search engines for the hub's port: Meilisearch, and Postgres for when Meilisearch cannot answer."""

from search.factory import build_follower, build_search

__all__ = ["build_follower", "build_search"]
