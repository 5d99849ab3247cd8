"""Webhooks (Standard Webhooks): signed messages to each endpoint, filtered and in the order of the log."""
