"""Writes of the question index: apply log entries to the generation in use, and build new ones beside it.

The position that a generation has reached is committed together with its passages. So it is the follower's cursor, and
a process that is killed repeats what it had not committed.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import Row, text

from hub.content.stored_views import parse_view
from hub.db import Database
from hub.embedded.private_files import lock
from hub.errors import SetupProblem
from hub.log.entries import DocumentEntry
from hub.log.follow import read_entries
from search.log_state import LogState, read_entry_hash, read_log_state
from search.question_index.candidates import build_context
from search.question_index.folder import IndexFolder
from search.question_index.shape import PassageTexts, view_key
from search.question_index.state import QuestionIndexState
from search.question_index.store import GenerationWriter, IndexDamaged, create_generation

log = structlog.get_logger()

BATCH = 100
"""Views that are read and added at once."""

COMMIT_VIEWS = 5_000
"""Views of a rebuild after which a commit frees the memory of the writer."""

MAX_LOCKED_ENTRIES = 50
"""Entries left to apply at which `hub reindex` takes the lock: these few are applied while the follower waits."""

Progress = Callable[[str, int], None]


class IndexedView(NamedTuple):
    """An open live view with its passages."""

    document_id: UUID
    lang: str
    seq: int
    passages: tuple[PassageTexts, ...]


_PASSAGES = """SELECT v.id, v.document_id, v.lang, v.seq_from, v.card, p.part, p.heading, p.text
    FROM chosen v LEFT JOIN search_passage p ON p.document_id = v.document_id AND p.lang = v.lang
    ORDER BY v.id, p.part"""
_CHOSEN = "SELECT id, document_id, lang, seq_from, card FROM published_view WHERE seq_to IS NULL AND state = 'live'"

_BY_KEYS = text(
    f"""WITH chosen AS MATERIALIZED ({_CHOSEN} AND (document_id, lang) IN (
        SELECT * FROM unnest(CAST(:documents AS uuid[]), CAST(:langs AS text[])))) {_PASSAGES}"""  # noqa: S608 - our own words
)
_AFTER = text(f"WITH chosen AS MATERIALIZED ({_CHOSEN} AND id > :after ORDER BY id LIMIT :most) {_PASSAGES}")


class QuestionProjector:
    """Writes the index of one database in one folder; only one may work at a time (the lock of the folder)."""

    def __init__(self, database: Database, root: Path):
        self.database = database
        self.root = root
        self.writer: GenerationWriter | None = None

    async def folder(self) -> IndexFolder:
        """Return the folder of this database's index, which exists then."""
        folder = IndexFolder(self.root, (await read_log_state(self.database)).epoch)
        await asyncio.to_thread(folder.create)
        return folder

    @property
    def open_writer(self) -> GenerationWriter:
        """The writer that `ensure_index` opened. Raises `IndexDamaged` if it was closed since."""
        if self.writer is None:
            raise IndexDamaged("not open")
        return self.writer

    async def ensure_index(self) -> int:
        """Ensure that a whole index is in use and open for writing; return the position that it has reached.

        One that is missing, damaged, of another shape, or with entries that this log does not contain is rebuilt.
        """
        head = await read_log_state(self.database)
        folder = await self.folder()
        current = folder.current()
        if self.writer is not None and (self.writer.path != current or folder.is_damaged(self.writer.path)):
            await self.close()
        if self.writer is None and current is not None and not folder.is_damaged(current):
            try:
                self.writer = await asyncio.to_thread(GenerationWriter, current)
            except IndexDamaged as problem:
                log.warning("question_index_damaged", problem=str(problem))
        writer = self.writer
        if writer is None or not writer.is_whole or not await self._is_contained(writer.state, head):
            await self.close()
            generation, _ = await self.build(folder, head)
            folder.use(generation)
            self._remove_others(folder)
            self.writer = await asyncio.to_thread(GenerationWriter, generation)
            return head.seq
        return writer.state.applied

    async def _is_contained(self, state: QuestionIndexState, head: LogState) -> bool:
        """Return True if the index is of this log, and the log contains everything up to which it is complete."""
        if not state.is_built_for(head.epoch):
            return False
        last, chain, entry_hash = await read_entry_hash(self.database, state.applied)
        return chain.is_known(state.applied, head.epoch, state.hash or None, entry_hash, last)

    def _remove_others(self, folder: IndexFolder) -> None:
        with suppress(BlockingIOError), lock(folder.build_lock):
            folder.remove_others()

    async def apply(self, entries: Sequence[DocumentEntry]) -> None:
        """Replace the passages of the views of these entries by those of now; `commit` makes it durable."""
        await self._apply(self.open_writer, entries)

    async def _apply(self, writer: GenerationWriter, entries: Sequence[DocumentEntry]) -> None:
        keys = list(dict.fromkeys((entry.document_id, entry.lang) for entry in entries))
        for start in range(0, len(keys), BATCH):
            await self.replace_views(writer, keys[start : start + BATCH])

    async def replace_views(self, writer: GenerationWriter, keys: Sequence[tuple[UUID, str]]) -> None:
        """Replace the passages of these documents and languages; of views that are not live, delete them."""
        values = {"documents": [document for document, _ in keys], "langs": [lang for _, lang in keys]}
        async with self.database.read() as connection:
            views = _group((await connection.execute(_BY_KEYS, values)).all())
        live = {(view.document_id, view.lang) for view in views}
        gone = [IndexedView(document, lang, 0, ()) for document, lang in keys if (document, lang) not in live]
        await asyncio.to_thread(_replace, writer, (*views, *gone))

    async def commit(self, seq: int, entry_hash: str) -> None:
        """Commit everything that was applied, with the position that it reaches."""
        await self._commit(self.open_writer, seq, entry_hash)

    async def _commit(self, writer: GenerationWriter, seq: int, entry_hash: str) -> None:
        await asyncio.to_thread(writer.commit, replace(writer.state, applied=seq, hash=entry_hash))

    async def close(self) -> None:
        """Close the writer and drop what was not committed."""
        writer, self.writer = self.writer, None
        if writer is not None:
            # A thread that was left behind by a cancelled task may still use it.
            with suppress(IndexDamaged, RuntimeError):
                await asyncio.to_thread(writer.close)

    async def build(
        self, folder: IndexFolder, head: LogState, on_progress: Progress = lambda _, __: None
    ) -> tuple[Path, int]:
        """Build a generation of all live views, whole as of `head`; return it and its number of passages."""
        generation = folder.create_generation()
        log.info("question_index_build_started", generation=generation.name, position=head.seq)
        began = time.monotonic()
        await asyncio.to_thread(create_generation, generation)
        writer = await asyncio.to_thread(GenerationWriter, generation)
        views = passages = 0
        try:
            async for found in self._iterate_views():
                await asyncio.to_thread(_replace, writer, found)
                views, passages = views + len(found), passages + sum(len(view.passages) for view in found)
                on_progress("passages", passages)
                if views % COMMIT_VIEWS < len(found):
                    # Without a position it is not whole yet, whoever finds it.
                    await asyncio.to_thread(writer.commit, QuestionIndexState("", 0))
            await asyncio.to_thread(writer.commit, QuestionIndexState(str(head.epoch), head.seq, head.hash))
        finally:
            await asyncio.to_thread(writer.close)
        seconds = round(time.monotonic() - began, 1)
        log.info("question_index_built", generation=generation.name, passages=passages, seconds=seconds)
        return generation, passages

    async def _iterate_views(self) -> AsyncIterator[list[IndexedView]]:
        """Read the open live views in batches. Views published meanwhile may be missing: the log has their entries."""
        after = 0
        while True:
            async with self.database.read() as connection:
                rows = (await connection.execute(_AFTER, {"after": after, "most": BATCH})).all()
            if not rows:
                return
            after = rows[-1].id
            yield _group(rows)

    async def reindex(self, on_progress: Progress) -> int:
        """Build a new generation while the old one serves and is followed; return its number of passages.

        Only the last entries and the swap keep the follower waiting. Raises `SetupProblem` while another one runs.
        """
        head, folder = await read_log_state(self.database), await self.folder()
        try:
            with lock(folder.build_lock):
                generation, count = await self.build(folder, head, on_progress)
                writer = await asyncio.to_thread(GenerationWriter, generation)
                try:
                    position = await self._catch_up(writer, head.seq, on_progress, until=MAX_LOCKED_ENTRIES)
                    with lock(folder.lock, seconds=60.0):
                        await self._catch_up(writer, position, on_progress, until=0)
                        folder.use(generation)
                finally:
                    await asyncio.to_thread(writer.close)
                folder.remove_others()
        except BlockingIOError:
            raise SetupProblem("Another `hub reindex` is running.", expected="to wait until it ends") from None
        return count

    async def _catch_up(self, writer: GenerationWriter, position: int, on_progress: Progress, *, until: int) -> int:
        """Apply the entries after `position` until a read gives at most `until`; return the new position."""
        while True:
            async with self.database.read() as connection:
                entries = await read_entries(connection, position, 200)
            if entries:
                await self._apply(writer, [entry for entry in entries if isinstance(entry, DocumentEntry)])
                position = entries[-1].seq
                await self._commit(writer, position, entries[-1].hash)
                on_progress("entries", position)
            if len(entries) <= until:
                return position


def _replace(writer: GenerationWriter, views: Sequence[IndexedView]) -> None:
    for view in views:
        writer.replace(view_key(view.document_id, view.lang), view.seq, view.passages)


def _group(rows: Sequence[Row[Any]]) -> list[IndexedView]:
    """Group the rows of passages by view; a view that cannot be read has none."""
    grouped: dict[tuple[UUID, str], tuple[int, list[PassageTexts]]] = {}
    contexts: dict[tuple[UUID, str], str | None] = {}
    for row in rows:
        key = (row.document_id, row.lang)
        if key not in contexts:
            card = parse_view(row.card, row.document_id, "search")
            contexts[key] = None if card is None else build_context(card)
            grouped[key] = (row.seq_from, [])
        context = contexts[key]
        if context is not None and row.part is not None:
            grouped[key][1].append(PassageTexts(row.part, context, row.heading, row.text))
    return [IndexedView(*key, seq, tuple(passages)) for key, (seq, passages) in grouped.items()]
