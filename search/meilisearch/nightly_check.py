"""The nightly check of the index: compare it with the live views, repair the differences, remove old indexes."""

import re
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text

from hub.db import Database
from hub.search.index_check import save_check
from search.meilisearch.documents import index_key
from search.meilisearch.index_state import REINDEX_SUFFIX, STATE_ID
from search.meilisearch.projector import Projector
from search.meilisearch.reads import ViewKey, read_live_views

log = structlog.get_logger()

PAGE_SIZE = 1_000

ORPHAN_DAYS = 7
"""Days without a change after which an index of another epoch is an orphan; indexes in use change every night."""

_LIVE = text(
    "SELECT id, document_id, lang, seq_from FROM published_view"
    " WHERE seq_to IS NULL AND state = 'live' AND id > :after ORDER BY id LIMIT :most"
)


@dataclass(frozen=True)
class IndexDifference:
    """Differences between an index and the live views: missing, outdated, and surplus views."""

    missing: int = 0
    stale: int = 0
    orphaned: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphaned)


async def check_index(database: Database, projector: Projector) -> IndexDifference:
    """Compare the index with the live views by id and position, repair the differences and save them for metrics.

    Runs inside the follower's step. Entries published since the follower's last batch are no difference, so the views
    are compared up to the position that the marker document states.
    """
    index = await projector.index()
    applied = int((await projector.client.document(index, STATE_ID)).get("applied", 0))
    indexed = await _read_indexed_positions(projector, index)
    missing, stale, views = list[str](), list[str](), 0
    async for row in _read_live_rows(database):
        # What is left of the index in the end is no longer live.
        key, views = index_key(row.document_id, row.lang), views + 1
        seq = indexed.pop(key, None)
        if row.seq_from <= applied and seq != row.seq_from:
            (missing if seq is None else stale).append(key)
    orphaned = indexed.keys()
    found = IndexDifference(len(missing), len(stale), len(orphaned))
    if found:
        log.warning("search_index_differs", index=index, **vars(found))
        for batch in _batches(sorted({*missing, *stale})):
            await _reindex_views(database, projector, index, batch)
        for batch in _batches(sorted(orphaned)):
            await _delete_views(projector, index, batch)
    else:
        log.info("search_index_checked", index=index, views=views)
    await projector.client.wait([await projector.client.merge(index, [{"id": STATE_ID, "checked": int(time.time())}])])
    async with database.write() as session:
        await save_check(session, missing=found.missing, stale=found.stale, extra=found.orphaned)
    return found


async def _read_live_rows(database: Database) -> AsyncIterator[Any]:
    """Read the ids and positions of the live views, page by page. What is published meanwhile is behind them."""
    after = 0
    while True:
        async with database.read() as connection:
            rows = (await connection.execute(_LIVE, {"after": after, "most": PAGE_SIZE})).all()
        for row in rows:
            yield row
        if len(rows) < PAGE_SIZE:
            return
        after = rows[-1].id


async def _read_indexed_positions(projector: Projector, index: str) -> dict[str, int]:
    """Read the log positions of the views that an index holds."""
    views: dict[str, int] = {}
    offset = 0
    while True:
        page = await projector.client.page(index, ("id", "seq"), offset, PAGE_SIZE)
        views |= {one["id"]: one.get("seq", -1) for one in page if one["id"] != STATE_ID}
        if len(page) < PAGE_SIZE:
            return views
        offset += PAGE_SIZE


async def _reindex_views(database: Database, projector: Projector, index: str, keys: list[str]) -> None:
    """Delete and write these views."""
    await _delete_views(projector, index, keys)
    rows = await read_live_views(database, [_parse_index_key(key) for key in keys])
    documents = await projector.convert_views(rows)
    if documents:
        await projector.client.wait([await projector.client.replace(index, documents)])


async def _delete_views(projector: Projector, index: str, keys: list[str]) -> None:
    """Delete these views."""
    await projector.client.wait([await projector.client.delete(index, keys)])


def _parse_index_key(name: str) -> ViewKey:
    document, _, lang = name.rpartition("_")
    return ViewKey(UUID(document), lang)


def _batches(keys: list[str]) -> Iterable[list[str]]:
    return (keys[start : start + 100] for start in range(0, len(keys), 100))


async def remove_orphans(projector: Projector, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> list[str]:
    """Delete indexes of former epochs, and return their names: of this hub's prefix, not this database's, unchanged for
    `ORPHAN_DAYS`.

    Another hub that shares the server and even the prefix changes its index each night, so it is never deleted.
    """
    own = await projector.index()
    pattern = re.compile(rf"{re.escape(projector.prefix)}_[0-9a-f]{{12}}(?:_new|{REINDEX_SUFFIX})?")
    removed = []
    for name, changed in sorted((await projector.client.index_update_times()).items()):
        if pattern.fullmatch(name) and not name.startswith(own) and now() - changed > timedelta(days=ORPHAN_DAYS):
            await projector.client.wait([await projector.client.drop_index(name)])
            log.info("search_orphan_removed", index=name, changed=changed.isoformat())
            removed.append(name)
    return removed
