"""The identity of a row: what stays the same when the row moves, or comes again in another file. Pure."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from hub.legal.agency_names import expand_abbreviations, name_key
from hub.legal.numbers import number_key, parse_number
from hub.text import fold
from ingest.spreadsheets.policies import read_issuers, read_number_and_title, read_type
from ingest.spreadsheets.row import Row

_LONGEST = 300
"""Characters of an identifier; a longer one ends in a digest."""
_DAYS = {"draft": ("drafted", "opens"), "bulletin": ("posted", "valid_until"), "statement": ("said_at",)}
"""Fields whose day tells two records of one title apart."""
_TEXTS = {
    "policy": ("text",),
    "draft": ("text",),
    "bulletin": ("lead", "summary", "body"),
    "statement": ("occasion", "text", "question", "answer"),
}
"""Fields that stand for a title, which is derived from them."""


def identify(record: Mapping[str, Any], agency: str) -> tuple[str | None, str | None]:
    """The identifier of a record, and the text from which the id of its document follows; None for what it lacks.

    An id of the agency's own goes first, but not a mere counter beside a number or title with a day: each table counts
    from 1. Number, issuer and day of issue come next, then title and day. What a row lacks of these, it is told apart
    without.
    """
    row = Row.of(record)
    own, by_words = row.line("id"), None
    document = None
    if row.kind == "policy":
        by_words, document = _of_policy(row, agency)
    else:
        by_words = _of_title(row, agency, _DAYS[row.kind])
    if own is not None and (by_words is None or not own.isdecimal()):
        return _short(f"{agency}/{own}"), document
    return (_short(by_words) if by_words else None), document


def _of_policy(row: Row, agency: str) -> tuple[str | None, str | None]:
    issued, (number, title) = row.day("issued"), read_number_and_title(row)
    if number is None:
        return _of_title(row, agency, ("issued",)), None
    written = read_issuers(row)
    issuer = name_key(expand_abbreviations(written[0])) if written else agency
    key = number_key(number)
    if issued is None:
        # A number without a year comes again every year.
        parsed = parse_number(number)
        tells = "" if parsed is not None and parsed.year is not None else fold(title or "")
        return f"{key}//{issuer}/{tells}", None
    # The form of a text that announces the document, so that both mean one document.
    document = f"{fold(read_type(row, number))}/{key}/{issued}/{issuer}" if written else None
    return f"{key}/{issued}/{issuer}", document


def _of_title(row: Row, agency: str, days: tuple[str, ...]) -> str | None:
    title = row.words("title") or next((text for name in _TEXTS[row.kind] if (text := row.words(name))), None)
    if title is None:
        return None
    on = next((day for name in days if row.has_column(name) and (day := row.day(name)) is not None), "")
    # The day of a draft moves when its consultation is extended.
    tells = row.line("draft_version") or "" if row.kind == "draft" else str(on)
    return f"{agency}/{row.kind}/{fold(title)}/{tells}"


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}~{sha256(text.encode()).hexdigest()[:16]}"
