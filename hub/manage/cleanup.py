"""Hourly job of the worker: delete the stored responses of expired idempotency keys."""

from hub.db import Database
from hub.jobs.periodic import PeriodicJob
from hub.manage.idempotency import delete_expired


class IdempotencyCleanup(PeriodicJob):
    """Deletion of stored responses a day after their idempotency key was used."""

    name = "keeper"
    interval = 3_600.0
    failure_event = "keeper_paused"

    def __init__(self, database: Database):
        self.database = database

    async def run_once(self) -> None:
        """Delete expired responses in one transaction."""
        async with self.database.write() as session:
            await delete_expired(session)
