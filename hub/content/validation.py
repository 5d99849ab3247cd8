"""Validation of a content by the rules of its kind, and the error that names every invalid member."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson
import structlog
from pydantic import ValidationError

from hub.content.cleaning_report import report_changes
from hub.domain.completion import complete_content
from hub.domain.kinds import KINDS
from hub.domain.policy_completion import join_number
from hub.domain.salvage import drop_invalid_parts, salvage
from hub.errors import InvalidInput
from hub.legal.derivation import has_words

log = structlog.get_logger()


def validate_content(kind: str, content: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Validate a content; returns its stored form (NFC, with defaults) and its SHA-256.

    Raises `InvalidInput` with all errors.
    """
    try:
        stored = KINDS[kind].content.model_validate(content).model_dump(mode="json")
    except ValidationError as problem:
        raise invalid_input(problem) from problem
    report_changes(content, stored)
    return stored, content_digest(stored)


def content_digest(stored: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a content in its stored form."""
    return sha256(orjson.dumps(stored, option=orjson.OPT_SORT_KEYS)).hexdigest()


def invalid_input(problem: ValidationError, *, within: str = "") -> InvalidInput:
    """Convert a Pydantic error to one `InvalidInput`."""
    return InvalidInput.of(problem.errors(include_url=False, include_input=False), within=within, whole="content")


def salvage_content(
    kind: str, content: Mapping[str, Any], name: str | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a delivered content completed and without invalid optional parts, and a doubt for an editor about each.

    For everything that the hub did not write: deliveries of sources, records of files. A valid content stays as it is,
    except that a number that was cut in two is put together. `name` is the identifier of the record at its source.
    """
    given = dict(content)
    if kind == "policy":
        join_number(given)
    found, doubts = salvage(kind, given), list[str]()
    if not found.is_valid or not has_words(f"{given.get('title')}"):
        completed, doubts = complete_content(kind, given, name)
        found = salvage(kind, completed, everything=True)
        if not found.is_valid:
            return given, ()
    return found.content, (*doubts, *(f"{part.field}: {part.detail}; it was left out." for part in found.dropped))


def published_content(kind: str, content: Mapping[str, Any], document_id: object) -> Mapping[str, Any]:
    """Return a content that was public before, without optional parts that a newer rule refuses; told in the log.

    A document can always be withdrawn, and its dates always come, whatever link it was published with.
    """
    kept, dropped = drop_invalid_parts(kind, content)
    if dropped:
        log.warning("content_parts_dropped", document=str(document_id), parts=[part.field for part in dropped])
    return kept
