"""Baseline of a subject (mức thường lệ): the number of items expected on each day. Pure, one pass over the days.

The *share* of a subject counts. The expected number of a day is the number of items of each outlet on that day, times
the share of this subject among the items of that outlet in the four weeks before. So none of these is a burst by
itself: a day with more items, a pile that a collector left on one day, an outlet that was added or stopped.
"""

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

Cells = Mapping[date, Mapping[str, int]]
"""Number of items by day (in Việt Nam) and outlet."""

HISTORY_DAYS = 28
"""Length of the history, in days: four of each day of the week."""
MIN_KNOWN_DAYS = 14
"""Days since the first item of an outlet before it counts: until then its usual level is unknown."""
_MAX_DEVIATIONS = 1.0
"""A day is added to the history with at most this many standard deviations above its expected level, so that a burst
does not become usual at once, and a lasting change becomes usual in time."""
_SPREAD, _SPREAD_DAYS = 0.06, 14
"""The prior of the overdispersion, and its weight in days."""
_WEEKDAY_PRIOR = 30.0
"""Weight of the prior that all weekdays are equal, in items."""
_OUTLET_PRIOR = 150.0
"""Weight of the share in all outlets as the prior for the share in one outlet, in items."""


class TrendSubject(StrEnum):
    """The subject of a count: a topic or a place of the registry (chủ đề, địa bàn)."""

    topic = "topic"
    place = "place"


class Subject(NamedTuple):
    """A topic or a place, by its code."""

    kind: TrendSubject
    code: str


def _cells() -> defaultdict[date, defaultdict[str, int]]:
    return defaultdict(lambda: defaultdict(int))


@dataclass
class HeadlineCounts:
    """Number of items by day and outlet: all items (`volume`), and those about each subject."""

    volume: defaultdict[date, defaultdict[str, int]] = field(default_factory=_cells)
    about: defaultdict[Subject, defaultdict[date, defaultdict[str, int]]] = field(
        default_factory=lambda: defaultdict(_cells)
    )

    def add(self, on: date, outlet: str, subjects: Iterable[Subject]) -> None:
        """Count one item."""
        self.volume[on][outlet] += 1
        for subject in subjects:
            self.about[subject][on][outlet] += 1


@dataclass(frozen=True)
class SubjectDay:
    """One day of a subject: observed and expected items of the outlets that count."""

    on: date
    outlets: Mapping[str, tuple[int, float]]
    """Outlet → observed and expected items."""
    spread: float
    """Overdispersion: the variance is m + spread × m²."""

    @cached_property
    def observed(self) -> int:
        return sum(seen for seen, _ in self.outlets.values())

    @cached_property
    def expected(self) -> float:
        return sum(expected for _, expected in self.outlets.values())

    @property
    def deviation(self) -> float:
        """Standard deviation of the expected number, in items."""
        return math.sqrt(self.expected + self.spread * self.expected**2)


def subject_days(volume: Cells, about: Cells) -> list[SubjectDay]:
    """The days of a subject in order, from the first on which an outlet is known for `MIN_KNOWN_DAYS`."""
    if not volume:
        return []
    born: dict[str, date] = {}
    for on in sorted(volume):
        for outlet in volume[on]:
            born.setdefault(outlet, on)
    first, history, found = min(volume), _History(), []
    for n in range((max(volume) - first).days + 1):
        on = first + timedelta(days=n)
        written, here = volume.get(on, {}), about.get(on, {})
        counting = {outlet: size for outlet, size in written.items() if (on - born[outlet]).days >= MIN_KNOWN_DAYS}
        day = None
        if counting:
            expected = history.expected(counting, on)
            outlets = {outlet: (here.get(outlet, 0), level) for outlet, level in expected.items()}
            day = SubjectDay(on, outlets, history.spread())
            found.append(day)
        history.add(on, written, here, day)
    return found


def days_by_subject(counts: HeadlineCounts) -> dict[Subject, list[SubjectDay]]:
    """The days of every subject."""
    return {subject: subject_days(counts.volume, about) for subject, about in counts.about.items()}


class _PastDay(NamedTuple):
    on: date
    cells: dict[str, tuple[float, int]]
    """Outlet → items about the subject (capped), items in all."""
    observed: float
    expected: float


class _History:
    """The last `HISTORY_DAYS` days of a subject, with moving sums."""

    def __init__(self) -> None:
        self._days: deque[_PastDay] = deque()
        self._about: defaultdict[str, float] = defaultdict(float)
        self._written: defaultdict[str, int] = defaultdict(int)

    def expected(self, written: Mapping[str, int], on: date) -> dict[str, float]:
        """Expected items about the subject by outlet, given the number of all its items on that day."""
        # Half an item more than was observed: a subject that was never written about is rare, not impossible.
        usual = (sum(self._about.values()) + 0.5) / (sum(self._written.values()) + 1)
        same = [past for past in self._days if past.on.weekday() == on.weekday() and past.expected]
        observed, expected = sum(past.observed for past in same), sum(past.expected for past in same)
        weekday = (observed + _WEEKDAY_PRIOR) / (expected + _WEEKDAY_PRIOR)
        shares = {o: (self._about[o] + _OUTLET_PRIOR * usual) / (self._written[o] + _OUTLET_PRIOR) for o in written}
        return {outlet: weekday * size * shares[outlet] for outlet, size in written.items()}

    def spread(self) -> float:
        """Overdispersion of the history, shrunk towards the prior."""
        known = [past for past in self._days if past.expected]
        if not known:
            return _SPREAD
        squares = sum(past.expected**2 for past in known)
        assumed = _SPREAD_DAYS * squares / len(known)
        above = sum((past.observed - past.expected) ** 2 - past.expected for past in known)
        return max(_SPREAD / 2, (above + _SPREAD * assumed) / (squares + assumed))

    def add(self, on: date, written: Mapping[str, int], about: Mapping[str, int], day: SubjectDay | None) -> None:
        """Add a day to the history and drop the oldest one."""
        kept = 1.0
        if day is not None and day.observed:
            kept = min(1.0, (day.expected + _MAX_DEVIATIONS * day.deviation + 1) / day.observed)
        cells = {outlet: (kept * about.get(outlet, 0), size) for outlet, size in written.items()}
        past = _PastDay(on, cells, kept * day.observed, day.expected) if day else _PastDay(on, cells, 0.0, 0.0)
        self._days.append(past)
        self._count(past, 1)
        if len(self._days) > HISTORY_DAYS:
            self._count(self._days.popleft(), -1)

    def _count(self, past: _PastDay, sign: int) -> None:
        for outlet, (about, written) in past.cells.items():
            self._about[outlet] += sign * about
            self._written[outlet] += sign * written
