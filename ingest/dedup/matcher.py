"""Looking for the document that a record is: candidates by index, judged by marks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.domain.fingerprints import Mark, Sketch
from ingest.dedup.candidate import Facts
from ingest.dedup.verdict import Verdict, judge

BY_NUMBER, BY_TEXT = 50, 20
"""Most candidates of each way: those of the same number, and those that share most of the lowest hashes."""

_CANDIDATES = text(
    f"""
    SELECT asked.place, found.*
    FROM unnest(:places, :kinds, :langs, :numbers, :years, :lows) AS asked (place, kind, lang, number, year, lows)
    CROSS JOIN LATERAL (
        (SELECT mark.* FROM text_mark mark
         WHERE mark.number = asked.number AND mark.kind = asked.kind AND mark.lang = asked.lang
           AND (mark.year = asked.year OR mark.year IS NULL OR asked.year IS NULL)
         LIMIT {BY_NUMBER})
        UNION ALL
        (SELECT mark.* FROM text_mark mark
         WHERE mark.lows && asked.lows::int[]
         ORDER BY (SELECT count(*) FROM unnest(mark.lows) low WHERE low = ANY (asked.lows::int[])) DESC
         LIMIT {BY_TEXT})
    ) found
    """  # noqa: S608 - only the limits are put in
).bindparams(
    bindparam("places", type_=ARRAY(Integer())),
    bindparam("years", type_=ARRAY(Integer())),
    *(bindparam(name, type_=ARRAY(String())) for name in ("kinds", "langs", "numbers", "lows")),
)

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


@dataclass(frozen=True)
class Same:
    """The document that a record is, and how that was told: by `number` or by `text`, and how alike they are."""

    document_id: UUID
    how: str
    score: float


async def alone(session: AsyncSession, kind: str, lang: str) -> None:
    """From here until the transaction ends, nobody else looks for documents of this kind and language."""
    await session.execute(_ALONE, {"key": f"hub:same:{kind}:{lang}"})


async def find_same(session: AsyncSession, facts: Facts) -> Same | None:
    """The document of the hub that a record is; None when there is none, or when it is not certain.

    From here until the transaction ends, nobody else looks for documents of this kind and language, so that of two
    workers with the same document the second finds what the first has made. Call it before locking any document.
    """
    return (await find_all(session, [(None, facts)]))[0]


async def find_all(session: AsyncSession, records: Sequence[tuple[UUID | None, Facts]]) -> list[Same | None]:
    """The same for several records in their order, each with the id of the document that it would become.

    A record is compared with those before it, too: what they become is not in the database yet.
    """
    if not records:
        return []
    for kind, lang in sorted({(facts.kind, facts.lang) for _, facts in records}):
        await alone(session, kind, lang)
    marks = [facts.mark() for _, facts in records]
    held = await _candidates(session, marks)
    batch = _Batch()
    found: list[Same | None] = []
    for place, ((document_id, _), mark) in enumerate(zip(records, marks, strict=True)):
        best = _best(mark, [*held.get(place, ()), *batch.candidates(mark)])
        found.append(best)
        if best is None and document_id is not None:
            batch.add(document_id, mark)
    return found


def _best(mark: Mark, candidates: Iterable[tuple[UUID, Mark]]) -> Same | None:
    """The surest of those that are the same: by number before by text."""
    verdicts: list[tuple[UUID, Verdict]] = []
    for document_id, candidate in candidates:
        if (verdict := judge(mark, candidate)) is not None:
            verdicts.append((document_id, verdict))
    if not verdicts:
        return None
    document_id, verdict = max(verdicts, key=lambda one: (one[1].how == "number", one[1].score, str(one[0])))
    return Same(document_id, verdict.how, verdict.score)


async def _candidates(session: AsyncSession, marks: Sequence[Mark]) -> Mapping[int, list[tuple[UUID, Mark]]]:
    asked = {
        "places": list(range(len(marks))),
        "kinds": [mark.kind for mark in marks],
        "langs": [mark.lang for mark in marks],
        "numbers": [mark.number for mark in marks],
        "years": [mark.year for mark in marks],
        "lows": ["{" + ",".join(map(str, mark.sought_lows())) + "}" for mark in marks],
    }
    found: dict[int, list[tuple[UUID, Mark]]] = {}
    for row in (await session.execute(_CANDIDATES, asked)).all():
        found.setdefault(row.place, []).append((row.document_id, _mark(row)))
    return found


def _mark(row: Any) -> Mark:
    return Mark(
        kind=row.kind,
        lang=row.lang,
        type=row.type,
        number=row.number,
        year=row.year,
        issuers=tuple(row.issuers),
        issued_on=row.issued_on,
        title=row.title,
        figures=row.figures,
        text=Sketch(tuple(row.sketch), row.shingles),
        numerals=Sketch(tuple(row.numerals_sketch), row.numerals),
    )


class _Batch:
    """The marks of records that are about to become documents, by what they would be found under."""

    def __init__(self) -> None:
        self._under: dict[object, list[tuple[UUID, Mark]]] = {}

    def add(self, document_id: UUID, mark: Mark) -> None:
        for key in (mark.number, *mark.stored_lows()):
            if key is not None:
                self._under.setdefault(key, []).append((document_id, mark))

    def candidates(self, mark: Mark) -> Iterable[tuple[UUID, Mark]]:
        keys = [key for key in (mark.number, *mark.sought_lows()) if key is not None]
        return {document_id: held for key in keys for document_id, held in self._under.get(key, ())}.items()
