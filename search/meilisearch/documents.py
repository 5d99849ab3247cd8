"""Conversion of a published view to the document that Meilisearch indexes. Pure.

A view becomes one document that is searched by words, with the whole text and the members that filters need. Questions
are answered from another index (`search.question_index`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from hub.content.stored_views import render_view
from hub.domain.kinds import KINDS
from hub.domain.now import consultation_state
from hub.text import compact, fold
from hub.times import VIETNAM
from search.filters import day_number, moment_number
from search.intent import number_parts
from search.meilisearch.settings import replace_signs
from search.text.syllables import plain_syllable, syllables

SHAPE_VERSION = 7
"""Version of the documents' shape; an index of another shape is rebuilt."""


@dataclass(frozen=True, slots=True)
class LiveView:
    """The columns of an open live view (`published_view`) that are indexed."""

    document_id: UUID
    lang: str
    kind: str
    seq_from: int
    full: bytes
    agency: str
    issuers: Sequence[str]
    topics: Sequence[str]
    places: Sequence[str]
    doc_type: str | None
    number_key: str | None
    issued_on: date
    effective_on: date | None
    expires_on: date | None
    opens_at: datetime | None
    closes_at: datetime | None
    high_impact: bool
    channels: Sequence[str]
    priority: str | None
    published_at: datetime
    modified_at: datetime


def index_key(document_id: UUID | str, lang: str) -> str:
    """Return the primary key of a view's document."""
    return f"{document_id}_{lang}"


def to_index_document(row: LiveView, moment: datetime, present_names: Sequence[str] = ()) -> dict[str, Any] | None:
    """Build the document of an open live view as of a moment; None for a broken view.

    `present_names` are those of its agencies, topics and places in the registry, where the view has the names of its
    day.
    """
    return render_view(row.document_id, "search", lambda: _build_document(row, moment, present_names), lambda: None)


def _build_document(row: LiveView, moment: datetime, present_names: Sequence[str]) -> dict[str, Any]:
    full = orjson.loads(row.full)
    fields = _filter_fields(row) | _status_fields(row, moment)
    texts = _text_fields(row, full, KINDS[row.kind].plain_text(full), present_names)
    return fields | texts | {"id": index_key(row.document_id, row.lang)}


def _text_fields(row: LiveView, full: Mapping[str, Any], body: str, present_names: Sequence[str]) -> dict[str, Any]:
    """Build the members with the texts of a view and the forms of its number."""
    number = full.get("number")
    texts = [replace_signs(part) for part in (full["title"], full.get("summary") or "", body)]
    with_diacritics = _diacritic_syllables(texts)
    return {
        "document_id": str(row.document_id),
        "lang": row.lang,
        "in": {row.lang: 1},
        "numbers": number_spellings(number) if number else [],
        "number_key": row.number_key,
        "number_parts": number_parts(number, row.issued_on.year) if number else [],
        "title": texts[0],
        "summary": texts[1],
        "names": _names(full, present_names),
        "body": texts[2],
        "marked": with_diacritics,
        # One string to be read in answers: a thousand strings take longer to write and read than the rest of a hit.
        "marks": " ".join(with_diacritics),
        # As readers see them: summary, title, number.
        "shown": [full.get("summary") or "", full["title"], number or ""],
    }


def _filter_fields(row: LiveView) -> dict[str, Any]:
    """Build the members for filters, facets and order. Dates are numbers (20230801), moments count from 1970.

    A publication is counted in milliseconds, as readers see it, because it breaks ties; so is a consultation's window.
    """
    return {
        "seq": row.seq_from,
        "kind": row.kind,
        "agency": row.agency,
        "issuers": list(row.issuers),
        "topics": list(row.topics),
        "places": list(row.places),
        "type": row.doc_type,
        "year": row.issued_on.year,
        "high_impact": row.high_impact,
        "channels": list(row.channels),
        "priority": row.priority,
        "issued_on": day_number(row.issued_on),
        "effective_on": _optional_day_number(row.effective_on),
        "expires_on": _optional_day_number(row.expires_on),
        "opens_at": _optional_moment_number(row.opens_at),
        "closes_at": _optional_moment_number(row.closes_at),
        "published_at": moment_number(row.published_at),
        "modified_at": int(row.modified_at.timestamp()),
    }


def _status_fields(row: LiveView, moment: datetime) -> dict[str, Any]:
    """Compute an item's status at a moment, used for facets only.

    The log has an entry for each change of it, so the document is written again then.
    """
    consultation = None
    if row.opens_at is not None and row.closes_at is not None:
        consultation = consultation_state(moment, row.opens_at, row.closes_at).value
    begins, ends, day = row.effective_on, row.expires_on, moment.astimezone(VIETNAM).date()
    in_force = begins is not None and begins <= day and (ends is None or ends > day)
    return {"consultation": consultation, "in_force": True if in_force else None}


def _diacritic_syllables(texts: Sequence[str]) -> list[str]:
    """Collect every syllable with diacritics: views that have the diacritics of the query come first."""
    return sorted(
        {
            word
            for text in texts
            for word in syllables(text)
            if plain_syllable(word) != word and len(word) < _MAX_SYLLABLE_LETTERS
        }
    )


_MAX_SYLLABLE_LETTERS = 10
"""Letters of the longest syllable, and a few more."""


def number_spellings(number: str) -> list[str]:
    """Spell a document's number as people type it: as printed, in words (`269 kh ubnd`), in one piece (`269khubnd`)."""
    return list(dict.fromkeys((replace_signs(number), fold(number), compact(number))))


def _names(full: Mapping[str, Any], present_names: Sequence[str]) -> list[str]:
    """Collect the names that people search for besides the text: type, issuers, agencies, people, topics, places."""
    single = (full.get("agency"), full.get("drafting_agency"), full.get("spokesperson"), full.get("signer"))
    names = [part["name"] for part in single if part]
    for member in ("issuers", "topics", "places"):
        names += [part["name"] for part in full.get(member) or ()]
    names += [part["text"] for part in full.get("unmapped") or ()]
    return list(dict.fromkeys(replace_signs(name) for name in (full.get("type"), *names, *present_names) if name))


def _optional_day_number(value: date | None) -> int | None:
    return day_number(value) if value else None


def _optional_moment_number(value: datetime | None) -> int | None:
    return moment_number(value) if value else None
