"""Writes of the Meilisearch index: apply log entries to it, rebuild it, keep its settings and synonyms current.

A batch is deduplicated by document and language, read in one statement, sent, and waited for; only then does the
follower's cursor move. The marker document inside the index (`search.meilisearch.index_state`) is changed last and by
*merging*: if the engine lost the index in the meantime, the merge leaves a marker that does not say "whole", so nobody
trusts the index.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

import structlog

from hub.db import Database
from hub.faults import describe_fault
from hub.log.entries import DocumentEntry, SubjectEntry
from hub.log.failures import record_failure
from hub.log.subjects import ConsultationEvent, LogSubject
from hub.registry.entries import RegistryList
from hub.registry.hierarchy import Registry, closure, get_registry
from hub.times import now
from search.log_state import LogState, read_entry_hash, read_log_state
from search.meilisearch.client import EngineClient, EngineNotFound
from search.meilisearch.documents import SHAPE_VERSION, LiveView, index_key, to_index_document
from search.meilisearch.index_state import REBUILD_SUFFIX, STATE_ID, IndexState, index_name
from search.meilisearch.reads import (
    ViewKey,
    iterate_live_views,
    iterate_views_of_codes,
    read_live_views,
    read_views_of_documents,
)
from search.meilisearch.settings import INDEX_SETTINGS, settings_fingerprint, synonym_digest, synonym_setting
from search.text.synonyms import read_synonym_map

log = structlog.get_logger()

FOLLOWER = "search"
"""Name of the follower that writes the index."""
BATCH = 200
PAYLOAD_BYTES = 8_000_000
MAX_QUEUED_PAYLOADS = 4
"""Payloads of a rebuild that may wait in the engine's queue."""

_WINDOW_EVENTS = (ConsultationEvent.extended, ConsultationEvent.dropped)
"""Events that change the window of drafts without an entry about them."""


