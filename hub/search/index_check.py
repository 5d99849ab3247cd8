"""Result of the last comparison of the search index with the live views, for monitoring."""

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import table
from hub.search.models import SearchCheck
from hub.times import VIETNAM

CHECK = table(SearchCheck)


class IndexCheck(BaseModel):
    """Differences between the search index and the public items at the last comparison; all were repaired at once."""

    checked_at: datetime = Field(description="Time of the comparison.", examples=["2026-11-24T02:00:03+07:00"])
    missing: int = Field(description="Public items that were missing in the index.", examples=[0])
    stale: int = Field(description="Items with an outdated version in the index.", examples=[0])
    extra: int = Field(description="Items in the index that were not public; no search showed them.")
    healed: int = Field(description="Total number of differences found and repaired so far.", examples=[3])


async def read_last_check(connection: AsyncConnection) -> IndexCheck | None:
    """Read the last comparison; None before the first."""
    row = (await connection.execute(select(CHECK))).mappings().one_or_none()
    if row is None:
        return None
    return IndexCheck(**{**row, "checked_at": row["checked_at"].astimezone(VIETNAM)})


async def save_check(session: AsyncSession, *, missing: int, stale: int, extra: int) -> None:
    """Store the result of a comparison, and add its differences to the total."""
    found = {"missing": missing, "stale": stale, "extra": extra, "checked_at": func.now()}
    healed = missing + stale + extra
    statement = insert(CHECK).values(id=1, **found, healed=healed)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=found | {"healed": CHECK.c.healed + healed})
    )
