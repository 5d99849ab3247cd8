"""Looking after the index: rebuilding it while it serves, comparing it with the live views, clearing away old ones."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy import text, update

from hub.db import Database, table
from hub.errors import SetupProblem
from hub.log.follow import read_entries
from hub.log.models import Follower
from hub.search.index_check import save_check
from hub.times import today
from search.meilisearch.client import quote
from search.meilisearch.documents import index_key, to_index_documents
from search.meilisearch.index_state import STATE_ID, index_name
from search.meilisearch.locks import index_lock
from search.meilisearch.reads import ViewKey, read_live_views, read_log_state

if TYPE_CHECKING:
    from search.meilisearch.projector import Projector

log = structlog.get_logger()

REINDEX_SUFFIX = "_next"
"""What the name of an index that `hub reindex` builds ends with."""

PAGE_SIZE = 1_000
ORPHAN_DAYS = 7
"""An index of another epoch that nobody has touched for so long belongs to nobody; living ones are touched nightly."""

MAX_LOCKED_ENTRIES = 50
"""With so few entries left, the rest is followed while the follower waits for the swap."""

FOLLOWER = table(Follower)

_LIVE = text(
    "SELECT document_id, lang, seq_from FROM published_view WHERE seq_to IS NULL AND state = 'live' ORDER BY id"
)

ReindexProgress = Callable[[str, int], None]


@dataclass(frozen=True)
class IndexDifference:
    """How an index differed from the live views: views it lacked, held in an old form, or should not have held."""

    missing: int = 0
    stale: int = 0
    orphaned: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphaned)


async def reindex(database: Database, projector: "Projector", on_progress: ReindexProgress) -> int:
    """Build the index anew while the old one serves and is followed; gives the number of documents.

    Only the last entries and the swap keep the follower waiting. Interrupted anywhere before the swap, the old index
    serves on, and what was built is cleared away by the next call.
    """
    async with database.write() as session:
        mine = "SELECT pg_try_advisory_xact_lock(hashtext('hub:search-reindex'))"
        if not (await session.execute(text(mine))).scalar():
            raise SetupProblem("Another `hub reindex` is at work.", expected="to wait for it")
        head = await read_log_state(database)
        index = index_name(projector.prefix, head.epoch)
        fresh = index + REINDEX_SUFFIX
        log.info("search_reindex_started", index=index, position=head.seq)
        began = time.monotonic()
        count = await projector.build(fresh, head, lambda done: on_progress("views", done))
        position = await _catch_up(database, projector, fresh, head.seq, on_progress, until=MAX_LOCKED_ENTRIES)
        async with index_lock(database) as swapping:
            position = await _catch_up(database, projector, fresh, position, on_progress, until=0)
            await projector.swap(fresh, index)
            await swapping.execute(update(FOLLOWER).where(FOLLOWER.c.name == "search").values(seq=position))
        log.info("search_reindex_done", index=index, documents=count, seconds=round(time.monotonic() - began, 1))
        return count


async def _catch_up(
    database: Database, projector: "Projector", index: str, position: int, on_progress: ReindexProgress, *, until: int
) -> int:
    """Bring what was published meanwhile into a new index, until at most `until` entries were left at a look."""
    while True:
        async with database.read() as connection:
            entries = await read_entries(connection, position, 200)
        if entries:
            await projector.apply(index, entries)
            position = entries[-1].seq
            on_progress("entries", position)
        if len(entries) <= until:
            return position


async def check_index(database: Database, projector: "Projector") -> IndexDifference:
    """Compare the index with the live views by id and position, heal what differs, and remember it for metrics.

    Runs inside the follower's step: what was published since the follower's last batch is not a difference, so the
    views are compared up to the position that the marker says.
    """
    index = await projector.index()
    applied = int((await projector.client.document(index, STATE_ID)).get("applied", 0))
    held, passages = await _read_indexed_positions(projector, index)
    async with database.read() as connection:
        rows = (await connection.execute(_LIVE)).all()
    live = {index_key(row.document_id, row.lang): row for row in rows}
    missing = [key for key, row in live.items() if key not in held and row.seq_from <= applied]
    stale = [key for key, row in live.items() if key in held and held[key] != row.seq_from and row.seq_from <= applied]
    orphaned = {key for key in held.keys() | passages.keys() if key not in live}
    wrong = {
        key
        for key, positions in passages.items()
        if key in live and live[key].seq_from <= applied and positions != {live[key].seq_from}
    }
    found = IndexDifference(len(missing), len(set(stale) | wrong), len(orphaned))
    if found:
        log.warning("search_index_differs", index=index, **vars(found))
        again = sorted({*missing, *stale, *wrong})
        for part in _batches(again):
            await _reindex_views(database, projector, index, part)
        for part in _batches(sorted(orphaned)):
            await _delete(projector, index, part)
    else:
        log.info("search_index_checked", index=index, views=len(live))
    await projector.client.wait([await projector.client.merge(index, [{"id": STATE_ID, "checked": int(time.time())}])])
    async with database.write() as session:
        await save_check(session, missing=found.missing, stale=found.stale, extra=found.orphaned)
    return found


async def _read_indexed_positions(projector: "Projector", index: str) -> tuple[dict[str, int], dict[str, set[int]]]:
    """Positions of the views that an index holds, and those of their passages."""
    views: dict[str, int] = {}
    passages: dict[str, set[int]] = {}
    offset = 0
    while True:
        page = await projector.client.page(index, ("id", "seq", "of_view"), offset, PAGE_SIZE)
        for one in page:
            view = one.get("of_view")
            if one["id"] == STATE_ID:
                continue
            if view is None or view == one["id"]:
                views[one["id"]] = one.get("seq", -1)
            else:
                passages.setdefault(view, set()).add(one.get("seq", -1))
        if len(page) < PAGE_SIZE:
            return views, passages
        offset += PAGE_SIZE


async def _reindex_views(database: Database, projector: "Projector", index: str, keys: list[str]) -> None:
    """Write these views anew; passages of other positions go."""
    await _delete(projector, index, keys)
    rows = await read_live_views(database, [_parse_index_key(key) for key in keys])
    documents = [document for row in rows for document in to_index_documents(row, today())]
    if documents:
        await projector.client.wait([await projector.client.replace(index, documents)])


async def _delete(projector: "Projector", index: str, keys: list[str]) -> None:
    named = ", ".join(quote(key) for key in keys)
    chosen = f"id IN [{named}] OR of_view IN [{named}]"
    await projector.client.wait([await projector.client.delete_where(index, chosen)])


def _parse_index_key(name: str) -> ViewKey:
    document, _, lang = name.rpartition("_")
    return ViewKey(UUID(document), lang)


def _batches(keys: list[str]) -> Iterable[list[str]]:
    return (keys[place : place + 100] for place in range(0, len(keys), 100))


async def remove_orphans(
    projector: "Projector", *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[str]:
    """Delete indexes of former epochs: of this hub's prefix, not this database's, and untouched for days.

    Another hub that shares the server and even the prefix touches its index each night, so it is never taken for old.
    """
    ours = await projector.index()
    shape = re.compile(rf"{re.escape(projector.prefix)}_[0-9a-f]{{12}}(?:_new|{REINDEX_SUFFIX})?")
    removed = []
    for name, changed in sorted((await projector.client.index_update_times()).items()):
        if shape.fullmatch(name) and not name.startswith(ours) and now() - changed > timedelta(days=ORPHAN_DAYS):
            await projector.client.wait([await projector.client.drop_index(name)])
            log.info("search_orphan_removed", index=name, changed=changed.isoformat())
            removed.append(name)
    return removed
