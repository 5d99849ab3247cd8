"""Writing items of the outbox: one for each edition (or digest, or answer), channel, action and recipient, once.

Channels with one public get their items from publications (`publication.py`). Addressed channels, such as e-mail,
write their own with `add_items`, in the transaction that makes them due.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.channels.port import ItemAction, ItemHold, ItemState
from hub.channels.rows import ITEM, SWITCH, WAKE

MAX_WORDS = 500
"""Characters of the words of a channel that are kept."""


@dataclass(frozen=True)
class NewItem:
    """An item to be written. The same channel, action, key and recipient is written once."""

    channel: str
    key: str
    event: str
    made_at: datetime
    action: ItemAction = ItemAction.publish
    recipient: str = ""
    document_id: UUID | None = None
    lang: str | None = None
    edition: int | None = None
    rank: int = 2
    priority: str | None = None
    payload: Mapping[str, Any] | None = None
    """Payload, if the channel does not render it from the document."""
    state: ItemState = ItemState.queued
    hold: ItemHold | None = None
    words: str | None = None
    next_at: datetime | None = None
    """Time before which it is not sent; None: at once."""


async def add_item(session: AsyncSession, item: NewItem) -> int | None:
    """Write an item; returns its id, or None if it exists already or its channel is not switched on."""
    added = await add_items(session, [item])
    return added[0] if added else None


async def add_items(session: AsyncSession, items: Sequence[NewItem]) -> list[int]:
    """Write items of channels that are switched on, and wake the senders at commit; returns the ids of new ones."""
    on = await lock_switched_on(session, sorted({item.channel for item in items}))
    return await write_items(session, [item for item in items if item.channel in on])


async def list_switched_on(session: AsyncSession | AsyncConnection, channels: Sequence[str]) -> frozenset[str]:
    """Return those of the channels that are switched on, paused or not."""
    if not channels:
        return frozenset()
    query = select(SWITCH.c.channel).where(SWITCH.c.channel.in_(channels), SWITCH.c.is_on)
    return frozenset((await session.execute(query)).scalars())


async def lock_switched_on(session: AsyncSession, channels: Sequence[str]) -> frozenset[str]:
    """Return those of the channels that are switched on, and let no switch change before this transaction ends.

    The lock of the rows is one of the table as well, which `switch_on` and `switch_off` wait for: so it also holds for
    a channel without a row.
    """
    if not channels:
        return frozenset()
    query = select(SWITCH.c.channel, SWITCH.c.is_on).where(SWITCH.c.channel.in_(channels))
    rows = await session.execute(query.order_by(SWITCH.c.channel).with_for_update(read=True))
    return frozenset(row.channel for row in rows if row.is_on)


async def write_items(session: AsyncSession, items: Sequence[NewItem]) -> list[int]:
    """Write items whatever the switches say, and wake the senders at commit; returns the ids of new ones."""
    if not items:
        return []
    statement = insert(ITEM).on_conflict_do_nothing().returning(ITEM.c.id)
    added = list((await session.execute(statement.values([_row(item) for item in items]))).scalars())
    if added:
        await wake_senders(session)
    return added


async def resume_authorised(session: AsyncSession, channels: Sequence[str], at: datetime) -> None:
    """Make due what waited for an authorisation: held items, and questions that could not be asked meanwhile."""
    held = and_(ITEM.c.state == "held", ITEM.c.hold == ItemHold.authorisation.value)
    asked = and_(ITEM.c.state == "unknown", ITEM.c.next_at > at)
    waiting = update(ITEM).where(ITEM.c.channel.in_(channels), or_(held, asked))
    if (await session.execute(waiting.values(next_at=at).returning(ITEM.c.id))).first() is not None:
        await wake_senders(session)


async def wake_senders(session: AsyncSession) -> None:
    """Wake the senders when the transaction commits."""
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": WAKE})


def document_key(document_id: UUID, lang: str, edition: int, event: str, at: datetime) -> str:
    """Name what is sent about one event of an edition. Withdrawn twice, it is sent twice."""
    return f"document:{document_id}/{lang}/{edition}/{event}/{round(at.timestamp() * 1_000)}"


def cut_words(words: str | None) -> str | None:
    """Cut the words of a channel to the length that is kept."""
    return None if words is None else words.replace("\x00", "")[:MAX_WORDS]


def _row(item: NewItem) -> dict[str, Any]:
    is_settled = item.state in (ItemState.failed, ItemState.not_connected)
    return {
        "channel": item.channel,
        "action": item.action.value,
        "key": item.key,
        "recipient": item.recipient,
        "document_id": item.document_id,
        "lang": item.lang,
        "edition": item.edition,
        "event": item.event,
        "rank": item.rank,
        "priority": item.priority,
        "state": item.state.value,
        "hold": item.hold.value if item.hold else None,
        "payload": None if item.payload is None else dict(item.payload),
        "words": cut_words(item.words),
        "attempts": 0,
        "made_at": item.made_at,
        "next_at": None if is_settled else item.next_at,
        "settled_at": item.made_at if is_settled else None,
    }
