"""Webhooks by Standard Webhooks: each endpoint gets what its filter lets through, in the order of the log, signed."""
