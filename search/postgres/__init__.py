"""The Postgres engine: full-text search for when Meilisearch is not available."""
