"""Editing: every action with its principal, version check, four-eyes rule, idempotency key and audit entry."""
