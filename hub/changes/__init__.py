"""Telling those who follow the hub: every way out of it works from the publication log (phân phối)."""
