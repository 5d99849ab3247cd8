"""The follower that keeps Meilisearch's index equal to the live views, and heals it without a hand.

A batch is coalesced by document and language, read in one statement, sent, and waited for; only then does the
follower's cursor move. While more than a batch waits (an import), what editors publish is sent before its turn; the
cursor still walks every entry in order, and meets it again. The marker inside the index is changed last and by
*merging*: if the engine lost the index in the meantime, the merge leaves a marker that does not say "whole", so nobody
trusts what is there.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import structlog

from hub.db import Database
from hub.log.append import Event
from hub.log.follow import LogFollower
from hub.log.models import LogEntry
from hub.times import today
from search.meilisearch.client import EngineClient, EngineNotFound, EngineRequestError, quote
from search.meilisearch.documents import SHAPE_VERSION, index_key, to_index_documents
from search.meilisearch.index_state import REBUILD_SUFFIX, STATE_ID, IndexState, index_name
from search.meilisearch.locks import NightlySchedule, index_lock
from search.meilisearch.reads import (
    LogState,
    ViewKey,
    iterate_live_views,
    read_editorial_entries,
    read_live_views,
    read_log_state,
)
from search.meilisearch.reindex import check_index, remove_orphans
from search.meilisearch.settings import INDEX_SETTINGS, settings_fingerprint
from search.text.synonyms import read_synonym_map, synonym_digest, to_meilisearch

log = structlog.get_logger()

NAME = "search"
CHECK_SECONDS = 5.0
BATCH = 200
SMALLEST_BATCH = 25
MAX_BATCH_SECONDS = 1.0
"""Seconds that a batch should take at most while others wait: editors' changes are looked for between batches."""
PAYLOAD_BYTES = 8_000_000
MAX_QUEUED_PAYLOADS = 4
"""How many payloads of a rebuild may wait in the engine's queue."""


