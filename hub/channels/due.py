"""Due items: what a channel has to do next, by the order of sending. Each query follows one partial index."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.rows import ITEM, SWITCH, OutboxItem

_EARLIER = ITEM.alias("earlier")


def waits(at: datetime) -> ColumnElement[bool]:
    """Condition for items whose next call is due, by the injected clock."""
    return and_(ITEM.c.state.in_(("queued", "held")), or_(ITEM.c.next_at.is_(None), ITEM.c.next_at <= at))


def asks(at: datetime, *states: str) -> ColumnElement[bool]:
    """Condition for items, of these states or any, about which the other side is to be asked now."""
    return and_(ITEM.c.state.in_(states or ("in_review", "unknown")), ITEM.c.next_at <= at)


def has_no_earlier() -> ColumnElement[bool]:
    """Condition for items that no earlier item of the same document has to be done before.

    What a person must resolve holds nothing up: a correction reaches whoever may have received the item. Nor does what
    is asked about a text that was erased: it is taken away all the same.
    """
    same = and_(
        _EARLIER.c.document_id == ITEM.c.document_id,
        _EARLIER.c.recipient == ITEM.c.recipient,
        _EARLIER.c.channel == ITEM.c.channel,
        _EARLIER.c.lang == ITEM.c.lang,
        _EARLIER.c.id < ITEM.c.id,
    )
    open_ones = _EARLIER.c.state.in_(("queued", "held", "sending"))
    asked = and_(_EARLIER.c.state.in_(("in_review", "unknown")), _EARLIER.c.next_at.is_not(None), ~_EARLIER.c.erased)
    return ~exists().where(same, or_(open_ones, asked))


def has_work(at: datetime) -> ColumnElement[bool]:
    """Condition for switches of channels that have something to do, or were interrupted.

    The first item of each is looked for, in its order: an EXISTS may be planned to find the items of all channels.
    """
    of_channel = ITEM.c.channel == SWITCH.c.channel
    begun = select(ITEM.c.id).where(of_channel, ITEM.c.state == "sending")
    due = [select(ITEM.c.id).where(of_channel, each, has_no_earlier()) for each in (waits(at), asks(at))]
    ordered = [begun, *(each.order_by(ITEM.c.rank, ITEM.c.id) for each in due)]
    return or_(*(each.limit(1).correlate(SWITCH).scalar_subquery().is_not(None) for each in ordered))


async def lock_next(session: AsyncSession, channel: str, at: datetime) -> OutboxItem | None:
    """Lock the next due item of a channel, urgent ones first; None if nothing is due.

    What the other side reviews is asked about last: it may take a day, and its questions must not delay what is sent.
    """
    found = [await _lock_first(session, channel, due) for due in (waits(at), asks(at, "unknown"))]
    next_one = min((item for item in found if item), key=lambda item: (item.rank, item.id), default=None)
    return next_one or await _lock_first(session, channel, asks(at, "in_review"))


async def _lock_first(session: AsyncSession, channel: str, due: ColumnElement[bool]) -> OutboxItem | None:
    row = (await session.execute(first_due(channel, due))).mappings().one_or_none()
    return OutboxItem(**row) if row is not None else None


def first_due(channel: str, due: ColumnElement[bool]) -> Select[Any]:
    """Select the first of the items of a channel that a condition names, and lock it."""
    query = select(ITEM).where(ITEM.c.channel == channel, due, has_no_earlier())
    return query.order_by(ITEM.c.rank, ITEM.c.id).limit(1).with_for_update(skip_locked=True)
