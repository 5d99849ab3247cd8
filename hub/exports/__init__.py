"""Exports of all public content as files: a snapshot to start an offline copy, and every list as CSV."""
