"""The nightly check of the question index: compare it with the live views by id and position, and repair it."""

import asyncio
from dataclasses import dataclass

import structlog
from sqlalchemy import text

from hub.db import Database
from search.question_index.projector import BATCH, QuestionProjector
from search.question_index.shape import parse_view_key, view_key
from search.question_index.store import GenerationReader

log = structlog.get_logger()

PAGE = 1_000
"""Views that are compared at once."""

_LIVE = text(
    """SELECT v.id, v.document_id, v.lang, v.seq_from, count(p.part) AS passages
    FROM (SELECT id, document_id, lang, seq_from FROM published_view
        WHERE seq_to IS NULL AND state = 'live' AND id > :after ORDER BY id LIMIT :most) v
    LEFT JOIN search_passage p ON p.document_id = v.document_id AND p.lang = v.lang
    GROUP BY 1, 2, 3, 4 ORDER BY v.id"""
)


@dataclass(frozen=True)
class QuestionIndexDifference:
    """Views of which passages are missing or outdated, and views that are no longer live."""

    outdated: int = 0
    orphaned: int = 0

    def __bool__(self) -> bool:
        return bool(self.outdated or self.orphaned)


@dataclass(frozen=True)
class _Comparison:
    outdated: list[str]
    orphaned: list[str]

    def count(self) -> QuestionIndexDifference:
        return QuestionIndexDifference(len(self.outdated), len(self.orphaned))


async def compare_index(database: Database, projector: QuestionProjector) -> QuestionIndexDifference | None:
    """Compare the index in use with the live views, and ask the follower to repair differences; None without one.

    For processes that do not write it. Raises `IndexDamaged`.
    """
    folder = await projector.folder()
    current = folder.current()
    if current is None:
        return None
    found = (await _compare(database, await asyncio.to_thread(GenerationReader, current))).count()
    if found:
        folder.ask_check()
    return found


async def check_index(database: Database, projector: QuestionProjector) -> QuestionIndexDifference:
    """Compare and repair, inside the follower's step."""
    writer = projector.open_writer
    state = writer.state
    compared = await _compare(database, await asyncio.to_thread(GenerationReader, writer.path))
    found = compared.count()
    if not found:
        log.info("question_index_checked", position=state.applied)
        return found
    log.warning("question_index_differs", outdated=found.outdated, orphaned=found.orphaned)
    wanted = [parse_view_key(key) for key in (*compared.outdated, *compared.orphaned)]
    for start in range(0, len(wanted), BATCH):
        await projector.replace_views(writer, wanted[start : start + BATCH])
    await projector.commit(state.applied, state.hash)
    return found


async def _compare(database: Database, reader: GenerationReader) -> _Comparison:
    """Compare an index with the live views; entries after its position are no difference."""
    applied = reader.state.applied if reader.state else 0
    surplus = await asyncio.to_thread(reader.views)
    outdated: list[str] = []
    after = 0
    while True:
        async with database.read() as connection:
            rows = (await connection.execute(_LIVE, {"after": after, "most": PAGE})).all()
        if not rows:
            break
        after = rows[-1].id
        live = {view_key(row.document_id, row.lang): row for row in rows}
        surplus -= live.keys()
        found = await asyncio.to_thread(reader.positions, list(live))
        outdated += [
            key
            for key, row in live.items()
            if row.seq_from <= applied and found.get(key, []) != [row.seq_from] * row.passages
        ]
    # The terms of deleted passages are known until their segment is merged.
    surplus &= (await asyncio.to_thread(reader.positions, sorted(surplus))).keys()
    return _Comparison(outdated, sorted(surplus))
