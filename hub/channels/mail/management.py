"""Management of a subscription by whoever has its link: confirm, change, pause, resume, end, erase.

Where a rhythm begins, the lock of the position of planning comes first, so that nothing is planned between the end of
one and the beginning of another: every entry is settled by exactly one of them. Ending waits for nothing: a mail that
is planned at the same moment finds no recipient.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, exists, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.channels.mail.positions import lock_position
from hub.channels.mail.rows import ADDRESS, LASTING, MAIL_CHANNEL, SUBSCRIPTION, MailMode, MailSubscriptionRow
from hub.channels.mail.rows import SubscriptionState as State
from hub.channels.mail.schedule import next_due
from hub.channels.port import ItemState
from hub.channels.rows import ITEM
from hub.db import database_now
from hub.log.epochs import HEAD
from hub.times import now

OPEN_STATES = (ItemState.queued, ItemState.held)


async def read_subscription(connection: AsyncConnection | AsyncSession, id_: UUID) -> MailSubscriptionRow | None:
    """Read a subscription; None if it does not exist."""
    row = (await connection.execute(select(SUBSCRIPTION).where(SUBSCRIPTION.c.id == id_))).one_or_none()
    return None if row is None else MailSubscriptionRow.of(row)


class SubscriptionManager:
    """Changes one subscription inside the transaction of the caller."""

    def __init__(self, session: AsyncSession, id_: UUID):
        self.session = session
        self.id = id_

    async def confirm(self) -> MailSubscriptionRow | None:
        """Begin a pending subscription at the head of the log; one that has begun stays as it is."""
        head, row = await self._lock()
        if row is None or row.state is not State.pending:
            return row
        at = await database_now(self.session)
        await self.session.execute(
            update(ADDRESS)
            .where(ADDRESS.c.id == row.address_id)
            .values(state=State.active, suppressed_at=None, suppressed_reason=None)
            .values(soft_bounces=0, soft_bounce_day=None, ended_at=None)
        )
        return await self._set(
            state=State.active,
            confirmed_at=at,
            epoch=head[0],
            seq=head[1],
            next_due_at=next_due(row.mode, row.hour, now()),
        )

    async def change(self, mode: MailMode, hour: int, lang: str) -> MailSubscriptionRow | None:
        """Change rhythm, hour and language; nothing that was not sent yet is lost, and nothing is sent twice."""
        head, row = await self._lock()
        if row is None or row.state is State.ended:
            return row
        values: dict[str, object] = {"mode": mode, "hour": hour, "lang": lang}
        if row.state is not State.pending and (mode, hour) != (row.mode, row.hour):
            values["next_due_at"] = next_due(mode, hour, now())
            if row.mode is MailMode.at_once and row.next_due_at is None:
                values |= {"epoch": head[0], "seq": max(head[2], row.seq or 0)}
            elif mode is MailMode.at_once:
                values["next_due_at"] = now()  # the planner first settles what the digests had still to tell
        return await self._set(**values)

    async def pause(self) -> MailSubscriptionRow | None:
        """Send nothing until it is resumed."""
        row = await self._lock_row()
        return row if row is None or row.state is not State.active else await self._set(state=State.paused)

    async def resume(self) -> MailSubscriptionRow | None:
        """Send again, from the head of the log on."""
        head, row = await self._lock()
        if row is None or row.state is not State.paused:
            return row
        due = next_due(row.mode, row.hour, now())
        return await self._set(state=State.active, epoch=head[0], seq=head[1], next_due_at=due)

    async def end(self) -> MailSubscriptionRow | None:
        """End a subscription at once; its mails that wait are not sent. Never waits for the planner."""
        row = await self._lock_row()
        if row is None or row.state is State.ended:
            return row
        at = await database_now(self.session)
        ended = await self._set(state=State.ended, ended_at=at, next_due_at=None)
        await drop_mails(self.session, [self.id])
        other = exists().where(SUBSCRIPTION.c.address_id == row.address_id, SUBSCRIPTION.c.state.in_(LASTING))
        of_address = update(ADDRESS).where(ADDRESS.c.id == row.address_id, ~other)
        await self.session.execute(of_address.values(ended_at=at))
        return ended

    async def erase(self) -> bool:
        """Erase the address of a subscription with everything about it; False if there is none."""
        row = await self._lock_row()
        if row is None:
            return False
        own = select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.address_id == row.address_id)
        await drop_mails(self.session, (await self.session.execute(own)).scalars().all())
        await self.session.execute(delete(ADDRESS).where(ADDRESS.c.id == row.address_id))
        return True

    async def _lock(self) -> tuple[tuple[UUID, int, int], MailSubscriptionRow | None]:
        """Lock the position and the subscription; returns epoch and head of the log, the planned position, the row."""
        position = await lock_position(self.session)
        epoch, head = (await self.session.execute(select(HEAD.c.epoch, HEAD.c.seq))).one()
        planned = head if position is None else position.seq
        return (epoch, head, planned), await self._lock_row()

    async def _lock_row(self) -> MailSubscriptionRow | None:
        """Lock the address first and its subscription after it: everything that locks both does so in this order."""
        owner = select(SUBSCRIPTION.c.address_id).where(SUBSCRIPTION.c.id == self.id).scalar_subquery()
        await self.session.execute(select(ADDRESS.c.id).where(ADDRESS.c.id == owner).with_for_update())
        query = select(SUBSCRIPTION).where(SUBSCRIPTION.c.id == self.id).with_for_update()
        row = (await self.session.execute(query)).one_or_none()
        return None if row is None else MailSubscriptionRow.of(row)

    async def _set(self, **values: object) -> MailSubscriptionRow:
        changed = update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == self.id).values(**values).returning(SUBSCRIPTION)
        return MailSubscriptionRow.of((await self.session.execute(changed)).one())


async def drop_mails(session: AsyncSession, subscriptions: Collection[UUID]) -> None:
    """Drop the mails of subscriptions that wait, and the texts of those that were sent."""
    recipients = [str(id_) for id_ in subscriptions]
    own = (ITEM.c.channel == MAIL_CHANNEL, ITEM.c.recipient.in_(recipients))
    at = await database_now(session)
    waiting = {"state": ItemState.superseded, "settled_at": at, "next_at": None, "hold": None}
    await session.execute(update(ITEM).where(*own, ITEM.c.state.in_(OPEN_STATES)).values(**waiting))
    await session.execute(update(ITEM).where(*own, ITEM.c.state != ItemState.sending).values(payload=null()))
