"""Handling of stored events: each is counted once, and the person behind it is forgotten."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.channels.zalo.models import ZaloCount, ZaloEvent
from hub.db import Database, table
from hub.times import VIETNAM, now

EVENT, COUNT = table(ZaloEvent), table(ZaloCount)

ARRIVALS = ("user_received_message", "user_seen_message")
"""Events that prove that a message reached a follower."""
BATCH = 500
KEEP = timedelta(days=2)
"""Time for which an event is kept: repetitions of older ones are not taken."""
KEEP_ARRIVALS = timedelta(days=30)
"""Time for which it is known that a message of the account arrived. A broadcast asks for a day."""
KEEP_COUNTS = timedelta(days=400)
"""Time for which the numbers of each day are kept."""


_HANDLED = {"person": None, "msg_id": None, "tracking_id": None}
"""Members of an event that go when it is counted; its key still tells a repetition."""


async def handle_events(database: Database) -> int:
    """Count the events that wait, a batch in each transaction; returns their number.

    The rows are locked and marked in the transaction that counts them, so an event is counted once.
    """
    handled = 0
    while True:
        async with database.write() as session:
            count = await _handle_batch(session)
        handled += count
        if count < BATCH:
            return handled


async def _handle_batch(session: AsyncSession) -> int:
    waiting = select(EVENT).where(EVENT.c.handled_at.is_(None)).order_by(EVENT.c.received_at, EVENT.c.key).limit(BATCH)
    rows = (await session.execute(waiting.with_for_update(skip_locked=True))).all()
    if not rows:
        return 0
    counts: dict[tuple[date, str, str], tuple[int, datetime]] = {}
    for row in rows:
        message = row.msg_id if row.name in ARRIVALS else None  # what people write is counted by day alone
        place = (row.happened_at.astimezone(VIETNAM).date(), row.name, message or "")
        number, last = counts.get(place, (0, row.happened_at))
        counts[place] = (number + 1, max(last, row.happened_at))
    values = [
        {"day": day, "name": name, "msg_id": message, "count": number, "last_at": last}
        for (day, name, message), (number, last) in sorted(counts.items(), key=str)
    ]
    adding = insert(COUNT).values(values)
    changed = {
        "count": COUNT.c.count + adding.excluded["count"],
        "last_at": func.greatest(COUNT.c.last_at, adding.excluded.last_at),
    }
    key = [COUNT.c.day, COUNT.c.name, COUNT.c.msg_id]
    await session.execute(adding.on_conflict_do_update(index_elements=key, set_=changed))
    keys = [row.key for row in rows]
    await session.execute(update(EVENT).where(EVENT.c.key.in_(keys)).values(**_HANDLED, handled_at=now()))
    return len(rows)


async def delete_old_events(database: Database) -> None:
    """Delete handled events that are older than any repetition, and counts that are kept no longer."""
    moment = now()
    last_day = moment.astimezone(VIETNAM).date()
    async with database.write() as session:
        old = EVENT.delete().where(EVENT.c.received_at < moment - KEEP, EVENT.c.handled_at.is_not(None))
        await session.execute(old)
        of_messages = COUNT.delete().where(COUNT.c.day < last_day - KEEP_ARRIVALS, COUNT.c.msg_id != "")
        await session.execute(of_messages)
        await session.execute(COUNT.delete().where(COUNT.c.day < last_day - KEEP_COUNTS))


async def has_arrived(connection: AsyncConnection, message: str) -> bool:
    """True if an event says that a follower received a message."""
    counted = select(COUNT.c.count).where(COUNT.c.msg_id == message, COUNT.c.name.in_(ARRIVALS)).limit(1)
    return (await connection.execute(counted)).scalar_one_or_none() is not None
