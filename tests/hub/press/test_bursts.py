"""A burst is a share of a subject far above its baseline: not a busy day, not one outlet, not a lasting level."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hub.press.baseline import Subject, TrendSubject, days_by_subject
from hub.press.bursts import DEFAULT_RULE, Burst, find_all_bursts, tail_score
from tests.support.newspapers import FIRST, OUTLETS, Seen, counted, lexicon, usual
from tests.support.planted_bursts import Field

WASTE = Subject(TrendSubject.topic, "rac-thai")
DAYS = 56
QUIET = usual(DAYS)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def more(days: Iterable[int], many: int, outlets: Iterable[str] = OUTLETS) -> list[Seen]:
    """Add headlines about waste on each of these days, by these outlets in turn."""
    papers = list(outlets)
    return [Seen(day(n), papers[k % len(papers)], frozenset({WASTE})) for n in days for k in range(many)]


def found(*parts: list[Seen]) -> list[Burst]:
    counts = days_by_subject(counted(each for part in parts for each in part))
    return [burst for subject, burst in find_all_bursts(counts) if subject == WASTE]


def test_quiet_weeks_have_no_burst() -> None:
    assert find_all_bursts(days_by_subject(counted(QUIET))) == []


def test_a_burst_has_its_days_its_size_and_its_day_of_detection() -> None:
    [burst] = found(QUIET, more(range(30, 34), 12))

    assert (burst.first, burst.last, burst.detected_on, burst.over) == (day(30), day(33), day(30), True)
    assert burst.observed >= 48 > 2 * burst.expected
    assert burst.outlets == 3


def test_a_small_burst_that_lasts_is_found_by_windows_of_several_days() -> None:
    assert found(QUIET, more([30], 6)) == []
    [burst] = found(QUIET, more(range(30, 33), 6))
    assert burst.detected_on > burst.first


def test_one_day_at_the_usual_level_is_a_gap_and_two_end_the_burst() -> None:
    [whole] = found(QUIET, more([30, 31, 33, 34], 14))
    first, second = found(QUIET, more([30, 31, 36, 37], 14))

    assert (whole.first, whole.last) == (day(30), day(34))
    assert (first.last, second.first) == (day(31), day(36))


def test_a_burst_of_today_is_not_over() -> None:
    [burst] = found(QUIET, more([DAYS - 1], 15))

    assert (burst.last, burst.over) == (day(DAYS - 1), False)


def heaped() -> list[Seen]:
    """A collector brings three days of one newspaper on the fourth."""
    late = [s for s in QUIET if s.outlet == "Báo Hai" and day(30) <= s.on < day(33)]
    return [s for s in QUIET if s not in set(late)] + [replace(s, on=day(33)) for s in late]


def unknown() -> list[Seen]:
    """Two newspapers are added that write only about waste in their first days."""
    return QUIET + more(range(30, 40), 20, ["Báo Mới", "Báo Lạ"])


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda: QUIET + [s for s in QUIET if s.on == day(30)] * 2, id="a day with thrice as much of all"),
        pytest.param(lambda: [s for s in QUIET if s.outlet != "Báo Một" or s.on < day(30)], id="one falls silent"),
        pytest.param(lambda: QUIET + more(range(30, 33), 15, ["Báo Ba"]), id="one outlet alone"),
        heaped,
        unknown,
    ],
)
def test_usual_variations_are_no_burst(changed: Callable[[], list[Seen]]) -> None:
    assert found(changed()) == []


def test_a_lasting_level_becomes_the_baseline() -> None:
    months = usual(120)
    [burst] = found(months, more(range(40, 120), 12))

    assert burst.last < day(80)


def test_the_tail_is_that_of_a_negative_binomial() -> None:
    # Nearly Poisson with mean 2: P(X >= 7) = 0.00453.
    assert tail_score(7, 2, 1e-9) == pytest.approx(2.3436, abs=0.01)
    assert tail_score(7, 2, 0.5) < tail_score(7, 2, 0.1) < tail_score(8, 2, 0.1)
    assert tail_score(2, 2, 0.1) == 0
    assert tail_score(5_000, 1, 0.04) > 300


def test_nine_of_ten_planted_bursts_are_found_among_headlines_of_quiet_weeks() -> None:
    field = Field(usual(84), lexicon(), {"46": "Huế"})
    plants = field.plants(seed=7)
    [(came, others)] = field.outcomes(plants, [DEFAULT_RULE])

    assert {plant.times for plant in plants} == {"published", "collected"}
    assert len({len(plant.items) for plant in plants}) > 5
    assert sum(one.delay is not None for one in came) >= 9
    assert others == []
