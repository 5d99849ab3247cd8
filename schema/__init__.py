"""The GraphQL API: types derived from the hub's views, queries, mutations, subscriptions, and limits of queries."""
