"""Documents and editions, what publishes them, and the published views that the public reads."""