class Projector:
    """Writes the index of one database; only one may work at a time (the follower's lock sees to that)."""

    def __init__(self, database: Database, client: EngineClient, prefix: str):
        self.database = database
        self.client = client
        self.prefix = prefix
        self.epoch: UUID | None = None
        self.synonyms_digest = ""
        """Digest of the words that the index was given last; empty before."""

    async def project(self, entries: Sequence[LogEntry]) -> None:
        """Bring the views of these log entries into the index; returns when the engine confirmed it."""
        await self.apply(await self.index(), entries)

    async def apply(self, index: str, entries: Sequence[LogEntry], *, out_of_order: bool = False) -> None:
        """The same for any index; `out_of_turn`, the marker does not say that everything before is there too."""
        keys = coalesce_entries(entries)
        rows = await read_live_views(self.database, keys)
        documents = [document for row in rows for document in to_index_documents(row, today())]
        found = {index_key(row["document_id"], row["lang"]): row["seq_from"] for row in rows}
        missing = [name for key in keys if (name := index_key(*key)) not in found]
        passages = stale_passages_filter(entries, found)
        marker = [] if out_of_order else [{"id": STATE_ID, "applied": entries[-1].seq}]
        lots = [*payloads(documents)]
        if lots and not missing and not passages:
            # The usual case is one task of the engine: a second one for the marker would take half as long again.
            lots[-1] = [*lots[-1], *marker]
            marker = []
        # Merged, too, so that they share a task with the marker; every member is always there, so nothing old stays.
        tasks = [await self.client.merge(index, lot) for lot in lots]
        if missing:
            tasks.append(await self.client.delete(index, missing))
        if passages:
            await self._delete_passages(index, passages)
        if marker:
            tasks.append(await self.client.merge(index, marker))
        await self.client.wait(tasks)

    async def _delete_passages(self, index: str, passages: str) -> None:
        """Delete passages that are no longer live."""
        try:
            await self.client.wait([await self.client.delete_where(index, passages)])
        except EngineRequestError:
            # An index that was lost knows no filters. It is no index of ours any more, and is built anew.
            if await self._read_state(index) is not None:
                raise

    async def ensure_index(self, position: int) -> int:
        """Make sure that the index is there, ours and whole; gives the log position to follow on from.

        A lost or foreign index is built anew, one that is behind the cursor (an old copy of the engine's files) is
        followed again from where it stands, changed settings are set.
        """
        head = await read_log_state(self.database)
        self.epoch = head.epoch
        index = index_name(self.prefix, self.epoch)
        marker = await self._read_state(index)
        if marker is None or not marker.is_built_for(self.epoch) or marker.applied > head.seq:
            return await self.rebuild()
        if marker.settings != settings_fingerprint():
            log.info("search_settings_changed", index=index)
            await self._apply_settings(index)
            await self.client.wait(
                [await self.client.merge(index, [{"id": STATE_ID, "settings": settings_fingerprint()}])]
            )
        await self.apply_synonyms(index)
        if marker.applied < position:
            log.warning("search_index_behind", index=index, applied=marker.applied, position=position)
        return min(position, marker.applied)

    async def rebuild(self) -> int:
        """Build the index anew beside the old one and swap; gives the log position from which to follow on.

        Interrupted, it leaves the old index as it was, and the next call begins again.
        """
        head = await read_log_state(self.database)
        self.epoch = head.epoch
        index = index_name(self.prefix, self.epoch)
        fresh = index + REBUILD_SUFFIX
        started = time.monotonic()
        log.info("search_rebuild_started", index=index, position=head.seq)
        count = await self.build(fresh, head)
        await self.swap(fresh, index)
        log.info("search_rebuild_done", index=index, documents=count, seconds=round(time.monotonic() - started, 1))
        return head.seq

    async def build(self, fresh: str, head: LogState, on_progress: Callable[[int], None] = lambda _: None) -> int:
        """Fill a new index with all live views, whole as of `head`; gives the number of documents. Tells how many."""
        await self._drop_index(fresh)
        await self.client.wait([await self.client.create_index(fresh)])
        await self._apply_settings(fresh)
        count, tasks = 0, list[int]()
        async for rows in iterate_live_views(self.database, BATCH):
            for payload in payloads(document for row in rows for document in to_index_documents(row, today())):
                count += len(payload)
                tasks.append(await self.client.replace(fresh, payload))
                await self.client.wait(tasks[:-MAX_QUEUED_PAYLOADS])
                del tasks[:-MAX_QUEUED_PAYLOADS]
                on_progress(count)
        await self.client.wait(tasks)
        marker = IndexState(str(head.epoch), SHAPE_VERSION, settings_fingerprint(), uuid4().hex[:12], head.seq)
        await self.client.wait([await self.client.replace(fresh, [marker.to_index_document()])])
        return count

    async def swap(self, fresh: str, index: str) -> None:
        """Let a new index serve under this name, and delete the old one."""
        there = index in await self.client.indexes()
        await self.client.wait([await self.client.swap(fresh, index, rename=not there)])
        if there:
            await self._drop_index(fresh)

    async def index(self) -> str:
        """The name of this database's index."""
        return await self._index()

    async def _index(self) -> str:
        if self.epoch is None:
            self.epoch = (await read_log_state(self.database)).epoch
        return index_name(self.prefix, self.epoch)

    async def _read_state(self, index: str) -> IndexState | None:
        try:
            return IndexState.parse(await self.client.document(index, STATE_ID))
        except EngineNotFound:
            return None

    async def apply_synonyms(self, index: str) -> bool:
        """Give the engine the words that mean the same, if they changed; says whether they did."""
        synonyms = to_meilisearch(await read_synonym_map(self.database))
        if (wanted := synonym_digest(synonyms)) == self.synonyms_digest:
            return False
        await self.client.wait([await self.client.update_settings(index, {"synonyms": synonyms})])
        self.synonyms_digest = wanted
        return True

    async def _apply_settings(self, index: str) -> None:
        await self.client.wait([await self.client.update_settings(index, INDEX_SETTINGS)])
        self.synonyms_digest = ""
        await self.apply_synonyms(index)

    async def _drop_index(self, index: str) -> None:
        if index in await self.client.indexes():
            await self.client.wait([await self.client.drop_index(index)])


