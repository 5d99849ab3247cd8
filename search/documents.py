"""From a published view to the document that Meilisearch indexes: pure.

One document for each view now. Everything is replaced by `id`, and `document_id` is the distinct attribute, so a view
may become several documents (one for each article) without a change of the projector's promises.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from hub.content.kinds import KINDS
from hub.text import compact, fold
from search.highlight import without_markers

SHAPE = 1
"""Version of the documents' shape; an index of another shape is built anew."""

VIEW_COLUMNS = (
    "document_id",
    "lang",
    "kind",
    "seq_from",
    "full",
    "agency",
    "issuers",
    "topics",
    "places",
    "doc_type",
    "number_key",
    "issued_on",
    "effective_on",
    "expires_on",
    "opens_on",
    "closes_on",
    "high_impact",
    "published_at",
    "modified_at",
)
"""The columns of `published_view` that `to_document` reads."""


def document_key(document_id: UUID | str, lang: str) -> str:
    """The primary key of a view's document."""
    return f"{document_id}_{lang}"


def to_document(row: Mapping[str, Any]) -> dict[str, Any]:
    """The document of an open live view. Dates are numbers (20230801), moments are seconds since 1970."""
    full = orjson.loads(row["full"])
    number = full.get("number")
    return {
        "id": document_key(row["document_id"], row["lang"]),
        "document_id": str(row["document_id"]),
        "lang": row["lang"],
        "in": {row["lang"]: 1},
        "seq": row["seq_from"],
        "kind": row["kind"],
        "numbers": spellings(number) if number else [],
        "number_key": row["number_key"],
        "title": without_markers(full["title"]),
        "summary": without_markers(full.get("summary") or ""),
        "names": _names(row, full),
        "body": without_markers(KINDS[row["kind"]].plain_text(full)),
        "agency": row["agency"],
        "issuers": list(row["issuers"]),
        "topics": list(row["topics"]),
        "places": list(row["places"]),
        "type": row["doc_type"],
        "year": row["issued_on"].year,
        "high_impact": row["high_impact"],
        "issued_on": _day(row["issued_on"]),
        "effective_on": _day(row["effective_on"]),
        "expires_on": _day(row["expires_on"]),
        "opens_on": _day(row["opens_on"]),
        "closes_on": _day(row["closes_on"]),
        "published_at": _moment(row["published_at"]),
        "modified_at": _moment(row["modified_at"]),
    }


def spellings(number: str) -> list[str]:
    """A document's number as people type it: as printed, in words (`269 kh ubnd`), in one piece (`269khubnd`)."""
    return list(dict.fromkeys((without_markers(number), fold(number), compact(number))))


def _names(row: Mapping[str, Any], full: Mapping[str, Any]) -> list[str]:
    """Names that people look for beside the text: type, issuers, agencies, people, topics, places."""
    single = (full.get("agency"), full.get("drafting_agency"), full.get("spokesperson"), full.get("signer"))
    named = [part["name"] for part in single if part]
    for member in ("issuers", "topics", "places"):
        named += [part["name"] for part in full.get(member) or ()]
    return list(dict.fromkeys(without_markers(name) for name in (full.get("type"), *named) if name))


def _day(value: date | None) -> int | None:
    return value.year * 10_000 + value.month * 100 + value.day if value else None


def _moment(value: datetime) -> int:
    return int(value.timestamp())
