"""`hub reindex`: rebuild the index in full while the old one serves and is followed, then swap the two."""

import time
from collections.abc import Callable

import structlog
from sqlalchemy import update

from hub.db import Database, table
from hub.errors import SetupProblem
from hub.locks.registry import LockClass, hold_lock
from hub.log.entries import DocumentEntry
from hub.log.follow import read_entries
from hub.log.models import Follower
from search.log_state import read_log_state
from search.meilisearch.index_state import REINDEX_SUFFIX, index_name
from search.meilisearch.locks import index_lock
from search.meilisearch.projector import Projector

log = structlog.get_logger()

MAX_LOCKED_ENTRIES = 50
"""Log entries left to apply at which the lock is taken: these few are applied while the follower waits for the swap."""

FOLLOWER = table(Follower)

ReindexProgress = Callable[[str, int], None]


async def reindex(database: Database, projector: Projector, on_progress: ReindexProgress) -> int:
    """Rebuild the index while the old one serves and is followed, and return the number of documents.

    Only the last entries and the swap keep the follower waiting. If it is interrupted anywhere before the swap, the old
    index keeps serving, and the next call removes the unfinished one. Raises `SetupProblem` while another one runs.
    """
    async with hold_lock(database.url, LockClass.search_rebuild, wait=False) as held:
        if held is None:
            raise SetupProblem("Another `hub reindex` is running.", expected="to wait until it ends")
        head = await read_log_state(database)
        index = index_name(projector.prefix, head.epoch)
        new_index = index + REINDEX_SUFFIX
        log.info("search_reindex_started", index=index, position=head.seq)
        began = time.monotonic()
        count = await projector.build(new_index, head, lambda done: on_progress("views", done))
        position = await _catch_up(database, projector, new_index, head.seq, on_progress, until=MAX_LOCKED_ENTRIES)
        async with index_lock(database):
            position = await _catch_up(database, projector, new_index, position, on_progress, until=0)
            await projector.swap(new_index, index)
            async with database.write() as session:
                await session.execute(update(FOLLOWER).where(FOLLOWER.c.name == "search").values(seq=position))
        log.info("search_reindex_done", index=index, documents=count, seconds=round(time.monotonic() - began, 1))
        return count


async def _catch_up(
    database: Database, projector: Projector, index: str, position: int, on_progress: ReindexProgress, *, until: int
) -> int:
    """Apply the entries after `position` to a new index until a read gives at most `until`; return the new position."""
    while True:
        async with database.read() as connection:
            entries = await read_entries(connection, position, 200)
        if entries:
            await projector.apply(index, [entry for entry in entries if isinstance(entry, DocumentEntry)], entries[-1])
            position = entries[-1].seq
            on_progress("entries", position)
        if len(entries) <= until:
            return position
