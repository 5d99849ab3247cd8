"""Reasons as JSON that keeps the templates of their texts, so that they can be written in a language when shown.

Stored reasons without templates are those of earlier versions: a constant text is still found in the catalogue, any
other one stays English.
"""

from collections.abc import Mapping
from typing import Any

from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import FilledText, dump_text, load_text
from ingest.records import Reason

TEXTS = "texts"
"""Member of the JSON that holds the templates and values of the other members."""
_WRITTEN = ("detail", "expected")


def dump_reason(reason: Reason) -> dict[str, Any]:
    """Convert a reason to JSON, without absent members."""
    members = {"code": reason.code, "detail": reason.detail, "field": reason.field, "expected": reason.expected}
    dumped: dict[str, Any] = {name: str(value) for name, value in members.items() if value is not None}
    texts = {
        name: dump_text(text)
        for name in _WRITTEN
        if isinstance(text := members[name], FilledText) and text.values  # a constant is its own template
    }
    return dumped | ({TEXTS: texts} if texts else {})


def load_reason(dumped: Mapping[str, Any]) -> Reason:
    """Convert what `dump_reason` made back to a reason. Raises `KeyError` for anything else."""
    expected = None if dumped.get("expected") is None else _load(dumped, "expected")
    return Reason(dumped["code"], _load(dumped, "detail"), dumped.get("field"), expected)


def write_reason(reason: Reason, writer: ProblemWriter) -> dict[str, Any]:
    """Write the members of a reason for its view."""
    return write_stored_reason(dump_reason(reason), writer)


def write_stored_reason(stored: Mapping[str, Any], writer: ProblemWriter) -> dict[str, Any]:
    """Write the members of a stored reason; what is damaged is left to the view."""
    members = {name: value for name, value in stored.items() if name != TEXTS}
    for name in _WRITTEN:
        if isinstance(members.get(name), str):
            members[name] = writer.write(_load(stored, name))
    return members


def _load(dumped: Mapping[str, Any], name: str) -> str:
    """Load a text with its template; without it if the two do not say the same."""
    plain: str = dumped[name]
    try:
        text = load_text(dumped[TEXTS][name])
    except (KeyError, TypeError, ValueError):
        return plain
    return text if isinstance(text, FilledText) and text == plain else plain
