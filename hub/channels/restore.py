"""After a restore, whatever waited may have been sent: it is in doubt until a channel or a person says otherwise."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.registry import find_built
from hub.channels.rows import CALL, ITEM, WAITING

MAY_HAVE_BEEN_SENT = "The database was restored; this may have been sent before."


async def doubt_waiting(session: AsyncSession) -> int:
    """Make `unknown` everything that waits, before the right to send is released; returns the number.

    Channels that can be asked are asked then. For the others a person resolves each item.
    """
    waiting = ITEM.c.state.in_([state.value for state in WAITING])
    channels = (await session.execute(select(ITEM.c.channel).where(waiting).distinct())).scalars().all()
    doubted = 0
    for channel in channels:
        built = find_built(channel)
        values = {
            "state": "unknown",
            "hold": None,
            "words": MAY_HAVE_BEEN_SENT,
            "next_at": func.now() if built is not None and built.can_confirm else None,
            "first_sent_at": func.coalesce(ITEM.c.first_sent_at, func.now()),
        }
        changed = update(ITEM).where(waiting, ITEM.c.channel == channel).values(**values)
        doubted += len((await session.execute(changed.returning(ITEM.c.id))).all())
    open_calls = CALL.c.outcome.is_(None)
    await session.execute(update(CALL).where(open_calls).values(outcome="interrupted"))
    return doubted
