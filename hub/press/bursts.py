"""When much more is written about a subject than usual (đợt tin dồn dập): pure, one walk over its days."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.press.baseline import Subject, SubjectDay

WINDOW_SIZES = (1, 2, 3)
"""Days that are looked at together: a heap is seen on its day; more days find what is small but lasts, or what
collectors spread over the days behind it."""
QUIET_DAYS = 2
"""So many days at the usual level end a burst; fewer are a gap within it."""


@dataclass(frozen=True)
class BurstRule:
    """From when on it is a burst. `tests/bench/press.py` chooses on one half of real weeks and shows the other."""

    score: float = 3.2
    """-log10 of the chance to see so many items, or more, in usual times."""
    ratio: float = 1.5
    """At least so many times what was expected …"""
    excess: float = 5.0
    """… and at least so many items more."""
    max_outlet_share: float = 0.8
    """At most this part of what is more than expected comes from one outlet: what it alone is after is no burst."""


DEFAULT_RULE = BurstRule()


@dataclass(frozen=True)
class Burst:
    """A burst of one subject. Items are those of the outlets that count, from `first` to `last`."""

    first: date
    last: date
    """The last day above the usual level, so far."""
    peak: date
    """The day with most items above what was expected."""
    observed: int
    expected: float
    score: float
    """The best of its windows."""
    outlets: int
    """Those that wrote more about it than they use to."""
    detected_on: date
    """The day on which it was plain."""
    over: bool
    """Whether quiet days followed already."""


def tail_score(observed: int, expected: float, spread: float) -> float:
    """-log10 P(X ≥ observed) of the negative binomial with mean m and variance m + spread × m²; 0 below the mean."""
    if observed <= expected:
        return 0.0
    size, part = 1 / spread, expected * spread / (1 + expected * spread)
    log = math.lgamma(observed + size) - math.lgamma(size) - math.lgamma(observed + 1)
    log += size * math.log1p(-part) + observed * math.log(part)
    total = term = 1.0
    n = observed
    while term > 1e-9 * total:
        term *= part * (n + size) / (n + 1)
        total += term
        n += 1
    return -(log + math.log(total)) / math.log(10)


@dataclass(frozen=True)
class _Window:
    """Days looked at together."""

    observed: int
    expected: float
    spread: float
    outlets: Mapping[str, tuple[int, float]]

    @classmethod
    def of(cls, days: Sequence[SubjectDay]) -> "_Window":
        outlets: dict[str, tuple[int, float]] = {}
        for day in days:
            for outlet, (seen, level) in day.outlets.items():
                before = outlets.get(outlet, (0, 0.0))
                outlets[outlet] = (before[0] + seen, before[1] + level)
        observed, expected = sum(day.observed for day in days), sum(day.expected for day in days)
        # One day's chance is not the next day's, so it spreads n days together by 1/n.
        return cls(observed, expected, max(day.spread for day in days) / len(days), outlets)

    @property
    def excess(self) -> float:
        return self.observed - self.expected

    @property
    def largest_outlet_excess(self) -> float:
        """How much more the outlet wrote that wrote most more."""
        return max((seen - level for seen, level in self.outlets.values()), default=0.0)

    @property
    def score(self) -> float:
        return tail_score(self.observed, self.expected, self.spread)

    def is_significant(self, rule: BurstRule) -> bool:
        return (
            self.observed >= rule.ratio * self.expected
            and self.excess >= rule.excess
            and self.largest_outlet_excess <= rule.max_outlet_share * self.excess
            and self.score >= rule.score
        )


def find_bursts(days: Sequence[SubjectDay], rule: BurstRule = DEFAULT_RULE) -> list[Burst]:
    """The bursts within the days of one subject, in order; none touches another."""
    found: list[Burst] = []
    free, begin, seen, quiet = 0, 0, None, 0
    for n, day in enumerate(days):
        window = _best_window_start(days, free, n, rule)
        if seen is None and window is not None:
            seen, quiet, begin = day.on, 0, window
        elif seen is not None:
            quiet = 0 if day.observed > day.expected + day.deviation else quiet + 1
            if quiet == QUIET_DAYS:
                free = n + 1 - quiet
                found.append(_build_burst(days[begin:free], seen, over=True))
                seen = None
    if seen is not None:
        found.append(_build_burst(days[begin : len(days) - quiet], seen, over=False))
    return found


def _best_window_start(days: Sequence[SubjectDay], free: int, n: int, rule: BurstRule) -> int | None:
    """Where the plainest window that ends with this day begins, if one stands out."""
    sums = [(begin, _Window.of(days[begin : n + 1])) for begin in {max(free, n + 1 - size) for size in WINDOW_SIZES}]
    plain = [(whole.score, begin) for begin, whole in sums if whole.is_significant(rule)]
    if not plain:
        return None
    begin = max(plain)[1]
    while begin < n and days[begin].observed < rule.ratio * days[begin].expected:
        begin += 1
    return begin


def _build_burst(days: Sequence[SubjectDay], seen: date, *, over: bool) -> Burst:
    whole = _Window.of(days)
    score = max(_Window.of(days[max(0, n + 1 - size) : n + 1]).score for n in range(len(days)) for size in WINDOW_SIZES)
    peak = max(days, key=lambda day: day.observed - day.expected)
    return Burst(
        first=days[0].on,
        last=days[-1].on,
        peak=peak.on,
        observed=whole.observed,
        expected=round(whole.expected, 2),
        score=round(score, 2),
        outlets=sum(seen > level for seen, level in whole.outlets.values()),
        detected_on=seen,
        over=over,
    )


def find_all_bursts(
    days: Mapping[Subject, Sequence[SubjectDay]], rule: BurstRule = DEFAULT_RULE
) -> list[tuple[Subject, Burst]]:
    """The bursts of every subject, by first day."""
    found = [(subject, burst) for subject, own in days.items() for burst in find_bursts(own, rule)]
    return sorted(found, key=lambda each: (each[1].first, each[0]))
