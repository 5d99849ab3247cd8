"""Number of outside calls of channels, which the right to send covers as it covers positions of the log.

It is counted in the transaction that states the intent of a call, and written into the file of the right before the
call is made (`SendingRight.covers_call`). So a restore is noticed although nothing was published after the dump.
"""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import table
from hub.log.models import SendLease

LEASE = table(SendLease)


async def count_call(session: AsyncSession) -> int:
    """Count one more outside call; returns its number. Call this last: all senders wait for the row until commit."""
    statement = update(LEASE).values(calls=LEASE.c.calls + 1).returning(LEASE.c.calls)
    number: int = (await session.execute(statement)).scalar_one()
    return number
