"""The nightly check of the question index: compare it with the live views by id and position, and repair it."""

import asyncio
from dataclasses import dataclass

import structlog
from sqlalchemy import text

from hub.db import Database
from search.question_index.projector import QuestionProjector
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


async def check_index(database: Database, projector: QuestionProjector) -> QuestionIndexDifference:
    """Compare and repair, inside the follower's step; entries after the position of the index are no difference."""
    writer = projector.open_writer
    state = writer.state
    reader = await asyncio.to_thread(GenerationReader, writer.path)
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
            if row.seq_from <= state.applied and found.get(key, []) != [row.seq_from] * row.passages
        ]
    # The terms of deleted passages are known until their segment is merged.
    surplus &= (await asyncio.to_thread(reader.positions, sorted(surplus))).keys()
    difference = QuestionIndexDifference(len(outdated), len(surplus))
    if difference:
        log.warning("question_index_differs", outdated=difference.outdated, orphaned=difference.orphaned)
        wanted = [parse_view_key(key) for key in (*outdated, *sorted(surplus))]
        for start in range(0, len(wanted), 100):
            await projector.replace_views(writer, wanted[start : start + 100])
        await projector.commit(state.applied, state.hash)
    else:
        log.info("question_index_checked", passages=reader.passages)
    return difference
