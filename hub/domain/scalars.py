"""Types at the door: texts, codes, counts, days, moments and addresses, parsed once when they come in.

Every model that takes one of them uses these types, so that what can be saved can also be published, shown with the
offset +07:00, and written into feeds, calendars and HTTP dates. An error names the wrong part, and `expected` a value
that would be accepted.
"""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from hub.problem_texts.templates import FilledText, as_data, as_words, fill, text_of
from hub.text import clean, one_line
from hub.times import (
    FIRST_DAY,
    LAST_DAY,
    format_rfc3339,
    is_storable_day,
    is_storable_moment,
    parse_day,
    parse_moment,
)
from hub.urls import MAX_URL_LENGTH, parse_web_url

MAX_COUNT = 2**53 - 1
"""Largest integer that every JSON reader keeps exactly."""

URL_ERROR, DAY_ERROR, MOMENT_ERROR = "url", "day", "moment"
"""Types of the validation errors of addresses, days and moments."""

_WEB_PATTERN = r"https?://[^\s<>\"]+"
_FILE_PATTERN = (
    r"/files/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/([A-Za-z0-9_~-]|%[0-9A-F]{2})([A-Za-z0-9._~-]|%[0-9A-F]{2})*"
)

_A_DAY = "2026-11-24"
_A_MOMENT = "2026-12-01T08:00:00+07:00"
_A_URL = "https://example.vn/tin-tuc"


def _error(kind: str, detail: str, expected: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{detail}", {"detail": detail, "expected": expected})


def _clean_line(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


def _clean_text(value: object) -> object:
    return clean(value).strip() if isinstance(value, str) else value


def _check_count(value: object) -> object:
    if isinstance(value, bool):
        raise _error("count", "true and false are not numbers", "a whole number from 0")
    return value


def _check_flag(value: object) -> object:
    if not isinstance(value, bool):
        raise _error(
            "flag", fill("a yes or no is true or false, not {value}", value=_type_name(value)), "true or false"
        )
    return value


def check_day(value: object) -> date:
    """Return the day of a date, or of a text `YYYY-MM-DD`, whichever year it has."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise _error(DAY_ERROR, fill("a day is a text, not {value}", value=_type_name(value)), _A_DAY)
    try:
        return parse_day(value.strip())
    except ValueError as problem:
        raise _error(DAY_ERROR, text_of(problem), _A_DAY) from problem


def _check_storable_day(value: object) -> date:
    day = check_day(value)
    if not is_storable_day(day):
        raise _error(DAY_ERROR, fill("{day} is out of range: leave out a day that is not known", day=day), _RANGE)
    return day


def _check_moment(value: object) -> datetime:
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str):
        try:
            moment = parse_moment(value.strip())
        except ValueError as problem:
            raise _error(MOMENT_ERROR, text_of(problem), _A_MOMENT) from problem
    else:
        raise _error(MOMENT_ERROR, fill("a time is a text, not {value}", value=_type_name(value)), _A_MOMENT)
    if moment.tzinfo is None:
        raise _error(MOMENT_ERROR, "the time has no offset", _A_MOMENT)
    if not is_storable_moment(moment):
        raise _error(
            MOMENT_ERROR,
            fill("{moment} is out of range: leave out a time that is not known", moment=moment.isoformat()),
            _RANGE,
        )
    return moment


_RANGE = fill("a day from {first_day} to {last_day}", first_day=FIRST_DAY, last_day=LAST_DAY)


def _type_name(value: object) -> FilledText:
    names: dict[type, str] = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    name = names.get(type(value))
    return as_data("null" if value is None else type(value).__name__) if name is None else as_words(name)


def _check_url(value: object, *, or_file: bool = False) -> object:
    if not isinstance(value, str):
        return value
    url = one_line(value)
    if or_file and re.fullmatch(_FILE_PATTERN, url):
        return url
    try:
        parts = parse_web_url(url)
    except ValueError as problem:
        expected = fill("{a_url}, or the path that an upload returned", a_url=_A_URL) if or_file else _A_URL
        raise _error(URL_ERROR, text_of(problem), expected) from problem
    return parts.scheme + url[len(parts.scheme) :]


def _check_file_url(value: object) -> object:
    return _check_url(value, or_file=True)


Line = Annotated[str, BeforeValidator(_clean_line), StringConstraints(min_length=1, max_length=2_000)]
"""One line of text in NFC, without invisible characters."""
SearchText = Annotated[str, StringConstraints(min_length=1, max_length=500), BeforeValidator(_clean_line)]
"""Words to search for."""
Text = Annotated[str, BeforeValidator(_clean_text), StringConstraints(min_length=1, max_length=2_000_000)]
"""Plain text with line breaks, in NFC."""
Code = Annotated[str, BeforeValidator(_clean_line), StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A code of the registry."""
Flag = Annotated[bool, BeforeValidator(_check_flag)]
"""The answer yes or no in the body of a command: `true` or `false`, and nothing that could be read as one."""
Count = Annotated[int, Field(ge=0, le=MAX_COUNT), BeforeValidator(_check_count)]
"""A whole number of things or bytes."""
AnyDay = Annotated[date, BeforeValidator(check_day)]
"""A legal date or calendar date in Việt Nam, written YYYY-MM-DD, to compare with."""
StoredDay = Annotated[date, BeforeValidator(_check_storable_day)]
"""A legal date or calendar date in Việt Nam, written YYYY-MM-DD, that can be stored and published."""
_DATE_TIME = WithJsonSchema({"type": "string", "format": "date-time"})
Moment = Annotated[
    datetime,
    BeforeValidator(_check_moment),
    PlainSerializer(format_rfc3339, return_type=str, when_used="json"),
    _DATE_TIME,
]
"""A point in time, given with any offset and written with the offset +07:00."""
DerivedMoment = Annotated[datetime, PlainSerializer(format_rfc3339, return_type=str, when_used="json"), _DATE_TIME]
"""A point in time that follows from a stored one, such as the midnight after the last storable day."""
WebUrl = Annotated[
    str, BeforeValidator(_check_url), StringConstraints(pattern=f"^{_WEB_PATTERN}$", max_length=MAX_URL_LENGTH)
]
"""Absolute URL of a page or file on the web."""
FileUrl = Annotated[
    str,
    BeforeValidator(_check_file_url),
    StringConstraints(pattern=f"^({_WEB_PATTERN}|{_FILE_PATTERN})$", max_length=MAX_URL_LENGTH),
]
"""URL of a file elsewhere, or of a file of this hub as its upload returned it: `/files/<UUID>/<name>`."""
