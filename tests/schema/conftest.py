"""The fixtures of the GraphQL tests; `tests/graphql_app.py` says what they are."""

from graphql_app import engine, graphql, run

__all__ = ["engine", "graphql", "run"]
