"""The Postgres engine: full-text search when Meilisearch is not available."""
