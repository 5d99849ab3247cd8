"""Log follower that keeps citations equal to the live views, and the rebuild of all of them."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from hub.citations.commands import RefreshResult, refresh_citations
from hub.citations.eraser import CITABLE, CITATION
from hub.content.as_of import currently_open
from hub.content.visibility import LISTED_STATES, VIEW
from hub.db import Database
from hub.log.entries import DocumentEntry
from hub.log.follow import LogFollower

NAME = "citations"
BATCH = 50
"""Log entries per batch: it stays small in memory, and one that was killed is soon repeated."""


class CitationFollower(LogFollower):
    """Refreshes the citations of published documents, each document of a batch once."""

    def __init__(self, database: Database):
        super().__init__(database, NAME, self._refresh, batch=BATCH)

    async def _refresh(self, entries: Sequence[DocumentEntry]) -> None:
        await refresh_citations(self.database, list(dict.fromkeys(entry.document_id for entry in entries)))


async def rebuild(database: Database) -> AsyncIterator[RefreshResult]:
    """Extract and resolve all citations again, in batches; it may be stopped and run again at any time."""
    live = select(VIEW.c.document_id).where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES))
    async with database.write() as session:
        for table in (CITATION, CITABLE):
            await session.execute(delete(table).where(table.c.document_id.not_in(live)))
    last: UUID | None = None
    while True:
        query = live.distinct().order_by(VIEW.c.document_id).limit(BATCH)
        async with database.read() as connection:
            page = query if last is None else query.where(VIEW.c.document_id > last)
            documents = list((await connection.execute(page)).scalars())
        if not documents:
            return
        yield await refresh_citations(database, documents)
        last = documents[-1]