class Projector:
    """Writes the index of one database; only one may work at a time (the follower's lock ensures that)."""

    def __init__(self, database: Database, client: EngineClient, prefix: str):
        self.database = database
        self.client = client
        self.prefix = prefix
        self.epoch: UUID | None = None
        self.synonyms_digest = ""
        """Digest of the synonyms that the index was given last; empty before the first time."""

    async def project(self, entries: Sequence[DocumentEntry]) -> None:
        """Write the views of these log entries to the index; return when the engine has confirmed it."""
        await self.apply(await self.index(), entries)

    async def apply(
        self,
        index: str,
        entries: Sequence[DocumentEntry],
        last: DocumentEntry | SubjectEntry | None = None,
        *,
        out_of_order: bool = False,
    ) -> None:
        """Write the views of these log entries to any index; `last` is the last entry of the batch, of any subject.

        With `out_of_order` the marker is not changed, because it would say that all earlier entries are applied too.
        """
        last = last or entries[-1]
        keys = deduplicate_entries(entries)
        rows = await read_live_views(self.database, keys)
        registry = await get_registry(self.database)
        documents = [document for row in rows if (document := _index_document(row, registry)) is not None]
        live = {index_key(row.document_id, row.lang) for row in rows}
        missing = [name for key in keys if (name := index_key(*key)) not in live]
        marker = [] if out_of_order else [{"id": STATE_ID, "applied": last.seq, "hash": last.hash}]
        lots = [*payloads(documents)]
        if lots and not missing:
            # The usual case is one task of the engine: a second one for the marker would take half as long again.
            lots[-1] = [*lots[-1], *marker]
            marker = []
        # Views are merged as well, so that they share a task with the marker. Every member is always present, so
        # nothing old remains.
        tasks = [await self.client.merge(index, lot) for lot in lots]
        if missing:
            tasks.append(await self.client.delete(index, missing))
        if marker:
            tasks.append(await self.client.merge(index, marker))
        await self.client.wait(tasks)

    async def refresh_names(self, entries: Sequence[SubjectEntry]) -> None:
        """Write the views again whose agencies, topics or places have other names since these entries."""
        registry = await get_registry(self.database)
        index, count = await self.index(), 0
        renamed = renamed_codes((entry for entry in entries if entry.subject is LogSubject.registry), registry)
        async for rows in iterate_views_of_codes(self.database, renamed, BATCH):
            lots = payloads(await self.convert_views(rows))
            await self.client.wait([await self.client.merge(index, lot) for lot in lots])
            count += len(rows)
        if count:
            log.info("search_names_refreshed", index=index, documents=count)

    async def refresh_windows(self, entries: Sequence[SubjectEntry]) -> None:
        """Write the drafts again whose consultation has another window since these entries.

        Every other change of a consultation comes with entries of its drafts, or leaves the window as it is.
        """
        drafts = {
            UUID(draft)
            for entry in entries
            if entry.subject is LogSubject.consultation and entry.event in _WINDOW_EVENTS
            for draft in entry.data["drafts"]
        }
        rows = await read_views_of_documents(self.database, sorted(drafts)) if drafts else ()
        lots = payloads(await self.convert_views(rows))
        await self.client.wait([await self.client.merge(await self.index(), lot) for lot in lots])

    async def mark_applied(self, seq: int, entry_hash: str) -> None:
        """Move the marker of the index to a log position, with the hash of its entry."""
        marker = {"id": STATE_ID, "applied": seq, "hash": entry_hash}
        await self.client.wait([await self.client.merge(await self.index(), [marker])])

    async def ensure_index(self, position: int) -> int:
        """Ensure that the index exists, is ours and is whole; return the log position to follow on from.

        A lost or foreign index is rebuilt, and so is one with entries that this log does not contain (the database was
        restored). One of an earlier epoch is adopted. One that is behind the cursor (an old copy of the engine's files)
        is followed again from its own position; changed settings are applied.
        """
        head = await read_log_state(self.database)
        self.epoch = head.epoch
        index = index_name(self.prefix, self.epoch)
        state = await self._read_state(index)
        if state is None:
            state = await self._adopt_index(index)
        if state is None or not state.is_built_for(self.epoch) or not await self._is_contained(state):
            return await self.rebuild()
        if state.settings != settings_fingerprint():
            log.info("search_settings_changed", index=index)
            await self._apply_settings(index)
            await self.client.wait(
                [await self.client.merge(index, [{"id": STATE_ID, "settings": settings_fingerprint()}])]
            )
        await self.apply_synonyms(index)
        if state.applied < position:
            log.warning("search_index_behind", index=index, applied=state.applied, position=position)
        return min(position, state.applied)

    async def _is_contained(self, state: IndexState) -> bool:
        """Return True if the log contains everything up to which an index is complete."""
        head, chain, entry_hash = await read_entry_hash(self.database, state.applied)
        return chain.is_known(state.applied, UUID(state.epoch), state.hash or None, entry_hash, head)

    async def _adopt_index(self, index: str) -> IndexState | None:
        """Give this name to the index of the latest earlier epoch whose entries this log contains; None if none is."""
        _, chain, _ = await read_entry_hash(self.database, 0)
        for epoch in reversed(chain.epochs[:-1]):
            earlier = index_name(self.prefix, epoch.id)
            state = await self._read_state(earlier)
            if state is None or not state.is_built_for(epoch.id) or not await self._is_contained(state):
                continue
            exists = index in await self.client.indexes()
            await self.client.wait([await self.client.swap(earlier, index, rename=not exists)])
            mark = {"id": STATE_ID, "epoch": str(chain.current.id)}
            await self.client.wait([await self.client.merge(index, [mark])])
            log.info("search_index_adopted", index=index, earlier=earlier, applied=state.applied)
            return await self._read_state(index)
        return None

    async def rebuild(self) -> int:
        """Rebuild the index next to the old one and swap them; return the log position to follow on from.

        If it is interrupted, the old index stays as it was, and the next call starts over.
        """
        head = await read_log_state(self.database)
        self.epoch = head.epoch
        index = index_name(self.prefix, self.epoch)
        new_index = index + REBUILD_SUFFIX
        started = time.monotonic()
        log.info("search_rebuild_started", index=index, position=head.seq)
        count = await self.build(new_index, head)
        await self.swap(new_index, index)
        log.info("search_rebuild_done", index=index, documents=count, seconds=round(time.monotonic() - started, 1))
        return head.seq

    async def build(self, new_index: str, head: LogState, on_progress: Callable[[int], None] = lambda _: None) -> int:
        """Fill a new index with all live views, whole as of `head`; return the number of documents.

        `on_progress` is called with the number of documents sent so far.
        """
        await self._drop_index(new_index)
        await self.client.wait([await self.client.create_index(new_index)])
        await self._apply_settings(new_index)
        count, tasks = 0, list[int]()
        async for rows in iterate_live_views(self.database, BATCH):
            for payload in payloads(await self.convert_views(rows)):
                count += len(payload)
                tasks.append(await self.client.replace(new_index, payload))
                await self.client.wait(tasks[:-MAX_QUEUED_PAYLOADS])
                del tasks[:-MAX_QUEUED_PAYLOADS]
                on_progress(count)
        await self.client.wait(tasks)
        state = IndexState(
            str(head.epoch), SHAPE_VERSION, settings_fingerprint(), uuid4().hex[:12], head.seq, head.hash
        )
        await self.client.wait([await self.client.replace(new_index, [state.to_index_document()])])
        return count

    async def convert_views(self, rows: Iterable[LiveView]) -> list[dict[str, Any]]:
        """Convert views for a whole index: one that fails is left out, and set aside for the follower to retry."""
        documents, registry = list[dict[str, Any]](), await get_registry(self.database)
        for row in rows:
            try:
                if (document := _index_document(row, registry)) is not None:
                    documents.append(document)
            except Exception as problem:
                words = describe_fault(problem)
                log.exception("search_view_failed", document=str(row.document_id), lang=row.lang, problem=words)
                async with self.database.write() as session:
                    await record_failure(session, FOLLOWER, row.seq_from, words)
        return documents

    async def swap(self, new_index: str, index: str) -> None:
        """Let a new index serve under this name, and delete the old one."""
        exists = index in await self.client.indexes()
        await self.client.wait([await self.client.swap(new_index, index, rename=not exists)])
        if exists:
            await self._drop_index(new_index)

    async def index(self) -> str:
        """Return the name of this database's index."""
        if self.epoch is None:
            self.epoch = (await read_log_state(self.database)).epoch
        return index_name(self.prefix, self.epoch)

    async def _read_state(self, index: str) -> IndexState | None:
        try:
            return IndexState.parse(await self.client.document(index, STATE_ID))
        except EngineNotFound:
            return None

    async def apply_synonyms(self, index: str) -> bool:
        """Send the synonyms to the engine if they have changed; return True if they had."""
        synonyms = synonym_setting(await read_synonym_map(self.database))
        if (digest := synonym_digest(synonyms)) == self.synonyms_digest:
            return False
        await self.client.wait([await self.client.update_settings(index, {"synonyms": synonyms})])
        self.synonyms_digest = digest
        return True

    async def _apply_settings(self, index: str) -> None:
        await self.client.wait([await self.client.update_settings(index, INDEX_SETTINGS)])
        self.synonyms_digest = ""
        await self.apply_synonyms(index)

    async def _drop_index(self, index: str) -> None:
        if index in await self.client.indexes():
            await self.client.wait([await self.client.drop_index(index)])


