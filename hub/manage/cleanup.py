"""Hourly job of the worker: delete the stored responses of expired idempotency keys, and old audit entries."""

from hub.db import Database
from hub.jobs.periodic import PeriodicJob
from hub.manage.audit_trail import delete_old_entries
from hub.manage.idempotency import delete_expired

AUDIT_KEEP_DAYS = 3_650


class IdempotencyCleanup(PeriodicJob):
    """Deletion of stored responses a day after their idempotency key was used, and of audit entries after years."""

    name = "keeper"
    interval = 3_600.0
    failure_event = "keeper_paused"

    def __init__(self, database: Database, audit_keep_days: int = AUDIT_KEEP_DAYS):
        self.database = database
        self.audit_keep_days = audit_keep_days

    async def run_once(self) -> None:
        """Delete expired responses and old audit entries in one transaction."""
        async with self.database.write() as session:
            await delete_expired(session)
            await delete_old_entries(session, self.audit_keep_days)
