"""Alerts of sources for the operator: dead sources and quarantined items."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ingest.sources.dead_sources import is_dead
from ingest.sources.pipeline.items import QUARANTINED
from ingest.sources.rows import ITEM, SOURCE


def source_alerts(dead_after: int) -> Callable[[AsyncConnection], Awaitable[dict[str, int]]]:
    """Return a function that counts dead sources and quarantined items by one statement.

    Quarantined items are counted on their partial index.
    """

    async def read(connection: AsyncConnection) -> dict[str, int]:
        dead = select(func.count()).select_from(SOURCE).where(is_dead(dead_after)).scalar_subquery()
        quarantined = select(func.count()).select_from(ITEM).where(ITEM.c.state == QUARANTINED).scalar_subquery()
        row = (await connection.execute(select(dead, quarantined))).one()
        return {"sources_dead": row[0], "source_items_quarantined": row[1]}

    return read
