"""Counts of channels for health and metrics: items by state, ages, and the conditions that need a person."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.channels.due import has_no_earlier
from hub.channels.port import ItemHold
from hub.channels.promises import find_promise
from hub.channels.rows import CALL, ITEM, SWITCH
from hub.log.send_lease import LEASE

SILENCE = timedelta(minutes=30)
"""Time after which work that waits, without a success on its channel, raises the alarm."""
BROADCAST = "zalo_broadcast"
"""The channel whose items wait for an article."""
_WAITS = ("retry", "hold")
FAILED_DAYS = 7
"""Days for which a failure counts as one that nobody has looked at."""


@dataclass(frozen=True)
class ChannelFigure:
    """Items of one channel in one state."""

    channel: str
    state: str
    items: int
    oldest_seconds: float
    """Age of the oldest of them, from its publication."""


async def read_channel_figures(connection: AsyncConnection) -> list[ChannelFigure]:
    """Read the number and the greatest age of open items, by channel and state."""
    open_states = ("queued", "held", "sending", "in_review", "unknown")
    age = func.extract("epoch", func.now() - func.min(ITEM.c.made_at))
    query = (
        select(ITEM.c.channel, ITEM.c.state, func.count(), func.greatest(age, 0))
        .where(ITEM.c.state.in_(open_states))
        .group_by(ITEM.c.channel, ITEM.c.state)
    )
    return [ChannelFigure(row[0], row[1], row[2], float(row[3])) for row in await connection.execute(query)]


async def read_channel_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count channels on which work waits and nothing succeeds, items that nobody knows of, and recent failures.

    Work waits if it is due, or repeated without an effect, for longer than `SILENCE`; also if the other side refuses
    the hub (`authorisation`), or an article does not come within the promise of its broadcast. What is held for quiet
    hours, quota or a restore, and what has its time to come, does not: the alarm tells that the channel is broken.
    Of addressed channels refusals belong to one recipient each, and have figures of their own.
    """
    long_ago = func.now() - SILENCE
    is_on = and_(SWITCH.c.channel == ITEM.c.channel, SWITCH.c.is_on, SWITCH.c.paused_at.is_(None))
    never_called = ITEM.c.attempts == 0
    due_long = or_(ITEM.c.next_at < long_ago, and_(ITEM.c.next_at.is_(None), ITEM.c.made_at < long_ago))
    tried = exists().where(CALL.c.item_id == ITEM.c.id, CALL.c.outcome.in_(_WAITS), CALL.c.at < long_ago)
    refused = and_(ITEM.c.state == "held", ITEM.c.hold == ItemHold.authorisation, tried)
    promised = timedelta(minutes=find_promise(BROADCAST, None) or 0)
    lacks_article = and_(ITEM.c.hold == ItemHold.article, ITEM.c.made_at < func.now() - promised)
    repeats = and_(ITEM.c.state.in_(("queued", "sending")), or_(and_(never_called, due_long), tried))
    waits = select(ITEM.c.id).where(
        is_on,
        ITEM.c.state.in_(("queued", "held", "sending")),
        or_(repeats, refused, lacks_article),
        has_no_earlier(),
        ~exists().where(LEASE.c.held.is_not(None)),
    )
    succeeded = select(ITEM.c.id).where(
        ITEM.c.channel == SWITCH.c.channel,
        ITEM.c.state.in_(("live", "retracted", "in_review")),
        or_(ITEM.c.settled_at > long_ago, and_(ITEM.c.state == "in_review", ITEM.c.first_sent_at > long_ago)),
    )
    silent = select(func.count()).select_from(SWITCH).where(waits.exists(), ~succeeded.exists())
    unknown = select(func.count()).where(ITEM.c.state == "unknown").scalar_subquery()
    recent = ITEM.c.settled_at > func.now() - timedelta(days=FAILED_DAYS)
    is_new = and_(ITEM.c.recipient == "", ITEM.c.resolved_by.is_(None))
    failed = select(func.count()).where(ITEM.c.state == "failed", recent, is_new).scalar_subquery()
    doubts, failures = (await connection.execute(select(unknown, failed))).one()
    silence = (await connection.execute(silent)).scalar_one()
    return {"channels_silent": silence, "channel_items_unknown": doubts, "channel_items_failed": failures}
