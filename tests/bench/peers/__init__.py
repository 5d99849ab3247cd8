"""`make bench-peers`: the hub beside servers that give the same rows out of the same tables without a hub."""
