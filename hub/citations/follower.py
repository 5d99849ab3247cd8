"""The follower that keeps citations equal to the live views, and their making anew."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from hub.citations.commands import RefreshResult, refresh_citations
from hub.citations.eraser import CITABLE, CITATION
from hub.content.visibility import LISTED_STATES, VIEW, currently_open
from hub.db import Database
from hub.log.follow import LogFollower
from hub.log.models import LogEntry

NAME = "citations"
BATCH = 50
"""Log entries at once: what a batch reads stays small, and a killed one is soon done again."""


class CitationFollower(LogFollower):
    """Reads what was published, each document of a batch once."""

    def __init__(self, database: Database):
        super().__init__(database, NAME, self._refresh, batch=BATCH)

    async def _refresh(self, entries: Sequence[LogEntry]) -> None:
        await refresh_citations(self.database, list(dict.fromkeys(entry.document_id for entry in entries)))


async def rebuild(database: Database) -> AsyncIterator[RefreshResult]:
    """Read every live view anew, in batches of one transaction each; it may be stopped and run again at any time."""
    live = select(VIEW.c.document_id).where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES))
    async with database.write() as session:
        for rows in (CITATION, CITABLE):
            await session.execute(delete(rows).where(rows.c.document_id.not_in(live)))
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
