"""Projection of dicts to answers: a selection is compiled once to a function, and run for each request.

The general executor completes a value field by field, with a path, a list of nodes and several calls for each. Nearly
every field of this schema is a member of a dict, so most of that work has the same outcome every time.
"""