def _index_document(row: LiveView, registry: Registry) -> dict[str, Any] | None:
    names = registry.present_names([row.agency, *row.issuers], row.topics, row.places)
    return to_index_document(row, now(), names)


def renamed_codes(entries: Iterable[SubjectEntry], registry: Registry) -> dict[RegistryList, frozenset[str]]:
    """Collect the codes whose present names may be others since these entries, with all predecessors of each."""
    changed: dict[RegistryList, set[str]] = {}
    for entry in entries:
        before, after = entry.data["before"] or {}, entry.data["after"] or {}
        if any(before.get(member) != after.get(member) for member in ("name", "successors")):
            changed.setdefault(RegistryList(entry.data["list"]), set()).add((before or after)["code"])
    units = closure(
        (unit for code in changed.get(RegistryList.places, ()) for unit in registry.place_keys(code)),
        registry.place_predecessors,
    )
    return {
        RegistryList.agencies: closure(changed.get(RegistryList.agencies, ()), registry.agency_predecessors),
        RegistryList.topics: frozenset(changed.get(RegistryList.topics, ())),
        RegistryList.places: frozenset(code for code, _ in units),
    }


def deduplicate_entries(entries: Iterable[DocumentEntry]) -> list[ViewKey]:
    """Return each document and language once, in the order of their last entries."""
    last = {ViewKey(entry.document_id, entry.lang): entry.seq for entry in entries}
    return sorted(last, key=lambda key: last[key])


def payloads(documents: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Split documents into payloads of about `PAYLOAD_BYTES`, estimated from their longest member."""
    payload: list[dict[str, Any]] = []
    size = 0
    for document in documents:
        weight = 2 * len(document["body"]) + 1_500
        if payload and size + weight > PAYLOAD_BYTES:
            yield payload
            payload, size = [], 0
        payload.append(document)
        size += weight
    if payload:
        yield payload
