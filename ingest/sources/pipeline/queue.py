"""The queue of due sources for the worker; all processes together run a source at most once at a time."""

from collections.abc import Collection, Sequence

import structlog
from sqlalchemy import and_, exists, or_, select

from hub.db import Database
from hub.faults import describe_fault
from hub.files.store import FileStore
from hub.jobs.dispatcher import Dispatcher, DueJob, host_of
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from hub.times import now
from ingest.sources.http.fetcher import Fetcher
from ingest.sources.pipeline import runs
from ingest.sources.pipeline.items import WAITING
from ingest.sources.pipeline.runner import Runner
from ingest.sources.queries import read_run
from ingest.sources.rows import ITEM, RUN, SOURCE
from ingest.sources.schemas import LEASE_QUEUE, SourceState, SourceType

log = structlog.get_logger()

MAX_CONCURRENT = 4
"""Sources that one process runs at the same time."""
MAX_PER_HOST = 2
LOGGED_COUNTS = ("created", "updated", "joined", "quarantined", "vanished", "failed")
"""Counts of a run that are worth a line in the log."""


class SourceQueue:
    """A job queue of sources: their schedule is due, a run was left open, or an item waits."""

    name = LEASE_QUEUE
    channel = "hub_sources"

    def __init__(self, database: Database, runner: Runner):
        self.database = database
        self.runner = runner

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        """List active sources that are due, the longest due first."""
        is_open = exists().where(RUN.c.source == SOURCE.c.code, RUN.c.finished_at.is_(None))
        has_waiting = exists().where(ITEM.c.source == SOURCE.c.code, ITEM.c.state == WAITING, ITEM.c.next_at <= now())
        # An open run may have been postponed, because its site allows no request yet.
        is_ready = or_(SOURCE.c.next_at.is_(None), SOURCE.c.next_at <= now())
        query = (
            select(SOURCE.c.code, SOURCE.c.config["url"].astext.label("url"))
            .where(SOURCE.c.state == SourceState.active.value, SOURCE.c.code.notin_(list(busy)))
            .where(or_(SOURCE.c.rests_until.is_(None), SOURCE.c.rests_until <= now()))
            .where(or_(SOURCE.c.next_at <= now(), and_(is_open, is_ready), has_waiting))
            .order_by(SOURCE.c.next_at.nulls_last(), SOURCE.c.code)
            .limit(limit)
        )
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [DueJob(row.code, host_of(row.url or "") or row.code) for row in rows]

    async def serve(self, key: str) -> None:
        """Run one source and log the result."""
        query = select(SOURCE.c.next_at <= now(), SOURCE.c.type).where(SOURCE.c.code == key)
        async with self.database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return
        run = await self.runner.run(key, discover=bool(row[0]) and row.type != SourceType.push)
        await self._log_report(key, run)

    async def _log_report(self, key: str, run: int) -> None:
        """Log the result of a run. The run is over, so nothing that happens here is counted against its source."""
        try:
            async with self.database.read() as connection:
                report = await read_run(connection, run)
        except Exception as problem:
            log.warning("source_report_not_read", source=key, run=run, problem=describe_fault(problem))
            return
        if report.error is not None:
            log.warning("source_failed", source=key, run=run, problem=report.error)
        elif any(report.counts.get(name) for name in LOGGED_COUNTS):
            log.info("source_ran", source=key, run=run, **report.counts)

    async def record_failure(self, key: str, problem: str) -> None:
        """Count an exception from outside of a run against the source, which rests, longer each time."""
        async with self.database.write() as session:
            await runs.fail_unforeseen(session, key, problem)


def build_source_dispatcher(
    database: Database, outgoing: OutgoingClient, store: FileStore, settings: Settings
) -> Dispatcher:
    """Build the dispatcher of sources for the worker."""
    runner = Runner(database, Fetcher(database, outgoing, settings), store, settings)
    return Dispatcher(database, SourceQueue(database, runner), concurrent=MAX_CONCURRENT, per_host=MAX_PER_HOST)
