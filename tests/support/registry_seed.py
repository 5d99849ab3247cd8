"""The registry of Huế as the ground of tests: loaded as people load it, with an empty log afterwards."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hub import demo
from hub.db import table
from hub.log.chain import start_hash
from hub.log.models import LogHead

HEAD = table(LogHead)


async def seed_registry(session: AsyncSession) -> None:
    """Load the registry; positions of what a test publishes begin at 1."""
    await demo.load_registry(session)
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    await session.execute(text("DELETE FROM log_entry"))
    await session.execute(text("SET LOCAL session_replication_role = DEFAULT"))
    head = (await session.execute(HEAD.select())).one()
    await session.execute(HEAD.update().values(seq=0, at=None, hash=start_hash(head.epoch)))
