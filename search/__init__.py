"""Search engines behind the hub's port: Meilisearch, and Postgres when Meilisearch cannot answer."""
