"""Imports of files and sources. They change content only through the hub's commands."""
