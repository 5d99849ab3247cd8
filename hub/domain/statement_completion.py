"""Completion of statements: spokesperson, form and times in words, and what is missing. Pure."""

from datetime import date, datetime
from typing import Any

from hub.domain.incomplete_content import IncompleteContent, is_code
from hub.domain.kinds.absent_members import MissingMember
from hub.domain.kinds.statement import StatementForm
from hub.domain.loose_values import read_text
from hub.legal.timestamps import read_moment
from hub.text import one_line
from hub.times import format_rfc3339, is_storable_moment, midnight, parse_moment

_ABSENT = {
    MissingMember.spokesperson: "The source does not tell who spoke, as a code of the registry.",
    MissingMember.form: f"The source does not tell the form: {', '.join(StatementForm)}.",
    MissingMember.said_at: "The source does not tell when it was said.",
}


def complete_facts(partial: IncompleteContent) -> None:
    """Complete who spoke, in which form and when; an editor adds what is still missing."""
    _read_spokesperson(partial)
    _read_form(partial)
    said_at, asked_at = _read_time(partial, "said_at"), _read_time(partial, "asked_at")
    content = partial.content
    if said_at is not None and asked_at is not None and said_at < asked_at:
        partial.drop("asked_at", "It is after the time of the statement")
    missing = [name for name in _ABSENT if content.get(name) is None]
    for name in missing:
        content.pop(name, None)
        partial.doubt(name, _ABSENT[name])
    content.pop("missing", None)
    if missing:
        content["missing"] = [name.value for name in missing]


def _read_spokesperson(partial: IncompleteContent) -> None:
    text = _text(partial, "spokesperson")
    if text and is_code(text):
        partial.content["spokesperson"] = text
    elif text:
        partial.drop("spokesperson", "The value is not the code of a spokesperson")


def _read_form(partial: IncompleteContent) -> None:
    text = (_text(partial, "form") or "").lower().replace(" ", "_").replace("-", "_")
    if text in list(StatementForm):
        partial.content["form"] = text
    elif text:
        partial.drop("form", "The hub has no such form")


def _read_time(partial: IncompleteContent, name: str) -> datetime | None:
    """Read a time in any usual writing; a day without one is its first moment, with a doubt."""
    given = partial.content.get(name)
    if given is None:
        partial.content.pop(name, None)
        return None
    found = _parse(read_text(given) or "")
    if found is None:
        partial.drop(name, "The value is not a day with a time")
        return None
    if not isinstance(found, datetime):
        partial.doubt(name, f"The source has the day {found} and no time.")
        found = midnight(found)
    partial.content[name] = format_rfc3339(found)
    return found


def _parse(text: str) -> datetime | date | None:
    try:
        moment = parse_moment(text.strip())
    except ValueError:
        return read_moment(text)
    return moment if is_storable_moment(moment) else None


def _text(partial: IncompleteContent, name: str) -> str | None:
    """The value of a member as one line; one that is no text, or empty, is left out."""
    value: Any = partial.content.get(name)
    text = one_line(read_text(value) or "")
    if not text and value not in (None, "", [], {}):
        partial.drop(name, "The value is not a text")
    elif not text:
        partial.content.pop(name, None)
    return text or None
