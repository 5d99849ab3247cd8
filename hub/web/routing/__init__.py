"""Routing of requests by a compiled table, whose cost does not grow with the number of routes."""
