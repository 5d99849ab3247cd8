"""Documents that are gone (410) and are brought again: no machine makes public what was erased.

Nothing is kept for this. What erasing leaves tells: number, issuers and date in the blank view, the digests of the
editions, and the addresses from which sources brought it. One without a number that comes in other words from another
place is not known again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from hub.domain.fingerprints import issue_date, issuer_keys
from hub.legal.numbers import number_key, parse_number
from ingest.dedup.verdict import compare_issuers
from ingest.records import ImportItem, Reason, RejectionCode

_GONE = text(
    """
    WITH gone AS MATERIALIZED (
        SELECT document_id, number_key, issuers, issued_on FROM published_view
        WHERE seq_to IS NULL AND state <> 'live' AND state = 'gone'
    )
    SELECT document_id, number_key AS number, NULL AS identifier, issuers, issued_on FROM gone
    WHERE number_key = ANY (:numbers)
    UNION ALL
    SELECT g.document_id, NULL, e.content_sha256, NULL, NULL
    FROM gone g JOIN edition e USING (document_id) WHERE e.content_sha256 = ANY (:identifiers)
    UNION ALL
    SELECT g.document_id, NULL, p.source_id, NULL, NULL
    FROM gone g JOIN provenance p USING (document_id) WHERE p.source_id = ANY (:identifiers)
    """
).bindparams(*(bindparam(name, type_=ARRAY(String())) for name in ("numbers", "identifiers")))

_CODE = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True)
class _GoneRow:
    """A document that is gone, by its number (with issuers and date) or by one of its other identifiers."""

    document_id: UUID
    number: str | None
    identifier: str | None
    issuers: Sequence[str] | None
    issued_on: date | None


@dataclass(frozen=True)
class _Number:
    """What a gone document and an item are compared by, where both have a number."""

    keys: tuple[str, ...]
    """With and without the year, for both ways are written."""
    year: int
    issuers: tuple[str, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "_Number | None":
        number, on = parse_number(content.get("number") or ""), issue_date(content)
        if number is None or on is None:
            return None
        year = number.year or on.year
        keys = [number_key(f"{number.serial}/{part}{number.symbol}") for part in ("", f"{year}/")]
        return cls(tuple(keys), year, issuer_keys(content))


async def find_gone(session: AsyncSession, items: Sequence[ImportItem]) -> list[UUID | None]:
    """For each item, the document that is gone and would come back by it."""
    if not items:
        return []
    numbers = [_Number.of(item.content) if item.kind == "policy" else None for item in items]
    parameters = {
        "numbers": sorted({key for number in numbers if number for key in number.keys}),
        "identifiers": sorted({identifier for item in items for identifier in _identifiers(item)}),
    }
    rows = [_GoneRow(**row) for row in (await session.execute(_GONE, parameters)).mappings()]
    return [
        next((row.document_id for row in rows if _is_same(item, number, row)), None)
        for item, number in zip(items, numbers, strict=True)
    ]


def gone_reason(document_id: UUID) -> Reason:
    """Why what would bring back a document that is gone is set aside."""
    detail = f"The document {document_id} is gone (410); only people bring back what was erased."
    return Reason(RejectionCode.document_gone, detail, "state", "an editor's decision: leave it, or write it by hand")


def _identifiers(item: ImportItem) -> tuple[str, ...]:
    """By what else it is known: its digest, and its name where that is an address, which means the same everywhere."""
    return (item.content_sha256, *([item.source_id] if item.source_id.startswith("https://") else ()))


def _is_same(item: ImportItem, number: _Number | None, row: _GoneRow) -> bool:
    return row.identifier in _identifiers(item) or (number is not None and _is_same_number(number, row))


def _is_same_number(number: _Number, row: _GoneRow) -> bool:
    """Whether number, year and issuers are those of a gone document; where an issuer is unsure, nobody guesses."""
    if row.number not in number.keys or row.issued_on is None or row.issuers is None:
        return False
    if row.issued_on.year != number.year:
        return False
    return compare_issuers(number.issuers, _view_issuer_keys(row.issuers)) is not False


def _view_issuer_keys(issuers: Sequence[str]) -> tuple[str, ...]:
    """A view keeps codes and names in one list."""
    return issuer_keys({"issuers": [{"code" if _CODE.fullmatch(one) else "name": one} for one in issuers]})
