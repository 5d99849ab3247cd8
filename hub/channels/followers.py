"""Followers: items that wait behind another one of the same document, and what its end means for them."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.port import ItemAction, ItemState
from hub.channels.rows import COPY, ITEM, SETTLED, OutboxItem

_LATER = ITEM.alias("later")
NOT_RECEIVED = "Nobody received what it would take back."
TAKEN_BACK = "Its text was erased, and it was taken back."


async def is_retracted_later(session: AsyncSession, item: OutboxItem) -> bool:
    """Tell whether a later item takes the document away: then nothing more of this one is sent."""
    if not item.has_copy:
        return False
    later = select(_LATER.c.id).where(
        _LATER.c.document_id == item.document_id,
        _LATER.c.channel == item.channel,
        _LATER.c.lang == item.lang,
        _LATER.c.recipient == "",
        _LATER.c.id > item.id,
        _LATER.c.action == ItemAction.retract,
        _LATER.c.state.not_in(SETTLED),
    )
    return (await session.execute(later.limit(1))).scalar_one_or_none() is not None


async def settle_followers(
    session: AsyncSession, item: OutboxItem, state: str, first_sent_at: datetime | None, at: datetime
) -> None:
    """Settle what the end of an item makes needless: the withdrawal of what nobody received, and questions about an
    erased text that was taken back."""
    if not item.has_copy:
        return
    of_document = (
        ITEM.c.document_id == item.document_id,
        ITEM.c.channel == item.channel,
        ITEM.c.lang == item.lang,
        ITEM.c.recipient == "",
    )
    ended = {"state": ItemState.superseded.value, "settled_at": at, "next_at": None, "hold": None}
    if item.action == ItemAction.retract and state == ItemState.retracted:
        asked = ITEM.c.state.in_((ItemState.unknown, ItemState.in_review))
        erased = (*of_document, ITEM.c.id < item.id, asked, ITEM.c.erased)
        await session.execute(update(ITEM).where(*erased).values(**ended, words=TAKEN_BACK))
    if item.action != ItemAction.publish or first_sent_at is not None:
        return
    if state not in (ItemState.failed, ItemState.superseded) or await _is_live(session, item):
        return
    unsent = ITEM.c.state.in_((ItemState.queued, ItemState.held)) & ITEM.c.first_sent_at.is_(None)
    needless = (*of_document, ITEM.c.id > item.id, ITEM.c.action == ItemAction.retract, unsent)
    await session.execute(update(ITEM).where(*needless).values(**ended, words=NOT_RECEIVED))


async def _is_live(session: AsyncSession, item: OutboxItem) -> bool:
    """Tell whether the public may have another edition: a copy that is shown, or an earlier item in doubt."""
    copy = select(COPY.c.state).where(
        COPY.c.channel == item.channel,
        COPY.c.document_id == item.document_id,
        COPY.c.lang == item.lang,
        COPY.c.state == ItemState.live,
    )
    earlier = select(ITEM.c.id).where(
        ITEM.c.document_id == item.document_id,
        ITEM.c.channel == item.channel,
        ITEM.c.lang == item.lang,
        ITEM.c.recipient == "",
        ITEM.c.id != item.id,
        ITEM.c.state.in_((ItemState.unknown, ItemState.in_review, ItemState.sending)),
    )
    found = [(await session.execute(query.limit(1))).scalar_one_or_none() for query in (copy, earlier)]
    return any(each is not None for each in found)
