"""Validation of a content by the rules of its kind, and the error that names every invalid member."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson
from pydantic import ValidationError

from hub.domain.kinds import KINDS
from hub.errors import InvalidInput


def validate_content(kind: str, content: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Validate a content; returns its stored form (NFC, with defaults) and its SHA-256.

    Raises `InvalidInput` with all errors.
    """
    try:
        stored = KINDS[kind].content.model_validate(content).model_dump(mode="json")
    except ValidationError as problem:
        raise invalid_input(problem) from problem
    return stored, sha256(orjson.dumps(stored, option=orjson.OPT_SORT_KEYS)).hexdigest()


_VALUE_ERROR = re.compile(r"Value error, (?:(?P<field>[a-z_]+(?:\.[a-z0-9_]+)*): )?(?P<detail>.+)", re.DOTALL)


def invalid_input(problem: ValidationError, *, within: str = "") -> InvalidInput:
    """Convert a Pydantic error to one `InvalidInput`."""
    errors = []
    for found in problem.errors(include_url=False, include_input=False, include_context=False):
        # A validator of several members names the invalid one at the start of its message.
        match = _VALUE_ERROR.match(found["msg"]) if found["type"] == "value_error" else None
        path = [within, *found["loc"], *([match["field"]] if match and match["field"] else [])]
        field = ".".join(str(part) for part in path if part != "")
        errors.append({"field": field, "detail": match["detail"] if match else found["msg"]})
    first = errors[0]
    return InvalidInput(
        f"{first['field'] or 'content'}: {first['detail']}", field=first["field"] or None, errors=errors
    )