class SearchFollower(LogFollower):
    """Follows the log into the index, and looks after the index every few seconds and after every failure.

    All under the follower's own lock, so a rebuild and a batch never meet.
    """

    def __init__(self, database: Database, projector: Projector, *, check_seconds: float = CHECK_SECONDS):
        super().__init__(database, NAME, self._project_batch, batch=BATCH)
        self.projector = projector
        self.check_seconds = check_seconds
        self._check_at = 0.0
        self._scanned_to = 0
        self._nightly = NightlySchedule()

    async def step(self) -> int:
        """Look after the index when it is time, then work on one batch; never while `hub reindex` swaps."""
        try:
            async with index_lock(self.database):
                if time.monotonic() >= self._check_at:
                    await self._maintain_index()
                if self._nightly.claim_if_due():
                    await check_index(self.database, self.projector)
                    await remove_orphans(self.projector)
                return await super().step()
        except BaseException:
            self._check_at, self._scanned_to = 0.0, 0
            raise

    async def _project_batch(self, entries: Sequence[LogEntry]) -> None:
        """A batch; when more is waiting, first what editors published behind it, and in lots that take a moment."""
        waiting = len(entries) == self.batch
        if waiting:
            await self._project_editors_first(max(self._scanned_to, entries[-1].seq))
        began = time.monotonic()
        await self.projector.project(entries)
        took = time.monotonic() - began
        if waiting and took > MAX_BATCH_SECONDS:
            self.batch = max(SMALLEST_BATCH, self.batch // 2)
        elif took < MAX_BATCH_SECONDS / 4:
            self.batch = min(BATCH, self.batch * 2)

    async def _project_editors_first(self, after: int) -> None:
        early, self._scanned_to = await read_editorial_entries(self.database, after)
        if early:
            await self.projector.apply(await self.projector.index(), early, out_of_order=True)
            log.info("search_editors_first", entries=len(early), waiting=self._scanned_to - after)

    async def _maintain_index(self) -> None:
        position = await self.position()
        right = await self.projector.ensure_index(position)
        if right != position:
            await self.confirm(right)
        self._check_at = time.monotonic() + self.check_seconds

    async def run(self, stop: asyncio.Event) -> None:
        try:
            await super().run(stop)
        finally:
            self.projector.client.close()


def coalesce_entries(entries: Iterable[LogEntry]) -> list[ViewKey]:
    """Each document and language once, in the order of their last entries."""
    last = {ViewKey(entry.document_id, entry.lang): entry.seq for entry in entries}
    return sorted(last, key=lambda key: last[key])


def stale_passages_filter(entries: Iterable[LogEntry], found: Mapping[str, int]) -> str | None:
    """A filter for passages of views that are not the live ones; None when these entries can have left none.

    A first edition cannot: the usual case during an import, which is spared a task of the engine.
    """
    chosen = []
    for name in {index_key(e.document_id, e.lang) for e in entries if e.edition > 1 or e.event != Event.published}:
        newer = f" AND seq != {found[name]}" if name in found else ""
        chosen.append(f"(of_view = {quote(name)}{newer})")
    return " OR ".join(sorted(chosen)) or None


def payloads(documents: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Documents in lots of about `PAYLOAD_BYTES`, estimated from their longest member."""
    lot: list[dict[str, Any]] = []
    size = 0
    for document in documents:
        weight = 2 * len(document.get("body", document.get("passage", ""))) + 1_500
        if lot and size + weight > PAYLOAD_BYTES:
            yield lot
            lot, size = [], 0
        lot.append(document)
        size += weight
    if lot:
        yield lot
