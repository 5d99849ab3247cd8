"""From a published view to the document that Meilisearch indexes: pure.

A view becomes one document that is searched by words, with the whole text, and one for each of its passages (an
article, mostly), from which questions are answered. Passages have neither `lang` nor `document_id`: whatever asks for
views by those never meets one. All of them carry the facts that filters need.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from hub.content.passages import split_passages
from hub.domain.kinds import KINDS
from hub.text import compact, fold
from search.intent import number_parts
from search.meilisearch.settings import replace_signs
from search.ranking.vocabulary import plain_syllable, syllables

SHAPE_VERSION = 4
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


def index_key(document_id: UUID | str, lang: str) -> str:
    """The primary key of a view's document."""
    return f"{document_id}_{lang}"


def to_index_document(row: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The document of an open live view as of a legal day."""
    return to_index_documents(row, day)[0]


def to_index_documents(row: Mapping[str, Any], day: date) -> list[dict[str, Any]]:
    """The documents of an open live view, its own first."""
    full = orjson.loads(row["full"])
    body = KINDS[row["kind"]].plain_text(full)
    key, facts = index_key(row["document_id"], row["lang"]), _filter_fields(row) | _status_fields(row, day)
    own = facts | _text_fields(row, full, body) | {"id": key}
    title = replace_signs(f"{full.get('type') or ''} {full.get('number') or ''} {full['title']}")
    parts = [
        facts
        | {
            "id": f"{key}_{part}",
            "of": str(row["document_id"]),
            "of_lang": row["lang"],
            "of_view": key,
            "ref": one.ref,
            "label": one.label,
            "context": title,
            "heading": replace_signs(one.heading),
            "passage": replace_signs(one.text),
        }
        for part, one in enumerate(split_passages(full, body), start=1)
    ]
    return [own, *parts]


def _text_fields(row: Mapping[str, Any], full: Mapping[str, Any], body: str) -> dict[str, Any]:
    """What only a view's own document has: its words, and what finds it by number."""
    number = full.get("number")
    texts = [replace_signs(part) for part in (full["title"], full.get("summary") or "", body)]
    marked = _diacritic_syllables(texts)
    return {
        "document_id": str(row["document_id"]),
        "lang": row["lang"],
        "in": {row["lang"]: 1},
        "numbers": number_spellings(number) if number else [],
        "number_key": row["number_key"],
        "number_parts": number_parts(number, row["issued_on"].year) if number else [],
        "title": texts[0],
        "summary": texts[1],
        "names": _names(row, full),
        "body": texts[2],
        "marked": marked,
        # To be read in answers: a thousand strings take longer to write and read than all else of a hit.
        "marks": " ".join(marked),
        # As they are to be read: summary, title, number.
        "shown": [full.get("summary") or "", full["title"], number or ""],
    }


def _filter_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """What filters, facets and order need. Dates are numbers (20230801), moments are seconds since 1970."""
    return {
        "seq": row["seq_from"],
        "kind": row["kind"],
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
        "published_at": _timestamp(row["published_at"]),
        "modified_at": _timestamp(row["modified_at"]),
    }


def _status_fields(row: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Where an item stands on a day, only to be counted: the log tells of each change, so it is written anew then."""
    opens, closes = row["opens_on"], row["closes_on"]
    consultation = None
    if opens is not None and closes is not None:
        consultation = "upcoming" if opens > day else "closed" if closes < day else "open"
    begins, ends = row["effective_on"], row["expires_on"]
    in_force = begins is not None and begins <= day and (ends is None or ends > day)
    return {"consultation": consultation, "in_force": True if in_force else None}


def _diacritic_syllables(texts: Sequence[str]) -> list[str]:
    """Every syllable with marks that stands in a view: for putting those first that have the marks asked for."""
    return sorted(
        {
            word
            for text in texts
            for word in syllables(text)
            if plain_syllable(word) != word and len(word) < _MAX_SYLLABLE_LETTERS
        }
    )


_MAX_SYLLABLE_LETTERS = 10
"""Letters of a syllable, and a few more."""


def number_spellings(number: str) -> list[str]:
    """A document's number as people type it: as printed, in words (`269 kh ubnd`), in one piece (`269khubnd`)."""
    return list(dict.fromkeys((replace_signs(number), fold(number), compact(number))))


def _names(row: Mapping[str, Any], full: Mapping[str, Any]) -> list[str]:
    """Names that people look for beside the text: type, issuers, agencies, people, topics, places."""
    single = (full.get("agency"), full.get("drafting_agency"), full.get("spokesperson"), full.get("signer"))
    named = [part["name"] for part in single if part]
    for member in ("issuers", "topics", "places"):
        named += [part["name"] for part in full.get(member) or ()]
    return list(dict.fromkeys(replace_signs(name) for name in (full.get("type"), *named) if name))


def _day(value: date | None) -> int | None:
    return value.year * 10_000 + value.month * 100 + value.day if value else None


def _timestamp(value: datetime) -> int:
    return int(value.timestamp())
