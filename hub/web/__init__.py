"""HTTP manners shared by every room: problems, caching, health, metrics, the pages of the playground and the docs."""
