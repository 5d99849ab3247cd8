"""Warnings as alerts of the Common Alerting Protocol (CAP 1.2) in a feed; experimental."""
