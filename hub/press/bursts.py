"""Detection of bursts (đợt tin dồn dập), when a subject has far more items than expected: pure, one pass."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.press.baseline import Subject, SubjectDay

WINDOW_SIZES = (1, 2, 3)
"""Lengths of the windows, in days: one day finds a large pile at once; more days find a small increase that lasts, or
one that collectors spread over the following days."""
QUIET_DAYS = 2
"""Number of days at the usual level that end a burst; fewer are a gap within it."""


@dataclass(frozen=True)
class BurstRule:
    """Thresholds for a burst. `tests/bench/press.py` tunes them on half of the real weeks and reports the others."""

    score: float = 3.2
    """Minimum of -log10 of the probability of this many items or more at the usual level."""
    ratio: float = 1.5
    """Minimum of observed / expected items …"""
    excess: float = 5.0
    """… and of observed - expected items."""
    max_outlet_share: float = 0.8
    """Maximum share of one outlet in the excess: a campaign of one outlet is no burst."""


DEFAULT_RULE = BurstRule()


@dataclass(frozen=True)
class Burst:
    """A burst of one subject. Its items are those of the outlets that count, from `first` to `last`."""

    first: date
    last: date
    """The last day above the usual level, so far."""
    peak: date
    """The day with the largest excess over the expected number."""
    observed: int
    expected: float
    score: float
    """The highest score of its windows."""
    outlets: int
    """Number of outlets that wrote more about it than expected."""
    detected_on: date
    """The first day on which a window was significant."""
    over: bool
    """True once `QUIET_DAYS` followed."""


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
    """Sums over consecutive days."""

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
        # Days vary independently, so the overdispersion of n days together is 1/n of that of one day.
        return cls(observed, expected, max(day.spread for day in days) / len(days), outlets)

    @property
    def excess(self) -> float:
        return self.observed - self.expected

    @property
    def largest_outlet_excess(self) -> float:
        """The largest excess of one outlet."""
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
    """Find the bursts within the days of one subject, in order and without overlap."""
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
    """Start of the significant window with the highest score that ends on day `n`; None without one."""
    windows = [(begin, _Window.of(days[begin : n + 1])) for begin in {max(free, n + 1 - size) for size in WINDOW_SIZES}]
    significant = [(window.score, begin) for begin, window in windows if window.is_significant(rule)]
    if not significant:
        return None
    begin = max(significant)[1]
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
    """Find the bursts of every subject, sorted by first day."""
    found = [(subject, burst) for subject, own in days.items() for burst in find_bursts(own, rule)]
    return sorted(found, key=lambda each: (each[1].first, each[0]))
