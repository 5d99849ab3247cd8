"""Findings of Pydantic in the hub's own words, by the type of the error: what Pydantic says reaches nobody.

A template may use the values of the finding's context. All are about one value, whose name stands before them:
"limit: must be at most 100".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.problem_texts.templates import FilledText, as_data, as_words, fill, one_of, split_field

_NUMBER = "must be a number"
_WHOLE = "must be a whole number"
_TEXT = "must be a text"
_OBJECT = "must be an object"
_LIST = "must be a list"
_FLAG = "must be true or false"
_DAY = "must be a day like 2026-11-24"
_TIME = "must be a time of day like 08:00:00"
_MOMENT = "must be a time like 2026-12-01T08:00:00+07:00"
_DURATION = "must be a duration like PT1H"
_URL = "must be a URL like https://example.vn/tin-tuc"
_UUID = "must be a UUID like 0190a5b8-7c1e-7d3a-9f52-3c1b2a4d5e6f"
_DECIMAL = "must be a decimal number"
_WRONG = "is not valid"
_MISSING = "is missing"
_UNKNOWN = "is not known here"

TEMPLATES: Mapping[str, str] = {
    "missing": _MISSING,
    "extra_forbidden": _UNKNOWN,
    "none_required": "must be null",
    "json_invalid": "is not valid JSON",
    "json_type": _TEXT,
    "invalid_key": "has a name that is not a text",
    "recursion_loop": "contains itself",
    "recursion_depth_exceeded": "is nested too deeply",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "finite_number": "must be a finite number",
    "too_short": "has too few items; the minimum is {min_length}",
    "too_long": "has too many items; the maximum is {max_length}",
    "string_type": _TEXT,
    "string_unicode": "must be a text in UTF-8",
    "string_too_short": "has too few characters; the minimum is {min_length}",
    "string_too_long": "has too many characters; the maximum is {max_length}",
    "string_pattern_mismatch": "does not have the form `{pattern}`",
    "string_not_ascii": "must have ASCII characters only",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    **dict.fromkeys(
        ("dict_type", "frozen_dict_type", "ordered_dict_type", "counter_type", "mapping_type", "model_type"), _OBJECT
    ),
    **dict.fromkeys(("model_attributes_type", "dataclass_type", "dataclass_exact_type"), _OBJECT),
    **dict.fromkeys(
        ("list_type", "deque_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type", "named_tuple_type"),
        _LIST,
    ),
    "iteration_error": _LIST,
    "set_item_not_hashable": "has an item that is not a plain value",
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "is a number that is too large",
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bytes_type": _TEXT,
    "bytes_too_short": "has too few bytes; the minimum is {min_length}",
    "bytes_too_long": "has too many bytes; the maximum is {max_length}",
    "bytes_invalid_encoding": "is not encoded in {encoding}",
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), _DAY),
    "date_past": "must be a day in the past",
    "date_future": "must be a day in the future",
    "time_type": _TIME,
    "time_parsing": _TIME,
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_object_invalid", "datetime_from_date_parsing"), _MOMENT
    ),
    "datetime_past": "must be a time in the past",
    "datetime_future": "must be a time in the future",
    "timezone_naive": "must have no offset",
    "timezone_aware": "must have an offset like +07:00",
    "timezone_offset": "has another offset than the one that is required",
    "time_delta_type": _DURATION,
    "time_delta_parsing": _DURATION,
    "union_tag_invalid": "must be {expected_tags}",
    "union_tag_not_found": "does not say of which type it is",
    **dict.fromkeys(("url_type", "url_parsing", "url_syntax_violation"), _URL),
    "url_too_long": "has too many characters; the maximum is {max_length}",
    "url_scheme": "must begin with {expected_schemes}",
    **dict.fromkeys(("uuid_type", "uuid_parsing"), _UUID),
    "uuid_version": "must be a UUID of version {expected_version}",
    "decimal_type": _DECIMAL,
    "decimal_parsing": _DECIMAL,
    "decimal_max_digits": "has too many digits; the maximum is {max_digits}",
    "decimal_max_places": "has too many decimal places; the maximum is {decimal_places}",
    "decimal_whole_digits": "has too many digits before the decimal point; the maximum is {whole_digits}",
    **dict.fromkeys(
        ("missing_argument", "missing_keyword_only_argument", "missing_positional_only_argument"), _MISSING
    ),
    **dict.fromkeys(("unexpected_keyword_argument", "unexpected_positional_argument"), _UNKNOWN),
    "multiple_argument_values": "is given more than once",
    **dict.fromkeys(
        (
            *("no_such_attribute", "needs_python_object", "frozen_field", "frozen_instance", "get_attribute_error"),
            *("default_factory_not_called", "missing_sentinel_error", "ellipsis_error", "is_instance_of"),
            *("is_subclass_of", "callable_type", "arguments_type", "fraction_type", "fraction_parsing"),
            *("complex_type", "complex_str_parsing"),
        ),
        _WRONG,
    ),
}
"""English templates by the type of Pydantic's error. `value_error`, `assertion_error` and the hub's own types speak for
themselves; a type that is not in here is not valid, and that is all that is said."""

_OWN = frozenset({"value_error", "assertion_error"})
_LISTED = ("expected", "expected_tags", "expected_schemes")
"""Values of a context in which Pydantic joins alternatives with "or"."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding as it is told: the member that a validator of several named, the text, and a value that would do."""

    member: str | None
    detail: FilledText
    expected: str | None


def explain_finding(finding: Mapping[str, Any]) -> Explanation:
    """Explain a finding, as `ValidationError.errors` lists it with its context, without a word of Pydantic's."""
    kind, context = finding["type"], finding.get("ctx") or {}
    if kind in _OWN:
        return _explain_own(context.get("error"))
    if isinstance(detail := context.get("detail"), str):  # a type at the door of the hub
        expected = context.get("expected")
        return Explanation(None, as_words(detail), expected if isinstance(expected, str) else None)
    values = {name: _alternatives(value) if name in _LISTED else value for name, value in context.items()}
    template = TEMPLATES.get(kind, _WRONG)
    try:
        text = fill(template, **values)
    except (KeyError, ValueError, TypeError):  # another version of Pydantic gives other values
        text = fill(_WRONG)
    return Explanation(None, text, values["expected"] if isinstance(values.get("expected"), str) else None)


def explain_shortly(finding: Mapping[str, Any]) -> str:
    """Explain a finding in one English text: `detail` of `explain_finding`, after the member if there is one."""
    found = explain_finding(finding)
    return found.detail if found.member is None else f"{found.member}: {found.detail}"


def _explain_own(error: object) -> Explanation:
    text = error.args[0] if isinstance(error, Exception) and error.args else _WRONG
    member, detail = split_field(text if isinstance(text, str) else str(text))
    return Explanation(member, as_words(detail), None)


def _alternatives(joined: object) -> FilledText:
    """Take alternatives apart that Pydantic has joined: `'a', 'b' or 'c'`."""
    before, found, last = str(joined).rpartition(" or ")
    return one_of([as_data(before), as_data(last)]) if found else as_data(joined)
