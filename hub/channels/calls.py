"""Outside calls: the intent is stored before a call, and its outcome after it, each in one transaction.

A worker killed between the two leaves an intent without an outcome. Nobody knows then whether the call was made: the
next worker makes the item `unknown`, and asks the channel or leaves it to a person. It never repeats the call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.channels.due import lock_next
from hub.channels.followers import settle_followers
from hub.channels.items import cut_words
from hub.channels.outcomes import doubt
from hub.channels.payloads import PayloadChoice, find_payload
from hub.channels.port import ChannelPort, ItemAction, ItemState, Work, is_harmless, is_unseen
from hub.channels.remotes import read_remote
from hub.channels.rows import CALL, ITEM, OutboxItem
from hub.faults import describe_fault
from hub.log.call_count import count_call

QUESTION = "confirm"
"""Step of calls that ask what became of an earlier call."""
INTERRUPTED, NOT_MADE = "interrupted", "not_made"
INTERRUPTED_WORDS = "The worker was interrupted during this call."


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
        if is_unseen(channel, item.step or ""):
            values |= {"first_sent_at": item.first_sent_at}
        values |= {"words": INTERRUPTED_WORDS}
        await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values))
        open_calls = (CALL.c.item_id == item.id, CALL.c.outcome.is_(None))
        await session.execute(update(CALL).where(*open_calls).values(outcome=INTERRUPTED))
    return len(rows)


async def start_call(session: AsyncSession, channel: ChannelPort, at: datetime) -> OpenCall | OutboxItem | None:
    """State the intent of the next call of a channel; None if nothing is due.

    Returns the item itself if it was settled without a call: its text does not fit, or is not public any more.
    """
    item = await lock_next(session, channel.name, at)
    if item is None:
        return None
    remote = await read_remote(session, item)
    try:
        found = await find_payload(session, channel, item, at)
        step = channel.next_step(ItemAction(item.action), remote)
    except Exception as problem:
        found, step = PayloadChoice(settled=ItemState.failed, words=describe_fault(problem)), item.step or ""
    is_question = item.state in (ItemState.unknown, ItemState.in_review)
    if found.settled is not None and not is_question:
        values = {"state": found.settled.value, "words": cut_words(found.words), "settled_at": at, "next_at": None}
        await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values, hold=None))
        await settle_followers(session, item, found.settled, item.first_sent_at, at)
        return item
    fixed: dict[str, Any] = {"payload": dict(found.payload)} if found.is_fixed and item.payload is None else {}
    if is_question:
        if fixed:
            await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**fixed))
        return OpenCall(item, _work_of(item, item.step or step, found.payload, remote, item.attempts), None, None)
    attempt = item.attempts + 1
    sending: dict[str, Any] = {"state": "sending", "hold": None, "step": step, "attempts": attempt, **fixed}
    await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**sending))
    intent = insert(CALL).values(item_id=item.id, step=step, attempt=attempt, at=at).returning(CALL.c.id)
    call_id: int = (await session.execute(intent)).scalar_one()
    number = await count_call(session)
    return OpenCall(item, _work_of(item, step, found.payload, remote, attempt), call_id, number)


def _work_of(item: OutboxItem, step: str, payload: Mapping[str, Any], remote: Mapping[str, Any], attempt: int) -> Work:
    action, document = ItemAction(item.action), item.document_id
    return Work(item.id, action, step, payload, remote, item.recipient, attempt, document, item.lang, item.edition)


async def is_stated(session: AsyncSession | AsyncConnection, call: OpenCall) -> bool:
    """Tell whether the item still waits for this very call: another worker may have made it `unknown` meanwhile, and
    a person may have had it sent again."""
    if call.call_id is None:
        return True
    latest = select(func.max(CALL.c.id)).where(CALL.c.item_id == call.item.id, CALL.c.step != QUESTION)
    query = select(ITEM.c.id).where(
        ITEM.c.id == call.item.id, ITEM.c.state == "sending", latest.scalar_subquery() == call.call_id
    )
    return (await session.execute(query)).scalar_one_or_none() is not None


async def cancel_call(session: AsyncSession, call: OpenCall) -> None:
    """Take back an intent whose call was not made: the right to send is held, or the item waits for it no more."""
    if await is_stated(session, call):
        values = {"state": "queued", "attempts": call.item.attempts}
        await session.execute(update(ITEM).where(ITEM.c.id == call.item.id).values(**values))
    await session.execute(update(CALL).where(CALL.c.id == call.call_id).values(outcome=NOT_MADE))
