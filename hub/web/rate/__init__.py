"""Rate limits by API key and by client address, shared by all API processes.

The remaining requests are counted in one table of the database. Each process takes small leases from it and spends
them in memory, so requests are as fast as without a limit (docs/decisions/011-rate-limits-in-postgres.md).
"""
