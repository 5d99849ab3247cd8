"""Replies of channels: what an answer changes in its item, in the copy and in the rows of calls, in one transaction.

Waits that repeat are one row with a number: a hold or a retry every few seconds for a day must not fill the table.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.calls import NOT_MADE, QUESTION, OpenCall
from hub.channels.followers import is_retracted_later, settle_followers
from hub.channels.items import cut_words
from hub.channels.outcomes import RetryPolicy, Situation, apply_reply
from hub.channels.port import ChannelPort, ChannelReply, ItemState, ReplyKind, is_unseen
from hub.channels.remotes import write_copy
from hub.channels.rows import CALL, ITEM, OutboxItem

_WAITS = (ReplyKind.retry.value, ReplyKind.hold.value)


async def record_reply(
    session: AsyncSession,
    channel: ChannelPort,
    call: OpenCall,
    reply: ChannelReply,
    *,
    at: datetime,
    seconds: float,
    policy: RetryPolicy,
) -> str:
    """Record the outcome of a call in its item, in the copy and in the call; returns the state of the item.

    If somebody settled or resolved the item in the meantime, only the call is recorded.
    """
    query = select(ITEM).where(ITEM.c.id == call.item.id).with_for_update()
    row = (await session.execute(query)).mappings().one_or_none()
    if row is None:
        return ItemState.superseded
    item = OutboxItem(**row)
    await _record_call(session, call, reply, at=at, seconds=seconds, item=item)
    if not await _is_current(session, call, item):
        return item.state
    since, asks = await _read_history(session, call, item, at)
    is_seen = call.is_question or not is_unseen(channel, call.work.step)
    situation = Situation(at, since, channel.can_confirm, call.is_question, asks, is_seen)
    values = apply_reply(item, reply, situation, policy)
    if values.get("state") in ("queued", "held", "in_review") and await is_retracted_later(session, item):
        values |= {"state": ItemState.superseded.value, "settled_at": at, "next_at": None, "hold": None}
    if item.erased:
        values |= {"words": None}
    await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values))
    state = str(values.get("state", item.state))
    await write_copy(session, item, reply.remote, state, at)
    await settle_followers(session, item, state, values.get("first_sent_at", item.first_sent_at), at)
    return state


async def _record_call(
    session: AsyncSession, call: OpenCall, reply: ChannelReply, *, at: datetime, seconds: float, item: OutboxItem
) -> None:
    words = None if item.erased else cut_words(reply.words)
    values: dict[str, Any] = {"outcome": reply.kind.value, "words": words, "seconds": round(seconds, 3)}
    step = QUESTION if call.is_question else call.work.step
    before = await _find_same(session, call, step, reply, item)
    if before is not None:
        values |= {"times": before.times + 1, "last_at": at, "attempt": call.work.attempt}
    if call.call_id is None:
        if before is not None:
            await session.execute(update(CALL).where(CALL.c.id == before.id).values(**values))
            return
        question = {"item_id": call.item.id, "step": step, "attempt": call.work.attempt, "at": at}
        await session.execute(insert(CALL).values(**question, **values))
        return
    if before is not None:
        # The later row stays: its number tells which call is the present one.
        values |= {"at": before.at}
        await session.execute(delete(CALL).where(CALL.c.id == before.id))
    await session.execute(update(CALL).where(CALL.c.id == call.call_id).values(**values))


async def _find_same(session: AsyncSession, call: OpenCall, step: str, reply: ChannelReply, item: OutboxItem) -> Any:
    """Find the row of the call just before, if it was the same and ended the same way."""
    if not call.is_question:
        if reply.kind.value not in _WAITS:
            return None
        if reply.kind is ReplyKind.retry and item.attempts < 2:
            return None  # a new series, such as that of an item that a person had sent again
    query = select(CALL).where(CALL.c.item_id == call.item.id, CALL.c.id != (call.call_id or 0))
    row = (await session.execute(query.order_by(CALL.c.id.desc()).limit(1))).one_or_none()
    return row if row is not None and (row.step, row.outcome) == (step, reply.kind.value) else None


async def _is_current(session: AsyncSession, call: OpenCall, item: OutboxItem) -> bool:
    """Tell whether the item still waits for this call, and for no later one."""
    if call.is_question:
        return item.state == call.item.state
    if item.state not in (ItemState.sending, ItemState.unknown):
        return False  # somebody resolved it, or it is sent again
    latest = select(func.max(CALL.c.id)).where(CALL.c.item_id == item.id, CALL.c.step != QUESTION)
    return bool((await session.execute(latest)).scalar_one() == call.call_id)


async def _read_history(session: AsyncSession, call: OpenCall, item: OutboxItem, at: datetime) -> tuple[datetime, int]:
    """Return the time of the first of the last `attempts` calls, and the number of questions after the last call."""
    is_call = (CALL.c.item_id == item.id, CALL.c.step != QUESTION)
    if not call.is_question:
        counted = (*is_call, CALL.c.outcome.is_distinct_from("hold"), CALL.c.outcome.is_distinct_from(NOT_MADE))
        so_far = func.sum(CALL.c.times).over(order_by=CALL.c.id.desc()).label("so_far")
        calls = select(CALL.c.id, CALL.c.at, so_far).where(*counted).subquery()
        first = select(calls.c.at).where(calls.c.so_far >= max(item.attempts, 1)).order_by(calls.c.id.desc()).limit(1)
        return (await session.execute(first)).scalar_one_or_none() or at, 0
    last = select(func.coalesce(func.max(CALL.c.id), 0)).where(*is_call)
    asked = select(func.coalesce(func.sum(CALL.c.times), 0)).where(
        CALL.c.item_id == item.id,
        CALL.c.step == QUESTION,
        CALL.c.outcome.is_distinct_from("hold"),
        CALL.c.id > last.scalar_subquery(),
    )
    since = select(CALL.c.at).where(*is_call).order_by(CALL.c.id.desc()).limit(1)
    return (await session.execute(since)).scalar_one_or_none() or at, int((await session.execute(asked)).scalar_one())
