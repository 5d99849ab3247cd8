"""The fixtures of the GraphQL tests, from `tests/support/graphql_app.py`."""

from tests.support.graphql_app import engine, graphql, run

__all__ = ["engine", "graphql", "run"]
