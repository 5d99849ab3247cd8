"""The Meilisearch engine: client, queries, documents, projector, reindex."""
