"""Unforeseen exceptions while sending: counted against the message that was at work, which is parked at last."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.faults import INTERNAL
from hub.jobs.backoff import backoff_delay
from hub.times import now
from hub.webhooks.message_order import lock_first_message, message_conditions
from hub.webhooks.outcome import DeliveryOutcome
from hub.webhooks.payload import message_id
from hub.webhooks.rows import ENDPOINT, MESSAGE, RECEIPT, EndpointRow
from hub.webhooks.undeliverable import record_parked

MAX_INTERNAL = 8
"""Attempts after which a message is parked, if the last two of them ended by an unforeseen exception."""


async def record_internal_failure(session: AsyncSession, endpoint_id: UUID, problem: str, *, first: float) -> None:
    """Count an exception against the first waiting message; `first` is the first pause in seconds.

    The attempt may have been recorded before the exception, or undone by it.
    """
    at, error = now(), f"{INTERNAL}: {problem}"
    query = select(ENDPOINT).where(ENDPOINT.c.id == endpoint_id, ENDPOINT.c.state == "active")
    row = (await session.execute(query.with_for_update(key_share=True))).mappings().one_or_none()
    if row is None:
        return
    endpoint = EndpointRow(**row)
    found = await lock_first_message(session, endpoint)
    if found is None:
        return
    unfinished = (RECEIPT.c.attempt == found.attempts, RECEIPT.c.status.is_(None), RECEIPT.c.error.is_(None))
    receipt = update(RECEIPT).where(RECEIPT.c.endpoint_id == endpoint_id, RECEIPT.c.seq == found.seq, *unfinished)
    is_recorded = (await session.execute(receipt.values(error=error).returning(RECEIPT.c.id))).first() is not None
    number = found.attempts if is_recorded else found.attempts + 1
    values: dict[str, Any] = {"attempts": number, "first_at": found.first_at or at, "status": None, "error": error}
    if is_parked := number >= MAX_INTERNAL and (found.error or "").startswith(INTERNAL):
        values |= {"state": DeliveryOutcome.parked.value, "settled_at": at}
    else:
        values["next_at"] = at + backoff_delay(number, first)
    await session.execute(update(MESSAGE).where(*message_conditions(endpoint_id, found.seq)).values(**values))
    if is_parked:
        await record_parked(
            session, endpoint, found.document_id, message_id(endpoint.id, found.seq, found.entry_hash), None
        )
