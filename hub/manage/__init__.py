"""Editors' work: every verb with its principal, version, four-eyes rule, idempotency and private trail."""
