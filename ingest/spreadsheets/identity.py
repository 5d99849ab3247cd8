"""The identity of a row: what stays the same when the row moves, or comes again in another file. Pure."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from hub.legal.agency_names import expand_abbreviations, name_key, split_issuers
from hub.legal.numbers import number_key
from hub.text import fold
from ingest.spreadsheets.policies import read_number, read_type
from ingest.spreadsheets.row import Row

_LONGEST = 300
"""Characters of an identifier; a longer one ends in a digest."""
_DAYS = {"draft": ("drafted", "opens"), "bulletin": ("posted", "valid_until"), "statement": ("said_at",)}
"""Fields whose day tells two records of one title apart."""


def identify(record: Mapping[str, Any], agency: str) -> tuple[str | None, str | None]:
    """The identifier of a record, and the text from which the id of its document follows; None for what it lacks.

    An id of the agency's own goes first, but not a mere counter beside a number or title with a day: each table counts
    from 1. Number, issuer and day of issue come next, then title and day.
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
    issued, number = row.day("issued"), read_number(row)
    if issued is None:
        return None, None
    if number is None:
        return _of_title(row, agency, ("issued",)), None
    written = row.line("issuers")
    issuer = name_key(expand_abbreviations(split_issuers(written)[0])) if written else agency
    key = number_key(number)
    # The form of a text that announces the document, so that both mean one document.
    document = f"{fold(read_type(row, number))}/{key}/{issued}/{issuer}" if written else None
    return f"{key}/{issued}/{issuer}", document


def _of_title(row: Row, agency: str, days: tuple[str, ...]) -> str | None:
    title = row.line("title") or (row.line("occasion") if row.kind == "statement" else None)
    on = next((day for name in days if row.has_column(name) and (day := row.day(name)) is not None), None)
    if title is None or (on is None and row.kind != "draft"):
        return None
    version = row.line("draft_version") if row.kind == "draft" else None
    # The day of a draft moves when its consultation is extended.
    tells = version or "" if row.kind == "draft" else str(on)
    return f"{agency}/{row.kind}/{fold(title)}/{tells}"


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}~{sha256(text.encode()).hexdigest()[:16]}"
