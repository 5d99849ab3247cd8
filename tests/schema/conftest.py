"""The fixtures of the GraphQL tests; `tests/support/graphql_app.py` says what they are."""

from tests.support.graphql_app import engine, graphql, run

__all__ = ["engine", "graphql", "run"]
