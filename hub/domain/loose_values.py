"""Values of the wrong type, read where their meaning is certain: `39` as a text, `20/11/2015` as a day. Pure.

For what files and sources deliver; editors and programs that write to the hub get an error instead.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

import orjson
from rapidfuzz.distance import OSA

from hub.legal.dates import parse_date
from hub.text import one_line
from hub.times import VIETNAM, is_storable_day

MAX_EXCERPT = 200
_COMPACT_DAY = re.compile(r"(?:1\d|20)\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:[T ].*)?", re.DOTALL)
_DAY_WITH_TIME = re.compile(r"(?P<day>\d{1,2}[-/.]\d{1,2}[-/.]\d{4})[T ,].*", re.DOTALL)
_MOMENT_WITH_ZONE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d[:.,\d]{0,12}(?:[Zz]|[+-]\d\d:?\d\d)")
_SEPARATORS = re.compile(r"[,;|\n]")
_TEXT_MEMBERS = ("name", "text", "title", "value", "code", "label")
_EPOCH = range(100_000_000, 10_000_000_000_000)
"""Figures that may be seconds or milliseconds since 1970."""


def read_text(value: Any) -> str | None:
    """Read a text: a number as its figures, a list as its items in a row, an object as its name; None for all else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return str(int(value)) if isfinite(value) and value == int(value) else str(value)
    if isinstance(value, list | tuple):
        parts = [read_text(each) for each in value]
        return " ".join(part for part in parts if part) if all(part is not None for part in parts) and parts else None
    if isinstance(value, Mapping):
        return next((text for name in _TEXT_MEMBERS if (text := read_text(value.get(name)))), None)
    return None


def read_day(value: Any) -> tuple[date | None, bool]:
    """Read a day in any usual writing, and tell if that is certain; None for what is no day that can be stored."""
    if isinstance(value, datetime):
        value = value.isoformat()
    if isinstance(value, date):
        return value, True
    if isinstance(value, list | tuple) and len(value) == 1:
        return read_day(value[0])
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None, False
    day, is_certain = _parse_day(
        one_line(str(int(value) if isinstance(value, float) and value.is_integer() else value))
    )
    return (day, is_certain) if day is not None and is_storable_day(day) else (None, False)


def _parse_day(text: str) -> tuple[date | None, bool]:
    try:
        if _MOMENT_WITH_ZONE.fullmatch(text):
            # Midnight in Việt Nam is written as 17:00 UTC of the day before.
            return datetime.fromisoformat(text.upper()).astimezone(VIETNAM).date(), True
        if _COMPACT_DAY.fullmatch(text):
            return date(int(text[:4]), int(text[4:6]), int(text[6:])), True
        if (found := _YEAR_FIRST.fullmatch(text)) is not None:
            return date(int(found["year"]), int(found["month"]), int(found["day"])), True
        if text.isdigit() and int(text) in _EPOCH:
            seconds = int(text) / (1_000 if int(text) >= 100_000_000_000 else 1)
            return datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM).date(), False
    except (ValueError, OverflowError):
        return None, False
    timed = _DAY_WITH_TIME.fullmatch(text)
    return parse_date(timed["day"] if timed else text), True


def read_list(value: Any, *, separated: bool = False) -> list[Any] | None:
    """Read a list: one thing as a list of it, and with `separated` a text as its parts; None for no list at all."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, str) and separated:
        return [stripped for part in _SEPARATORS.split(value) if (stripped := part.strip())]
    if isinstance(value, str | Mapping) or (isinstance(value, int) and not isinstance(value, bool)):
        return [value]
    return None


def show_value(value: Any) -> str:
    """A value as people read it in a doubt: JSON, cut after 200 characters."""
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode("utf-8", "replace")
    line = one_line(text)
    return line if len(line) <= MAX_EXCERPT else f"{line[: MAX_EXCERPT - 1]}…"


def match_members(
    given: Mapping[str, Any], known: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Split an object into members that are known and others; a misspelt name counts as the one known name like it.

    Returns the known members, the others, and the names as they were written by the names that they were read as.
    """
    own = {name: value for name, value in given.items() if name in known}
    others: dict[str, Any] = {}
    read_as: dict[str, str] = {}
    for name, value in given.items():
        if name in known:
            continue
        near = [each for each in known if own.get(each) is None and _is_misspelt(name, each)]
        if len(near) == 1 and value is not None:
            own[near[0]], read_as[near[0]] = value, name
        else:
            others[name] = value
    return own, others, read_as


def _is_misspelt(name: str, known: str) -> bool:
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    if plain.count("_") != known.count("_"):  # `n_articles` is a word more, not a slip
        return plain.replace("_", "") == known.replace("_", "")
    limit = 0 if len(known) <= 3 else 1 if len(known) <= 5 else 2
    return plain == known or OSA.distance(plain, known, score_cutoff=limit) <= limit
