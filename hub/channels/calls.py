"""Outside calls: the intent is stored before a call, and its outcome after it, each in one transaction.

A worker killed between the two leaves an intent without an outcome. Nobody knows then whether the call was made: the
next worker makes the item `unknown`, and asks the channel or leaves it to a person. It never repeats the call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.items import cut_words
from hub.channels.material import load_material, render_fitting
from hub.channels.outcomes import RetryPolicy, Situation, apply_reply, doubt
from hub.channels.port import ChannelPort, ChannelReply, ItemAction, ItemState, ReplyKind, Work, is_harmless
from hub.channels.remotes import read_remote, write_copy
from hub.channels.rows import CALL, ITEM, SETTLED, OutboxItem
from hub.channels.standings import REPLACED
from hub.faults import describe_fault
from hub.log.call_count import count_call

QUESTION = "confirm"
"""Step of calls that ask what became of an earlier call."""
INTERRUPTED, NOT_MADE, HOLD = "interrupted", "not_made", ReplyKind.hold.value
INTERRUPTED_WORDS = "The worker was interrupted during this call."

_EARLIER = ITEM.alias("earlier")
_LATER = ITEM.alias("later")


@dataclass(frozen=True)
class OpenCall:
    """A call that is stated and about to be made."""

    item: OutboxItem
    work: Work
    call_id: int | None
    """Row of the intent; None for a question, which changes nothing at the other side."""
    number: int | None
    """Number that the right to send must cover; None for a question."""

    @property
    def is_question(self) -> bool:
        """True if the channel is asked what became of an earlier call."""
        return self.call_id is None


def is_due(at: datetime) -> Any:
    """Condition for items that have something to be done now, by the injected clock."""
    waits = ITEM.c.state.in_(("queued", "held")) & or_(ITEM.c.next_at.is_(None), ITEM.c.next_at <= at)
    asks = ITEM.c.state.in_(("in_review", "unknown")) & (ITEM.c.next_at <= at)
    return waits | asks


def has_no_earlier() -> Any:
    """Condition for items that no earlier item of the same document has to be done before.

    What a person must resolve holds nothing up: a correction reaches whoever may have received the item.
    """
    same = and_(
        _EARLIER.c.document_id == ITEM.c.document_id,
        _EARLIER.c.channel == ITEM.c.channel,
        _EARLIER.c.lang == ITEM.c.lang,
        _EARLIER.c.recipient == ITEM.c.recipient,
        _EARLIER.c.id < ITEM.c.id,
    )
    open_ones = _EARLIER.c.state.in_(("queued", "held", "sending", "in_review"))
    asked = (_EARLIER.c.state == "unknown") & _EARLIER.c.next_at.is_not(None)
    return ~exists().where(same, open_ones | asked)


def _next_item(channel: str, at: datetime) -> Select[Any]:
    query = select(ITEM).where(ITEM.c.channel == channel, is_due(at), has_no_earlier())
    return query.order_by(ITEM.c.rank, ITEM.c.id).limit(1).with_for_update(skip_locked=True)


async def recover_interrupted(session: AsyncSession, channel: ChannelPort, at: datetime, *, wait: float = 0.0) -> int:
    """Make `unknown` what a worker was sending when it ended; returns the number. The caller serves the channel alone.

    It is asked about after `wait` seconds: the other side may still be at work. A worker that only hung may still
    record the outcome afterwards.
    """
    query = select(ITEM).where(ITEM.c.channel == channel.name, ITEM.c.state == "sending").with_for_update()
    rows = [OutboxItem(**row) for row in (await session.execute(query)).mappings()]
    for item in rows:
        values = doubt(item, at, can_confirm=channel.can_confirm, wait=wait)
        if is_harmless(channel, item.step or ""):
            values |= {"state": ItemState.queued.value, "next_at": at}
        values |= {"words": INTERRUPTED_WORDS}
        await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values))
        open_calls = (CALL.c.item_id == item.id, CALL.c.outcome.is_(None))
        await session.execute(update(CALL).where(*open_calls).values(outcome=INTERRUPTED))
    return len(rows)


async def start_call(session: AsyncSession, channel: ChannelPort, at: datetime) -> OpenCall | OutboxItem | None:
    """State the intent of the next call of a channel; None if nothing is due.

    Returns the item itself if it was settled without a call: its text does not fit, or is not public any more.
    """
    row = (await session.execute(_next_item(channel.name, at))).mappings().one_or_none()
    if row is None:
        return None
    item = OutboxItem(**row)
    remote = await read_remote(session, item)
    try:
        payload, problem = await _find_payload(session, channel, item)
        step = channel.next_step(ItemAction(item.action), remote)
    except Exception as found:
        payload, step, problem = None, item.step or "", describe_fault(found)
    if item.state == ItemState.unknown and payload is None:
        payload, problem = {}, None  # what is asked about was sent, whatever became of its text
    if problem is not None or payload is None:
        state = ItemState.failed if problem is not None else ItemState.superseded
        values = {"state": state.value, "words": cut_words(problem or REPLACED), "settled_at": at, "next_at": None}
        await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values, hold=None))
        return item
    if item.state in (ItemState.unknown, ItemState.in_review):
        await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(payload=payload))
        work = _work_of(item, item.step or step, payload, remote, item.attempts)
        return OpenCall(item, work, None, None)
    attempt = item.attempts + 1
    sending: dict[str, Any] = {"state": "sending", "hold": None, "step": step, "attempts": attempt, "payload": payload}
    await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**sending))
    intent = insert(CALL).values(item_id=item.id, step=step, attempt=attempt, at=at).returning(CALL.c.id)
    call_id: int = (await session.execute(intent)).scalar_one()
    number = await count_call(session)
    return OpenCall(item, _work_of(item, step, payload, remote, attempt), call_id, number)


def _work_of(item: OutboxItem, step: str, payload: Mapping[str, Any], remote: Mapping[str, Any], attempt: int) -> Work:
    action, document = ItemAction(item.action), item.document_id
    return Work(item.id, action, step, payload, remote, item.recipient, attempt, document, item.lang, item.edition)


async def _find_payload(
    session: AsyncSession, channel: ChannelPort, item: OutboxItem
) -> tuple[dict[str, Any] | None, str | None]:
    """Return the frozen payload, or render it; with the words of the limits that the text breaks, if it does."""
    if item.payload is not None:
        return item.payload, None
    if item.document_id is None:
        return {}, None
    material = await load_material(session, item)
    if material is None:
        return None, None
    payload, problem = render_fitting(channel, material)
    return None if payload is None else dict(payload), problem


async def cancel_call(session: AsyncSession, call: OpenCall) -> None:
    """Take back an intent whose call was not made, because the right to send is held."""
    values = {"state": "queued", "attempts": call.item.attempts}
    of_item = (ITEM.c.id == call.item.id, ITEM.c.state == "sending")
    await session.execute(update(ITEM).where(*of_item).values(**values))
    await session.execute(update(CALL).where(CALL.c.id == call.call_id).values(outcome=NOT_MADE))


async def record_reply(
    session: AsyncSession,
    call: OpenCall,
    reply: ChannelReply,
    *,
    at: datetime,
    seconds: float,
    can_confirm: bool,
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
    await _record_call(session, call, reply, at=at, seconds=seconds, erased=item.erased)
    if not await _is_current(session, call, item):
        return item.state
    since, asks = await _read_history(session, call, item, at)
    situation = Situation(at, since, can_confirm, call.is_question, asks)
    values = apply_reply(item, reply, situation, policy)
    if values.get("state") in ("queued", "held", "in_review") and await _is_retracted_later(session, item):
        values |= {"state": ItemState.superseded.value, "settled_at": at, "next_at": None, "hold": None}
    if item.erased:
        values |= {"words": None}
    await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values))
    state = str(values.get("state", item.state))
    await write_copy(session, item, reply.remote, state, at)
    return state


async def _record_call(
    session: AsyncSession, call: OpenCall, reply: ChannelReply, *, at: datetime, seconds: float, erased: bool
) -> None:
    words = None if erased else cut_words(reply.words)
    values = {"outcome": reply.kind.value, "words": words, "seconds": round(seconds, 3)}
    if call.call_id is not None:
        await session.execute(update(CALL).where(CALL.c.id == call.call_id).values(**values))
        return
    question = {"item_id": call.item.id, "step": QUESTION, "attempt": call.work.attempt, "at": at}
    await session.execute(insert(CALL).values(**question, **values))


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
    calls = (CALL.c.item_id == item.id, CALL.c.step != QUESTION, CALL.c.outcome.is_distinct_from(HOLD))
    row_of_first = max(item.attempts - 1, 0)
    first = select(CALL.c.at).where(*calls, CALL.c.outcome.is_distinct_from(NOT_MADE))
    first = first.order_by(CALL.c.id.desc()).offset(row_of_first).limit(1)
    since = (await session.execute(first)).scalar_one_or_none() or at
    if not call.is_question:
        return since, 0
    last = select(func.coalesce(func.max(CALL.c.id), 0)).where(CALL.c.item_id == item.id, CALL.c.step != QUESTION)
    asked = select(func.count()).where(
        CALL.c.item_id == item.id, CALL.c.step == QUESTION, CALL.c.id > last.scalar_subquery()
    )
    return since, (await session.execute(asked)).scalar_one()


async def _is_retracted_later(session: AsyncSession, item: OutboxItem) -> bool:
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
