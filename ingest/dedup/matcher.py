"""Looking for the document that a record is: candidates by index, judged by marks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Integer, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.domain.fingerprints import BottomKSketch, Fingerprint
from ingest.dedup.candidate import DedupCandidate
from ingest.dedup.verdict import DuplicateVerdict, compare_fingerprints

MAX_BY_NUMBER, MAX_BY_TEXT = 50, 20
"""Most candidates of each way: those of the same number, and those that share most of the lowest hashes."""

_POSSIBLE_MATCHES = text(
    f"""
    SELECT asked.place, found.*
    FROM unnest(:places, :kinds, :langs, :numbers, :years, :lows) AS asked (place, kind, lang, number, year, lows)
    CROSS JOIN LATERAL (
        (SELECT mark.* FROM text_mark mark
         WHERE mark.number = asked.number AND mark.kind = asked.kind AND mark.lang = asked.lang
           AND (mark.year = asked.year OR mark.year IS NULL OR asked.year IS NULL)
         LIMIT {MAX_BY_NUMBER})
        UNION ALL
        (SELECT mark.* FROM text_mark mark
         WHERE mark.lows && asked.lows::int[]
         ORDER BY (SELECT count(*) FROM unnest(mark.lows) low WHERE low = ANY (asked.lows::int[])) DESC
         LIMIT {MAX_BY_TEXT})
    ) found
    """  # noqa: S608 - only the limits are put in
).bindparams(
    bindparam("places", type_=ARRAY(Integer())),
    bindparam("years", type_=ARRAY(Integer())),
    *(bindparam(name, type_=ARRAY(String())) for name in ("kinds", "langs", "numbers", "lows")),
)

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


@dataclass(frozen=True)
class DuplicateMatch:
    """The document that a record is, and how that was told: by `number` or by `text`, and how alike they are."""

    document_id: UUID
    basis: str
    score: float


async def lock_kind(session: AsyncSession, kind: str, lang: str) -> None:
    """From here until the transaction ends, nobody else looks for documents of this kind and language."""
    await session.execute(_LOCK, {"key": f"hub:same:{kind}:{lang}"})


async def find_duplicate(session: AsyncSession, facts: DedupCandidate) -> DuplicateMatch | None:
    """The document of the hub that a record is; None when there is none, or when it is not certain.

    From here until the transaction ends, nobody else looks for documents of this kind and language, so that of two
    workers with the same document the second finds what the first has made. Call it before locking any document.
    """
    return (await find_duplicates(session, [(None, facts)]))[0]


async def find_duplicates(
    session: AsyncSession, records: Sequence[tuple[UUID | None, DedupCandidate]]
) -> list[DuplicateMatch | None]:
    """The same for several records in their order, each with the id of the document that it would become.

    A record is compared with those before it, too: what they become is not in the database yet.
    """
    if not records:
        return []
    for kind, lang in sorted({(facts.kind, facts.lang) for _, facts in records}):
        await lock_kind(session, kind, lang)
    marks = [facts.fingerprint() for _, facts in records]
    held = await _possible_matches(session, marks)
    batch = _BatchIndex()
    found: list[DuplicateMatch | None] = []
    for place, ((document_id, _), mark) in enumerate(zip(records, marks, strict=True)):
        best = _best_match(mark, [*held.get(place, ()), *batch.possible_matches(mark)])
        found.append(best)
        if best is None and document_id is not None:
            batch.add(document_id, mark)
    return found


def _best_match(mark: Fingerprint, candidates: Iterable[tuple[UUID, Fingerprint]]) -> DuplicateMatch | None:
    """The surest of those that are the same: by number before by text."""
    verdicts: list[tuple[UUID, DuplicateVerdict]] = []
    for document_id, candidate in candidates:
        if (verdict := compare_fingerprints(mark, candidate)) is not None:
            verdicts.append((document_id, verdict))
    if not verdicts:
        return None
    document_id, verdict = max(verdicts, key=lambda one: (one[1].basis == "number", one[1].score, str(one[0])))
    return DuplicateMatch(document_id, verdict.basis, verdict.score)


async def _possible_matches(
    session: AsyncSession, marks: Sequence[Fingerprint]
) -> Mapping[int, list[tuple[UUID, Fingerprint]]]:
    asked = {
        "places": list(range(len(marks))),
        "kinds": [mark.kind for mark in marks],
        "langs": [mark.lang for mark in marks],
        "numbers": [mark.number for mark in marks],
        "years": [mark.year for mark in marks],
        "lows": ["{" + ",".join(map(str, mark.lookup_hashes())) + "}" for mark in marks],
    }
    found: dict[int, list[tuple[UUID, Fingerprint]]] = {}
    for row in (await session.execute(_POSSIBLE_MATCHES, asked)).all():
        known = Fingerprint(
            kind=row.kind,
            lang=row.lang,
            type=row.type,
            number=row.number,
            year=row.year,
            issuers=tuple(row.issuers),
            issued_on=row.issued_on,
            title=row.title,
            figures=row.figures,
            text=BottomKSketch(tuple(row.sketch), row.shingles),
            numerals=BottomKSketch(tuple(row.numerals_sketch), row.numerals),
        )
        found.setdefault(row.place, []).append((row.document_id, known))
    return found


class _BatchIndex:
    """The marks of records that are about to become documents, by what they would be found under."""

    def __init__(self) -> None:
        self._by_key: dict[object, list[tuple[UUID, Fingerprint]]] = {}

    def add(self, document_id: UUID, mark: Fingerprint) -> None:
        for key in (mark.number, *mark.stored_hashes()):
            if key is not None:
                self._by_key.setdefault(key, []).append((document_id, mark))

    def possible_matches(self, mark: Fingerprint) -> Iterable[tuple[UUID, Fingerprint]]:
        keys = [key for key in (mark.number, *mark.lookup_hashes()) if key is not None]
        return {document_id: held for key in keys for document_id, held in self._by_key.get(key, ())}.items()
