"""The hub in GraphQL: types derived from the views, the queries, loaders and limits."""
