"""Recognise documents that are gone (410) when a source delivers them again: no machine publishes what was erased.

No data is kept for this. They are recognised by what erasure leaves: number, issuers and date in the blank view, the
digests of the editions, and the addresses at which sources had them. A document without a number that comes in other
words from another address is not recognised.
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
from hub.problem_texts.templates import as_words, fill
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
    """Number, year and issuers of an item, to compare it with a document that is gone."""

    keys: tuple[str, ...]
    """With and without the year, because both forms are in use."""
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
    """Find for each item the document that is gone and would come back by it, by one statement."""
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
    """The reason for rejecting a record of a document that is gone."""
    detail = fill("The document {id} is gone (410); only people bring back what was erased.", id=document_id)
    return Reason(
        RejectionCode.document_gone, detail, "state", as_words("an editor's decision: leave it, or write it by hand")
    )


def _identifiers(item: ImportItem) -> tuple[str, ...]:
    """Digest of the content, and the source id when it is an address, which means the same for every source."""
    return (item.content_sha256, *([item.source_id] if item.source_id.startswith("https://") else ()))


def _is_same(item: ImportItem, number: _Number | None, row: _GoneRow) -> bool:
    return row.identifier in _identifiers(item) or (number is not None and _is_same_number(number, row))


def _is_same_number(number: _Number, row: _GoneRow) -> bool:
    """Compare number, year and issuers. An issuer that may be the same counts as the same."""
    if row.number not in number.keys or row.issued_on is None or row.issuers is None:
        return False
    if row.issued_on.year != number.year:
        return False
    return compare_issuers(number.issuers, _view_issuer_keys(row.issuers)) is not False


def _view_issuer_keys(issuers: Sequence[str]) -> tuple[str, ...]:
    """Issuer keys of a view, which has codes and names in one list."""
    return issuer_keys({"issuers": [{"code" if _CODE.fullmatch(one) else "name": one} for one in issuers]})
