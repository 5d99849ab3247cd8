"""Position up to which the log was planned for mails, and the guard against sending again after a restore.

The lock on the single row of `mail_progress` orders everything that plans mails or moves a subscription to another
rhythm. When the right to send was released to this database, or an epoch began, nobody knows what was mailed between
the backup and now: all positions move to the head, so that nothing of it is mailed again.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.mail.rows import MAIL_CHANNEL, PROGRESS, RUN, SUBSCRIPTION
from hub.channels.rows import SWITCH
from hub.db import table
from hub.log.epochs import HEAD
from hub.log.models import SendLease

log = structlog.get_logger()

LEASE = table(SendLease)


@dataclass(frozen=True)
class PlanPosition:
    """The locked position of planning, and the head of the log at that time."""

    epoch: UUID
    """Current epoch of the log."""
    seq: int
    """Position up to which entries were planned for mails at once."""
    head: int
    since: int
    """Position up to which nothing is mailed: where the channel was switched on, or the log stood after a restore."""


async def lock_position(session: AsyncSession) -> PlanPosition | None:
    """Lock the position until the transaction ends, and move it after a restore; None while the channel is off."""
    progress = (await session.execute(select(PROGRESS).with_for_update())).one()
    columns = (HEAD.c.epoch, HEAD.c.seq, LEASE.c.instance, SWITCH.c.is_on, SWITCH.c.since_seq)
    joined = HEAD.join(LEASE, LEASE.c.id == HEAD.c.id).outerjoin(SWITCH, SWITCH.c.channel == MAIL_CHANNEL)
    now = (await session.execute(select(*columns).select_from(joined))).one()
    if not now.is_on:
        return None
    since = min(max(now.since_seq, progress.floor), now.seq)
    seq = progress.seq
    if seq is None:
        seq = since
    elif progress.epoch != now.epoch or progress.instance not in (None, now.instance) or seq > now.seq:
        log.warning("mail_positions_moved", planned=seq, head=now.seq)
        await _move_to_head(session, now.epoch, now.seq)
        seq = since = now.seq
    seq = max(seq, since)
    if (progress.seq, progress.epoch, progress.instance) != (seq, now.epoch, now.instance):
        await session.execute(update(PROGRESS).values(epoch=now.epoch, seq=seq, instance=now.instance))
    return PlanPosition(now.epoch, seq, now.seq, since)


async def move_position(session: AsyncSession, seq: int) -> None:
    """Move the locked position after the entries up to `seq` were planned."""
    await session.execute(update(PROGRESS).values(seq=seq))


async def _move_to_head(session: AsyncSession, epoch: UUID, seq: int) -> None:
    """Move every subscription to the head, and end the runs that were made for other positions."""
    is_elsewhere = or_(SUBSCRIPTION.c.seq != seq, SUBSCRIPTION.c.epoch != epoch)
    moved = update(SUBSCRIPTION).where(SUBSCRIPTION.c.seq.is_not(None), is_elsewhere)
    await session.execute(moved.values(epoch=epoch, seq=seq))
    await session.execute(update(PROGRESS).values(floor=seq))
    await session.execute(update(RUN).where(RUN.c.finished_at.is_(None)).values(finished_at=func.now()))
