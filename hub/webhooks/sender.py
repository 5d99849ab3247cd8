"""Queue of webhook messages for `hub.jobs.dispatcher`: sends the messages of an endpoint in the order of the log.

Each attempt is two short transactions with the request between them: the first freezes the body and inserts the
receipt, the second records the outcome. A worker killed between them leaves a receipt without an outcome and a
waiting message; the next worker sends the same bytes with the same id.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.changes.filtering import LoggedSubject
from hub.changes.position import Position
from hub.changes.reader import read_open_views, read_slice
from hub.db import Database
from hub.jobs.backoff import backoff_delay
from hub.jobs.dispatcher import DueJob, host_of
from hub.log.send_lease import SendGate
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from hub.times import now
from hub.webhooks.attempts import Attempt
from hub.webhooks.fanout import CHANNEL
from hub.webhooks.internal_failures import record_internal_failure
from hub.webhooks.message_order import first_waiting_message, lock_first_message, message_conditions
from hub.webhooks.outcome import DeliveryOutcome, classify, requested_delay
from hub.webhooks.payload import MEDIA_TYPES, Format, ViewLevel, message_body, message_id, subject_body
from hub.webhooks.rows import ENDPOINT, MESSAGE, RECEIPT, EndpointRow, StoredMessage
from hub.webhooks.signing import signature_headers, unseal_secrets
from hub.webhooks.transport import AttemptResult, post
from hub.webhooks.undeliverable import ENDPOINT_GONE, disable_endpoint, record_parked

MAX_PER_TURN = 100
"""Messages sent to one endpoint before other endpoints get their turn."""


class WebhookQueue:
    """Queue of endpoints with due messages."""

    name = "webhooks"
    channel = CHANNEL

    def __init__(
        self, database: Database, settings: Settings, outgoing: OutgoingClient, *, gate: SendGate | None = None
    ):
        self.database = database
        self.settings = settings
        self.outgoing = outgoing
        self.gate = gate
        self.sealer = SecretCipher(settings)

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        """List active endpoints whose first waiting message is due, longest waiting first."""
        first = first_waiting_message()
        query = (
            select(ENDPOINT.c.id, ENDPOINT.c.url)
            .select_from(ENDPOINT.join(first, first.c.next_at <= func.now()))
            .where(ENDPOINT.c.state == "active", ENDPOINT.c.id.not_in([UUID(key) for key in busy]))
            .order_by(first.c.next_at, ENDPOINT.c.id)
            .limit(limit)
        )
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [DueJob(str(row.id), host_of(row.url)) for row in rows]

    async def serve(self, key: str) -> None:
        """Send due messages one after another. A failure ends the turn, and later messages wait for the failed one."""
        for _ in range(MAX_PER_TURN):
            attempt = await self._start_attempt(UUID(key))
            if attempt is None or (self.gate is not None and not await self.gate.covers(attempt.seq)):
                return
            result = await post(
                self.outgoing, attempt.endpoint.url, attempt.headers, attempt.body, self.settings.webhook_timeout
            )
            if not await self._record_outcome(attempt, result):
                return

    async def record_failure(self, key: str, problem: str) -> None:
        """Count an unforeseen exception against the first waiting message, which is parked at last."""
        async with self.database.write() as session:
            await record_internal_failure(session, UUID(key), problem, first=self.settings.webhook_retry_first)

    async def _start_attempt(self, endpoint_id: UUID) -> Attempt | None:
        """Freeze the body of the first waiting message if it is due, and record the attempt."""
        at = now()
        async with self.database.write() as session:
            endpoint = await self._read_active(session, endpoint_id)
            if endpoint is None:
                return None
            try:
                secrets = unseal_secrets(endpoint, self.sealer, at)
            except SecretUnreadable as problem:
                await disable_endpoint(session, endpoint, f"secret_unreadable: {problem}")
                return None
            found = await lock_first_message(session, endpoint)
            if found is None or found.next_at > at:
                return None
            name = message_id(endpoint.id, found.seq, found.entry_hash)
            body = found.body if found.body is not None else await self._freeze_body(session, endpoint, found, name)
            headers = {"content-type": MEDIA_TYPES[Format(endpoint.format)]} | signature_headers(
                secrets, name, at, body
            )
            number, first_at = found.attempts + 1, found.first_at or at
            written = {"body": body, "body_sha256": sha256(body).hexdigest(), "attempts": number, "first_at": first_at}
            await session.execute(update(MESSAGE).where(*message_conditions(endpoint.id, found.seq)).values(**written))
            receipt = {
                "endpoint_id": endpoint.id,
                "seq": found.seq,
                "document_id": found.document_id,
                "message_id": name,
                "attempt": number,
                "at": at,
                "url": endpoint.url,
                "headers": headers,
                "body_sha256": written["body_sha256"],
                "body_bytes": len(body),
            }
            inserted = insert(RECEIPT).values(**receipt).returning(RECEIPT.c.id)
            receipt_id: int = (await session.execute(inserted)).scalar_one()
        return Attempt(endpoint, found.seq, found.document_id, name, number, first_at, body, headers, receipt_id)

    async def _read_active(self, session: AsyncSession, endpoint_id: UUID) -> EndpointRow | None:
        query = select(ENDPOINT).where(ENDPOINT.c.id == endpoint_id)
        row = (await session.execute(query)).mappings().one_or_none()
        return EndpointRow(**row) if row is not None and row["state"] == "active" else None

    async def _freeze_body(
        self, session: AsyncSession, endpoint: EndpointRow, found: StoredMessage, name: str
    ) -> bytes:
        connection = await session.connection()
        log_slice = await read_slice(connection, Position(found.seq - 1), limit=1)
        [entry] = log_slice.entries
        envelope, source = Format(endpoint.format), self.settings.public_url
        if isinstance(entry, LoggedSubject):
            return subject_body(name, entry, envelope=envelope, source=source)
        view_level = ViewLevel(endpoint.view)
        current = await read_open_views(
            connection, [entry.key], column="full" if view_level is ViewLevel.full else "card"
        )
        return message_body(
            name,
            entry,
            found.event,
            current.get(entry.key),
            envelope=envelope,
            source=source,
            view_level=view_level,
        )

    async def _record_outcome(self, attempt: Attempt, result: AttemptResult) -> bool:
        """Record the outcome of an attempt; return True if the next message may be sent at once."""
        endpoint, at = attempt.endpoint, now()
        outcome = classify(result.status)
        values: dict[str, Any] = {"status": result.status, "error": result.error}
        if outcome in (DeliveryOutcome.delivered, DeliveryOutcome.parked):
            values |= {"state": outcome.value, "settled_at": at}
        elif outcome is DeliveryOutcome.retry:
            wait = backoff_delay(attempt.number, self.settings.webhook_retry_first)
            values["next_at"] = at + max(wait, requested_delay(result.status, result.headers))
        receipt = result.columns()
        async with self.database.write() as session:
            # All transactions lock in this order: endpoint, document, message, receipt.
            locked = select(ENDPOINT.c.id).where(ENDPOINT.c.id == endpoint.id).with_for_update(key_share=True)
            await session.execute(locked)
            same = select(MESSAGE).where(*message_conditions(endpoint.id, attempt.seq)).with_for_update()
            found = (await session.execute(same)).one_or_none()
            if found is not None and found.erased:
                receipt["excerpt"] = None
            # If the message was replayed or settled in the meantime, this attempt only updates its receipt.
            if pending := found is not None and (found.attempts, found.state) == (attempt.number, "waiting"):
                await session.execute(
                    update(MESSAGE).where(*message_conditions(endpoint.id, attempt.seq)).values(**values)
                )
            await session.execute(update(RECEIPT).where(RECEIPT.c.id == attempt.receipt).values(**receipt))
            if not pending:
                return True
            if outcome is DeliveryOutcome.parked:
                await record_parked(session, endpoint, attempt.document_id, attempt.name, result.status)
            elif outcome is DeliveryOutcome.disabled:
                await disable_endpoint(session, endpoint, ENDPOINT_GONE)
            elif outcome is DeliveryOutcome.retry and at - attempt.first_at > timedelta(
                days=self.settings.webhook_retry_days
            ):
                failure = result.error or f"status {result.status}"
                await disable_endpoint(
                    session, endpoint, f"no success in {self.settings.webhook_retry_days:g} days: {failure}"
                )
        return outcome in (DeliveryOutcome.delivered, DeliveryOutcome.parked)
