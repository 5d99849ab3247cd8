"""Items that vanished from a source: a complete list lacks them, or their page answers that it is gone.

Their documents stay: nobody has decided that they are withdrawn.
"""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.times import now
from ingest.sources.http.fetcher import FetchError
from ingest.sources.pipeline.items import VANISHED
from ingest.sources.rows import ITEM
from ingest.sources.schemas import SourceType

COMPLETE_LIST_TYPES = (SourceType.sitemap, SourceType.folder, SourceType.bucket)
"""Types whose list has all items; feeds and list pages show the newest only."""

_GONE_CODES = ("http_404", "http_410", "no_file")


def is_complete_list(source_type: str, *, is_cut: bool) -> bool:
    """True when the list that was read has all items of the source: of such a type, and not cut at a limit."""
    return source_type in COMPLETE_LIST_TYPES and not is_cut


def is_gone(problem: FetchError) -> bool:
    """True when the source answers that the item does not exist any more."""
    return problem.code in _GONE_CODES


async def set_vanished(session: AsyncSession, source: str, run: int) -> int:
    """Mark the items as vanished that a completely read list does not have any more; return their number."""
    values = {"state": VANISHED, "next_at": None, "checked_at": now()}
    gone = await session.execute(
        update(ITEM)
        .where(ITEM.c.source == source, ITEM.c.state != VANISHED, ITEM.c.seen_run < run)
        .values(**values)
        .returning(ITEM.c.id)
    )
    return len(gone.all())
