"""Fan-out of the log into messages for each endpoint: a follower with one cursor per endpoint, in the endpoint's row.

Messages and cursor are written in one transaction, so a killed worker leaves no gap and no duplicates. A paused or
disabled endpoint keeps its cursor and catches up from the log when it is resumed.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from hub.changes.filtering import filter_entries
from hub.changes.filters import ChangeFilter, FollowFilters, resolve_filter
from hub.changes.position import Position
from hub.changes.reader import LogSlice, read_log_head, read_slice
from hub.db import Database
from hub.errors import UnknownReference
from hub.log.follow import LogFollower
from hub.log.models import LogEntry
from hub.settings import Settings
from hub.times import now
from hub.webhooks.rows import ENDPOINT, MESSAGE, RECEIPT, EndpointRow

log = structlog.get_logger()

NAME = "webhooks"
CHANNEL = "hub_webhooks"
"""NOTIFY channel that wakes the senders."""
BATCH = 200
CLEANUP_SECONDS = 3_600.0


class WebhookFanOut(LogFollower):
    """Follower that queues messages for the active endpoints with the lowest cursor, and cleans up once an hour."""

    def __init__(self, database: Database, settings: Settings):
        super().__init__(database, NAME, self._no_work, batch=BATCH)
        self.retention = timedelta(days=settings.webhook_keep_days)
        self._reported = -1
        self._cleanup_at = 0.0

    async def _no_work(self, _: Sequence[LogEntry]) -> None:
        raise NotImplementedError  # `step` reads the cursors of endpoints instead

    async def step(self) -> int:
        """Advance the endpoints with the lowest cursor by one batch; returns the number of its entries."""
        if time.monotonic() >= self._cleanup_at:
            await self.clean_up()
            self._cleanup_at = time.monotonic() + CLEANUP_SECONDS
        query = select(func.min(ENDPOINT.c.position)).where(ENDPOINT.c.state == "active")
        async with self.database.read() as connection:
            _, head, _ = await read_log_head(connection)
            lowest_cursor: int | None = (await connection.execute(query)).scalar_one()
            found: LogSlice | None = None
            if lowest_cursor is not None and lowest_cursor < head:
                found = await read_slice(connection, Position(lowest_cursor), limit=self.batch)
        await self._report_position(head if lowest_cursor is None else min(lowest_cursor, head))
        if found is None or lowest_cursor is None:
            return 0
        await self._create_messages(lowest_cursor, found)
        return len(found.entries)

    async def _report_position(self, seq: int) -> None:
        """Store the lowest cursor as the position of the follower, for health and metrics."""
        if seq != self._reported:
            await self.position()
            await self.confirm(seq)
            self._reported = seq

    async def _create_messages(self, lowest_cursor: int, found: LogSlice) -> None:
        chosen = select(ENDPOINT).where(ENDPOINT.c.position == lowest_cursor, ENDPOINT.c.state == "active")
        async with self.database.write() as session:
            locked = await session.execute(chosen.order_by(ENDPOINT.c.id).with_for_update())
            endpoints = [EndpointRow(**row) for row in locked.mappings()]
            rows = []
            for endpoint in endpoints:
                wanted = await self._resolve_filter(endpoint)
                rows += [
                    {
                        "endpoint_id": endpoint.id,
                        "seq": change.entry.seq,
                        "document_id": change.entry.document_id,
                        "kind": change.entry.kind,
                        "lang": change.entry.lang,
                        "event": change.event,
                        "state": "waiting",
                        "attempts": 0,
                        "erased": False,
                    }
                    for change in filter_entries(found.entries, wanted)
                    if not endpoint.events or change.event in endpoint.events
                ]
            if rows:
                await session.execute(insert(MESSAGE).on_conflict_do_nothing(), rows)
            ids = [endpoint.id for endpoint in endpoints]
            await session.execute(update(ENDPOINT).where(ENDPOINT.c.id.in_(ids)).values(position=found.next.seq))
            await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})

    async def _resolve_filter(self, endpoint: EndpointRow) -> ChangeFilter:
        written = FollowFilters.model_validate(endpoint.filter)
        try:
            return await resolve_filter(self.database, written)
        except UnknownReference as problem:
            # A code that was removed from the registry must not stop the messages of all endpoints.
            log.warning("webhook_filter_unknown", endpoint=str(endpoint.id), problem=problem.detail)
            return ChangeFilter(
                kinds=frozenset(kind.value for kind in written.kind) or None,
                langs=frozenset(written.lang) or None,
                agencies=frozenset(written.agency) or None,
                topics=frozenset(written.topic) or None,
                places=frozenset(written.place) or None,
            )

    async def clean_up(self) -> None:
        """Delete settled messages and receipts after the retention period; parked messages stay until handled."""
        before = now() - self.retention
        async with self.database.write() as session:
            settled = MESSAGE.c.state.in_(("delivered", "dropped")) & (MESSAGE.c.settled_at < before)
            await session.execute(delete(MESSAGE).where(settled))
            await session.execute(delete(RECEIPT).where(RECEIPT.c.at < before))
