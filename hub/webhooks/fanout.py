"""Fan-out of the log into messages for each endpoint: a follower with one cursor per endpoint, in the endpoint's row.

Messages and cursor are written in one transaction, so a killed worker leaves no gap and no duplicates. A paused or
disabled endpoint keeps its cursor and catches up from the log when it is resumed.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from hub.changes.filtering import AnyLogged, LoggedSubject, filter_entries
from hub.changes.filters import DOCUMENTS, ChangeFilter, FollowFilters, resolve_filter
from hub.changes.position import Position
from hub.changes.reader import LogSlice, read_log_head, read_slice
from hub.db import Database
from hub.errors import UnknownReference
from hub.faults import INTERNAL, describe_fault, is_outage
from hub.heartbeats.chore import Chore
from hub.jobs.backoff import backoff_delay
from hub.log.entries import DocumentEntry
from hub.log.follow import LogFollower
from hub.settings import Settings
from hub.times import now
from hub.webhooks.row_damage import delete_row_damage
from hub.webhooks.rows import ENDPOINT, MESSAGE, RECEIPT, EndpointRow
from hub.webhooks.undeliverable import disable_endpoint

log = structlog.get_logger()

NAME = "webhooks"
CHANNEL = "hub_webhooks"
"""NOTIFY channel that wakes the senders."""
BATCH = 200
CLEANUP_SECONDS = 3_600.0
MAX_WAITING = 1_000
"""Waiting messages of an endpoint; the cursor stops there until some are sent. So a replay of a long log, or a receiver
that is down for days, costs a bounded number of rows."""
FIRST_REST_SECONDS = 5.0
MAX_FAILURES = 8
"""Failures in a row to create the messages of an endpoint, after which it is disabled."""


class WebhookFanOut(LogFollower):
    """Follower that queues messages for the active endpoints with the lowest cursor, and cleans up once an hour."""

    def __init__(self, database: Database, settings: Settings):
        super().__init__(database, NAME, self._no_work, batch=BATCH)
        self.retention = timedelta(days=settings.webhook_keep_days)
        self.chores = (Chore("webhooks-cleanup", self.clean_up, CLEANUP_SECONDS),)
        self._reported = -1

    async def _no_work(self, _: Sequence[DocumentEntry]) -> None:
        raise NotImplementedError  # `step` reads the cursors of endpoints instead

    async def step(self) -> int:
        """Advance the endpoints with the lowest cursor by one batch; returns the number of its entries.

        An endpoint whose messages cannot be created rests, longer each time, and is disabled at last.
        """
        for chore in self.chores:
            await chore.run_if_due()
        lowest = select(func.min(ENDPOINT.c.position)).where(ENDPOINT.c.state == "active")
        async with self.database.read() as connection:
            _, head, _ = await read_log_head(connection)
            ready = lowest.where(ENDPOINT.c.position < head, _is_ready()).scalar_subquery()
            lowest_cursor, lowest_ready = (await connection.execute(select(lowest.scalar_subquery(), ready))).one()
        await self._report_position(head if lowest_cursor is None else min(lowest_cursor, head))
        if lowest_ready is None:
            return 0
        try:
            async with self.database.read() as connection:
                found = await read_slice(connection, Position(lowest_ready), limit=self.batch)
        except Exception as problem:
            if is_outage(problem):
                raise
            # The entries cannot be read: everybody who waits at this position rests.
            await self._rest(await self._list_ready(lowest_ready), problem)
            return 0
        for endpoint in await self._list_ready(lowest_ready):
            try:
                await self._create_messages(endpoint, lowest_ready, found)
            except Exception as problem:
                if is_outage(problem):
                    raise
                await self._rest([endpoint], problem)
        return len(found.entries)

    async def _report_position(self, seq: int) -> None:
        """Store the lowest cursor as the position of the follower, for health and metrics."""
        if seq != self._reported:
            await self.position()
            await self.confirm(seq)
            self._reported = seq

    async def _list_ready(self, position: int) -> list[UUID]:
        """List the active endpoints with this cursor that are ready for more messages."""
        query = select(ENDPOINT.c.id).where(ENDPOINT.c.position == position, ENDPOINT.c.state == "active", _is_ready())
        async with self.database.read() as connection:
            return list((await connection.execute(query.order_by(ENDPOINT.c.id))).scalars())

    async def _create_messages(self, endpoint_id: UUID, after: int, found: LogSlice) -> None:
        """Create the messages of one endpoint for a batch, and advance its cursor.

        In the range of a replay, messages that exist wait again, with the same bodies.
        """
        chosen = select(ENDPOINT).where(ENDPOINT.c.id == endpoint_id, ENDPOINT.c.state == "active")
        async with self.database.write() as session:
            row = (await session.execute(chosen.with_for_update())).mappings().one_or_none()
            if row is None or row["position"] != after:
                return
            endpoint = EndpointRow(**row)
            wanted = await self._resolve_filter(endpoint)
            rows = [
                {
                    "endpoint_id": endpoint.id,
                    "seq": change.entry.seq,
                    **_message_subject(change.entry),
                    "event": change.event,
                    "state": "waiting",
                    "attempts": 0,
                    "erased": False,
                }
                for change in filter_entries(found.entries, wanted)
                if not endpoint.events or change.event in endpoint.events
            ]
            if rows:
                again = {"state": "waiting", "attempts": 0, "first_at": None, "next_at": func.now(), "settled_at": None}
                statement = insert(MESSAGE).on_conflict_do_update(
                    index_elements=["endpoint_id", "seq"],
                    set_=again,
                    where=MESSAGE.c.seq <= literal(endpoint.replay_to or 0),
                )
                await session.execute(statement, rows)
            values = {"position": found.next.seq, "fanout_failures": 0, "fanout_at": None}
            if endpoint.replay_to is not None and found.next.seq >= endpoint.replay_to:
                values["replay_to"] = None
            await session.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint.id).values(**values))
            await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})

    async def _rest(self, endpoints: Sequence[UUID], problem: Exception) -> None:
        """Count a failure of these endpoints: they rest, longer each time, and are disabled at last with an alarm."""
        words = describe_fault(problem)
        for endpoint_id in endpoints:
            async with self.database.write() as session:
                query = select(ENDPOINT).where(ENDPOINT.c.id == endpoint_id, ENDPOINT.c.state == "active")
                row = (await session.execute(query.with_for_update())).mappings().one_or_none()
                if row is None:
                    continue
                endpoint, count = EndpointRow(**row), row["fanout_failures"] + 1
                log.warning("webhook_fanout_failed", endpoint=str(endpoint_id), failures=count, problem=words)
                values = {"fanout_failures": count, "fanout_at": now() + backoff_delay(count, FIRST_REST_SECONDS)}
                await session.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint_id).values(**values))
                if count >= MAX_FAILURES:
                    await disable_endpoint(session, endpoint, f"{INTERNAL}: {words}")

    async def _resolve_filter(self, endpoint: EndpointRow) -> ChangeFilter:
        written = FollowFilters.model_validate(endpoint.filter)
        try:
            return await resolve_filter(self.database, written)
        except UnknownReference as problem:
            # A code that was removed from the registry must not stop the messages of all endpoints.
            log.warning("webhook_filter_unknown", endpoint=str(endpoint.id), problem=problem.detail)
            return ChangeFilter(
                subjects=frozenset(written.subject) or DOCUMENTS,
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
            await delete_row_damage(session, settled, RECEIPT.c.at < before)
            await session.execute(delete(MESSAGE).where(settled))
            await session.execute(delete(RECEIPT).where(RECEIPT.c.at < before))


def _message_subject(entry: AnyLogged) -> dict[str, Any]:
    """Return the columns that name the subject of a message: a document, or the subject itself."""
    if isinstance(entry, LoggedSubject):
        return {"document_id": None, "kind": entry.subject.value, "lang": ""}
    return {"document_id": entry.document_id, "kind": entry.kind, "lang": entry.lang}


def _is_ready() -> ColumnElement[bool]:
    """Condition for endpoints that do not rest after a failure, and have few enough messages waiting."""
    sendable = (
        MESSAGE.c.endpoint_id == ENDPOINT.c.id,
        MESSAGE.c.state == "waiting",
        MESSAGE.c.seq <= ENDPOINT.c.position,
    )
    some = select(literal(1)).where(*sendable).limit(MAX_WAITING).correlate(ENDPOINT).subquery().lateral()
    waiting = select(func.count()).select_from(some).scalar_subquery()
    return or_(ENDPOINT.c.fanout_at.is_(None), ENDPOINT.c.fanout_at <= func.now()) & (waiting < MAX_WAITING)
