"""The Meilisearch engine: its client, queries and documents, and the follower that keeps the index up to date."""
