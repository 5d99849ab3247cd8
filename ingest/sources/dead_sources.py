"""Dead sources: failing, or without success for three intervals of their schedule."""

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ingest.sources.rows import SOURCE
from ingest.sources.schemas import SourceState


def is_dead(dead_after: int) -> ColumnElement[bool]:
    """Condition for dead sources: active, and failing or without success for three intervals of their schedule."""
    silent = and_(SOURCE.c.overdue_at.is_not(None), SOURCE.c.overdue_at < func.now())
    return and_(SOURCE.c.state == SourceState.active.value, or_(SOURCE.c.failures >= dead_after, silent))


async def dead_sources(connection: AsyncConnection, dead_after: int) -> list[tuple[str, str]]:
    """Code and last error of every dead source."""
    query = select(SOURCE.c.code, func.coalesce(SOURCE.c.last_error, "no successful run for too long"))
    rows = await connection.execute(query.where(is_dead(dead_after)).order_by(SOURCE.c.code))
    return [(code, error) for code, error in rows]
