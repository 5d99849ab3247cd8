"""Mails in the outbox: items of subscriptions, and which documents each of them tells of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, null, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.items import NewItem, add_items
from hub.channels.mail.rows import MAIL_CHANNEL, RECEIVED
from hub.channels.port import ItemAction, ItemState
from hub.channels.rows import ITEM

CHUNK = 500
"""Items written by one statement."""
NOTICE_PREFIX = "notice/"
"""Begins the recipient of a notice to somebody without a subscription."""


@dataclass(frozen=True)
class NewMail:
    """A mail to a subscription."""

    subscription: UUID
    key: str
    event: str
    payload: dict[str, Any]
    documents: Collection[UUID] = ()
    action: ItemAction = ItemAction.publish
    rank: int = 2
    priority: str | None = None
    document: UUID | None = None
    """The one document that it is about: receipts count it, and its corrections wait for it."""


async def add_mails(session: AsyncSession, mails: Sequence[NewMail], at: datetime) -> dict[tuple[str, UUID], int]:
    """Write mails that are not in the outbox yet; returns the items of all of them by key and subscription."""
    found: dict[tuple[str, UUID], int] = {}
    for first in range(0, len(mails), CHUNK):
        some = mails[first : first + CHUNK]
        await add_items(session, [_item(mail, at) for mail in some])
        keys = [(mail.key, str(mail.subscription)) for mail in some]
        query = select(ITEM.c.id, ITEM.c.key, ITEM.c.recipient).where(
            ITEM.c.channel == MAIL_CHANNEL, tuple_(ITEM.c.key, ITEM.c.recipient).in_(keys)
        )
        items = {(row.key, UUID(row.recipient)): row.id for row in await session.execute(query)}
        found |= items
        received = [
            {"item_id": item, "document_id": document, "subscription_id": mail.subscription, "at": at}
            for mail in some
            if (item := items.get((mail.key, mail.subscription))) is not None
            for document in mail.documents
        ]
        if received:
            await session.execute(insert(RECEIVED), received)
    return found


async def read_received(session: AsyncSession, documents: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return which of the documents each subscription received, or will receive by a mail that waits."""
    if not documents:
        return {}
    query = select(RECEIVED.c.subscription_id, RECEIVED.c.document_id).where(RECEIVED.c.document_id.in_(documents))
    found: dict[UUID, set[UUID]] = {}
    for row in await session.execute(query.distinct()):
        found.setdefault(row.subscription_id, set()).add(row.document_id)
    return found


async def drop_waiting(session: AsyncSession, documents: Collection[UUID], at: datetime) -> int:
    """Drop mails at once that nobody began to send, about documents that were taken back; returns their number."""
    if not documents:
        return 0
    about = select(RECEIVED.c.item_id).where(RECEIVED.c.document_id.in_(documents))
    waiting = (
        select(ITEM.c.id)
        .where(ITEM.c.channel == MAIL_CHANNEL, ITEM.c.id.in_(about), ITEM.c.key.startswith("entry:"))
        .where(ITEM.c.state.in_((ItemState.queued, ItemState.held)), ITEM.c.attempts == 0)
        .with_for_update(skip_locked=True)
    )
    ids = list((await session.execute(waiting)).scalars())
    if ids:
        values = {"state": ItemState.superseded, "settled_at": at, "next_at": None, "payload": null()}
        await session.execute(update(ITEM).where(ITEM.c.id.in_(ids)).values(values))
        await session.execute(delete(RECEIVED).where(RECEIVED.c.item_id.in_(ids)))
    return len(ids)


def _item(mail: NewMail, at: datetime) -> NewItem:
    return NewItem(
        MAIL_CHANNEL,
        mail.key,
        mail.event,
        at,
        action=mail.action,
        recipient=str(mail.subscription),
        document_id=mail.document,
        lang=mail.payload["lang"],
        rank=mail.rank,
        priority=mail.priority,
        payload=mail.payload,
    )
