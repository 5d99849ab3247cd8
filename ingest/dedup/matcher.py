"""Match records with documents: candidates are found by index and compared by fingerprint."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Integer, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.domain.fingerprints import BottomKSketch, Fingerprint
from hub.locks.registry import LockClass, lock_until_commit, trusted_member
from ingest.dedup.candidate import DedupCandidate
from ingest.dedup.verdict import DuplicateVerdict, compare_fingerprints

MAX_BY_NUMBER, MAX_BY_TEXT = 50, 20
"""Largest number of candidates with the same number, and of those that share most of the lowest hashes."""

# With `OFFSET 0` the hashes are read once for a record, not once for each hash that they are compared with.
_POSSIBLE_MATCHES = text(
    f"""
    SELECT record.position, found.*
    FROM (SELECT position, kind, lang, number, year, lows::int[] AS lows
          FROM unnest(:positions, :kinds, :langs, :numbers, :years, :lows)
               AS given (position, kind, lang, number, year, lows)
          OFFSET 0) AS record
    CROSS JOIN LATERAL (
        (SELECT mark.* FROM text_mark mark
         WHERE mark.number = record.number AND mark.kind = record.kind AND mark.lang = record.lang
           AND (mark.year = record.year OR mark.year IS NULL OR record.year IS NULL)
         LIMIT {MAX_BY_NUMBER})
        UNION ALL
        (SELECT mark.* FROM text_mark mark
         WHERE mark.lows && record.lows
         ORDER BY (SELECT count(*) FROM unnest(mark.lows) low WHERE low = ANY (record.lows)) DESC
         LIMIT {MAX_BY_TEXT})
    ) found
    """  # noqa: S608 - only the limits are put in
).bindparams(
    bindparam("positions", type_=ARRAY(Integer())),
    bindparam("years", type_=ARRAY(Integer())),
    *(bindparam(name, type_=ARRAY(String())) for name in ("kinds", "langs", "numbers", "lows")),
)


@dataclass(frozen=True)
class DuplicateMatch:
    """The document of a record, with the basis of the match (`number` or `text`) and the similarity, from 0 to 1."""

    document_id: UUID
    basis: str
    score: float


async def lock_kind(session: AsyncSession, kind: str, lang: str) -> None:
    """Take a transaction-level advisory lock on the deduplication of this kind and language."""
    await lock_until_commit(session, LockClass.duplicates, trusted_member(kind, lang))


async def find_duplicate(session: AsyncSession, candidate: DedupCandidate) -> DuplicateMatch | None:
    """Find the document of a record; None when the hub has none, or when the match is not certain.

    Holds the advisory lock of `lock_kind` until the transaction ends, so that of two workers with the same document the
    second one finds the document that the first one created. Call it before locking any document.
    """
    return (await find_duplicates(session, [(None, candidate)]))[0]


async def find_duplicates(
    session: AsyncSession, records: Sequence[tuple[UUID | None, DedupCandidate]]
) -> list[DuplicateMatch | None]:
    """Find the documents of several records, each given with the id of the document that it would become.

    A record is also compared with the ones before it, whose documents are not in the database yet. Holds the advisory
    locks of all their kinds and languages until the transaction ends.
    """
    if not records:
        return []
    for kind, lang in sorted({(candidate.checked.kind, candidate.checked.lang) for _, candidate in records}):
        await lock_kind(session, kind, lang)
    fingerprints = [candidate.fingerprint for _, candidate in records]
    stored = await _possible_matches(session, fingerprints)
    batch = _BatchIndex()
    matches: list[DuplicateMatch | None] = []
    for position, ((document_id, _), fingerprint) in enumerate(zip(records, fingerprints, strict=True)):
        best = _best_match(fingerprint, [*stored.get(position, ()), *batch.possible_matches(fingerprint)])
        matches.append(best)
        if best is None and document_id is not None:
            batch.add(document_id, fingerprint)
    return matches


def _best_match(fingerprint: Fingerprint, documents: Iterable[tuple[UUID, Fingerprint]]) -> DuplicateMatch | None:
    """The most certain match: by number before by text, then by similarity."""
    verdicts: list[tuple[UUID, DuplicateVerdict]] = []
    for document_id, known in documents:
        if (verdict := compare_fingerprints(fingerprint, known)) is not None:
            verdicts.append((document_id, verdict))
    if not verdicts:
        return None
    document_id, verdict = max(verdicts, key=lambda one: (one[1].basis == "number", one[1].score, str(one[0])))
    return DuplicateMatch(document_id, verdict.basis, verdict.score)


async def _possible_matches(
    session: AsyncSession, fingerprints: Sequence[Fingerprint]
) -> Mapping[int, list[tuple[UUID, Fingerprint]]]:
    """Documents that may match, by the position of the fingerprint, found by one statement."""
    parameters = {
        "positions": list(range(len(fingerprints))),
        "kinds": [each.kind for each in fingerprints],
        "langs": [each.lang for each in fingerprints],
        "numbers": [each.number for each in fingerprints],
        "years": [each.year for each in fingerprints],
        "lows": ["{" + ",".join(map(str, each.lookup_hashes())) + "}" for each in fingerprints],
    }
    found: dict[int, list[tuple[UUID, Fingerprint]]] = {}
    for row in (await session.execute(_POSSIBLE_MATCHES, parameters)).all():
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
        found.setdefault(row.position, []).append((row.document_id, known))
    return found


class _BatchIndex:
    """Fingerprints of records that are about to become documents, by number and by stored hash."""

    def __init__(self) -> None:
        self._by_key: dict[object, list[tuple[UUID, Fingerprint]]] = {}

    def add(self, document_id: UUID, fingerprint: Fingerprint) -> None:
        for key in (fingerprint.number, *fingerprint.stored_hashes()):
            if key is not None:
                self._by_key.setdefault(key, []).append((document_id, fingerprint))

    def possible_matches(self, fingerprint: Fingerprint) -> Iterable[tuple[UUID, Fingerprint]]:
        keys = [key for key in (fingerprint.number, *fingerprint.lookup_hashes()) if key is not None]
        return {document_id: known for key in keys for document_id, known in self._by_key.get(key, ())}.items()
