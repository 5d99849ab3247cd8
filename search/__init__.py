"""Search engines for the hub's port: Meilisearch, Postgres for when it cannot answer, and the index for questions."""

from search.factory import build_follower, build_question_follower, build_search

__all__ = ["build_follower", "build_question_follower", "build_search"]
