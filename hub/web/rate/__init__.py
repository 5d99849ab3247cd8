"""Rate limits by key and by address, one limit for all API processes.

How many requests are left is decided in one table of the database; processes take small leases from it and spend
them in memory, so that reading stays as fast as without a limit (docs/decisions/011-rate-limits-in-postgres.md).
"""
