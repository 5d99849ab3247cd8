"""What somebody has to look at: sources that are dead, and what they brought that is set aside."""

from collections.abc import Awaitable, Callable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ingest.sources.pipeline.items import QUARANTINED
from ingest.sources.queries import is_dead
from ingest.sources.rows import ITEM, SOURCE


def source_alerts(dead_after: int) -> Callable[[AsyncConnection], Awaitable[dict[str, int]]]:
    """Who counts them, in one statement, by the partial index of what is set aside."""

    async def read(connection: AsyncConnection) -> dict[str, int]:
        dead = select(func.count()).select_from(SOURCE).where(is_dead(dead_after)).scalar_subquery()
        aside = select(func.count()).select_from(ITEM).where(ITEM.c.state == QUARANTINED).scalar_subquery()
        row = (await connection.execute(select(dead, aside))).one()
        return {"sources_dead": row[0], "source_items_quarantined": row[1]}

    return read


async def dead_sources(connection: AsyncConnection, dead_after: int) -> list[tuple[str, str]]:
    """Code and last error of dead sources."""
    query = select(SOURCE.c.code, func.coalesce(SOURCE.c.last_error, "nothing came for too long"))
    rows = await connection.execute(query.where(is_dead(dead_after)).order_by(SOURCE.c.code))
    return [(code, error) for code, error in rows]
