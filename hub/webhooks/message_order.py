"""Order of an endpoint's messages: only the first waiting one is sent, so later ones wait while it is retried."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import LateralFromClause

from hub.content.models import Document
from hub.db import table
from hub.webhooks.rows import ENDPOINT, ENTRY_HASH, MESSAGE, EndpointRow, StoredMessage

DOCUMENT = table(Document)


def first_waiting_message() -> LateralFromClause:
    """Select `next_at` of the first waiting message of the endpoint beside it."""
    return (
        select(MESSAGE.c.next_at)
        .where(MESSAGE.c.endpoint_id == ENDPOINT.c.id, MESSAGE.c.state == "waiting")
        .where(MESSAGE.c.seq <= ENDPOINT.c.position)
        .order_by(MESSAGE.c.seq)
        .limit(1)
        .lateral("first")
    )


async def lock_first_message(session: AsyncSession, endpoint: EndpointRow) -> StoredMessage | None:
    """Lock the first waiting message after its document: erasure takes both locks in the same order."""
    query = (
        select(MESSAGE)
        .where(MESSAGE.c.endpoint_id == endpoint.id, MESSAGE.c.state == "waiting")
        .where(MESSAGE.c.seq <= endpoint.position)
        .order_by(MESSAGE.c.seq)
        .limit(1)
    )
    seen = (await session.execute(query)).one_or_none()
    if seen is None:
        return None
    shared = select(DOCUMENT.c.id).where(DOCUMENT.c.id == seen.document_id).with_for_update(read=True)
    await session.execute(shared)
    same = (
        select(MESSAGE, ENTRY_HASH)
        .where(*message_conditions(endpoint.id, seen.seq), MESSAGE.c.state == "waiting")
        .with_for_update()
    )
    row = (await session.execute(same)).mappings().one_or_none()
    return StoredMessage(**row) if row is not None else None


def message_conditions(endpoint_id: UUID, seq: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Build the conditions for one message by its key."""
    return MESSAGE.c.endpoint_id == endpoint_id, MESSAGE.c.seq == seq
