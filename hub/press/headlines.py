"""Reader of press files in JSONL, plain or gzipped.

Each line has `title` and `outlet` (or `source`), and optionally `published`, `collected` and `link`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hub.errors import InvalidInput
from hub.legal.timestamps import read_moment
from hub.press.items import PressItem
from hub.text_files import InputFile, read_lines
from hub.times import VIETNAM, midnight
from hub.web.json_body import parse_json

MAX_LINE = 100_000
_QUIET_HOURS = 4
"""Length of the night that is searched for, in hours."""
_MIN_ITEMS = 500
"""Minimum number of items that show the night of an outlet."""


def read_file(path: Path, shifts: Mapping[str, timedelta] | None = None) -> Iterator[PressItem | None]:
    """Iterate over the items of a file; None for an invalid line. `shifts` are added to the times of an outlet.

    A time without a zone is in Việt Nam. Raises `InvalidInput` for a file of another kind.
    """
    with InputFile(path) as source:
        if source.kind is not None:
            raise InvalidInput(f"{path.name} is {source.kind}.", field="FILE", expected="JSONL in UTF-8, also gzipped")
        for line in read_lines(source, MAX_LINE):
            yield _parse_item(line.data, shifts or {}) if line.problem is None else None


def _parse_item(line: bytes, shifts: Mapping[str, timedelta]) -> PressItem | None:
    try:
        found: dict[str, Any] = parse_json(line, "line")
        outlet, title, link = found.get("outlet") or found["source"], found["title"], found.get("link")
        published, collected = _parse_time(found.get("published")), _parse_time(found.get("collected"))
        if not isinstance(outlet, str) or not isinstance(title, str) or not isinstance(link, str | None):
            return None
        shift = shifts.get(outlet, timedelta())
        return PressItem(title, link, published and published + shift, collected, outlet)
    except (InvalidInput, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def _parse_time(value: Any) -> datetime | None:
    if value is None:
        return None
    moment = read_moment(value)
    if moment is None:
        raise ValueError("not a moment")
    return moment if isinstance(moment, datetime) else midnight(moment)


def parse_shifts(given: list[str]) -> dict[str, timedelta]:
    """Parse `["VnExpress=7"]`, hours by outlet. Raises `InvalidInput`."""
    found = {}
    for each in given:
        outlet, _, hours = each.rpartition("=")
        try:
            found[outlet] = timedelta(hours=float(hours))
        except (ValueError, OverflowError):
            outlet = ""
        if not outlet or abs(found[outlet]) > timedelta(hours=14):
            raise InvalidInput(
                f"`{each}` is not a shift.", field="--shift", expected="OUTLET=HOURS, for example VnExpress=7"
            )
    return found


class ClockCheck:
    """Finds outlets whose quietest hours are in the evening: their times are UTC, labelled as +07:00."""

    def __init__(self) -> None:
        self._hours: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def add(self, item: PressItem) -> None:
        if item.published_at is not None and item.published_at.microsecond == 0:
            self._hours[item.outlet][item.published_at.astimezone(VIETNAM).hour] += 1

    def find_shifted_outlets(self) -> list[tuple[str, int, int]]:
        """Outlets, the middle of their quietest hours, and the shift that would move it to half past one.

        Only a shift of 7 hours (UTC) is reported: a newspaper may publish late without being wrong.
        """
        found = []
        for outlet, hours in sorted(self._hours.items()):
            if hours.total() < _MIN_ITEMS:
                continue
            quiet = min(range(24), key=lambda first: sum(hours[(first + k) % 24] for k in range(_QUIET_HOURS)))
            middle = (quiet + _QUIET_HOURS // 2) % 24
            if 16 <= middle <= 21:
                found.append((outlet, middle, 7))
        return found
