"""`make bench-press`: which planted bursts are found, how soon, and what else is called a burst.

`--data` (or `HUB_BENCH_PRESS`) names the folder with `press-sample.jsonl.gz`, which is not part of the project. The
threshold is chosen on the first half of its time and shown on the second. See docs/press.md.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hub.press.baseline import Subject
from hub.press.bursts import DEFAULT_RULE, Burst, find_all_bursts
from hub.press.headlines import parse_shifts, read_file
from hub.press.lexicon import place_names
from hub.press.publication_times import PressTime, time_kinds
from tests.support.newspapers import TODAY, lexicon, registry
from tests.support.planted_bursts import Field, Outcome, seen

SHIFTS = ["VnExpress=7", "Thanh Niên=7"]
"""Outlets of the sample that write UTC under the name of +07:00, as `hub press load` finds out by itself."""
SCORES = (2.5, 2.8, 3.0, 3.2, 3.5, 4.0, 5.0)
SIZES = (0.5, 0.75, 1.0, 1.5)
BEARABLE = 3.0
"""Bursts a week, planted ones aside, that editors can look at: the threshold keeps the first half below."""


def per_week(found: Sequence[tuple[Subject, Burst]], first: date, last: date) -> float:
    """Bursts a week that were plain on one of these days."""
    return 7 * sum(first <= burst.detected_on <= last for _, burst in found) / ((last - first).days + 1)


def main(
    data: Annotated[Path | None, typer.Option(envvar="HUB_BENCH_PRESS", help="Folder of the sample.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="How often ten bursts are planted, each time elsewhere.")] = 20,
    show: Annotated[bool, typer.Option(help="Name each planted burst of the first run, and the others.")] = False,
) -> None:
    """Print recall, delay and false alarms."""
    console = Console(width=110)
    file = data / "press-sample.jsonl.gz" if data else None
    if file is None or not file.is_file():
        raise SystemExit("There is no data: name the folder of press-sample.jsonl.gz by --data or HUB_BENCH_PRESS.")
    items = [item for item in read_file(file, parse_shifts(SHIFTS)) if item is not None]
    stamps = Counter(kind.value for kind in time_kinds(items))
    known = lexicon()
    started = time.perf_counter()
    usual = list(seen(items, known))
    read = time.perf_counter() - started
    started = time.perf_counter()
    field = Field(usual, known, {code: name for name, code in place_names(registry(), TODAY).items()})
    walked = time.perf_counter() - started
    judged = sorted({day.on for days in field.days.values() for day in days})
    half = judged[len(judged) // 2]
    console.print(
        f"{len(usual):,} headlines ({dict(stamps)}), {len(field.days)} subjects; judged from {judged[0]} to "
        f"{judged[-1]}, second half from {half}; read in {read:.1f} s, walked in {walked:.1f} s."
    )
    first, last = (judged[0], half - timedelta(days=1)), (half, judged[-1])
    weeks = {score: find_all_bursts(field.days, replace(DEFAULT_RULE, score=score)) for score in SCORES}
    table = Table("score", "first half", "second half", title="bursts a week when none is planted")
    for score, found in weeks.items():
        table.add_row(_chosen(score), f"{per_week(found, *first):.2f}", f"{per_week(found, *last):.2f}")
    console.print(table)
    lowest = min(score for score, found in weeks.items() if per_week(found, *first) < BEARABLE)
    console.print(f"The lowest score with fewer than {BEARABLE:g} a week in the first half is {lowest}.")
    _recall(console, field, runs, (judged[0], half, judged[-1]))
    if show:
        _show(console, field)


def _chosen(score: float) -> str:
    return f"{score} ←" if score == DEFAULT_RULE.score else str(score)


def _recall(console: Console, field: Field, runs: int, days: tuple[date, date, date]) -> None:
    rules = [replace(DEFAULT_RULE, score=score) for score in SCORES]
    first, half, last = days
    table = Table(
        "size", "score", "recall", "second half", "published", "collected", "delay 0/1/2/3+ days", "others/week"
    )
    table.title = f"{runs} × ten planted bursts"
    for size in SIZES:
        outcomes: list[list[Outcome]] = [[] for _ in rules]
        others = [0.0] * len(rules)
        for seed in range(runs):
            for n, (came, rest) in enumerate(field.outcomes(field.plants(seed, size=size), rules)):
                outcomes[n] += came
                others[n] += per_week(rest, first, last) / runs
        for n, rule in enumerate(rules):
            if size == 1 or rule.score == DEFAULT_RULE.score:
                table.add_row(f"× {size}", _chosen(rule.score), *_figures(outcomes[n], half), f"{others[n]:.2f}")
    console.print(table)


def _figures(came: Sequence[Outcome], half: date) -> list[str]:
    later = [one for one in came if one.plant.first >= half]
    times = [[one for one in came if one.plant.times is kind] for kind in PressTime]
    delays = Counter(min(3, one.delay) for one in came if one.delay is not None)
    return [*map(_part, (came, later, *times)), " / ".join(str(delays[days]) for days in range(4))]


def _part(came: Sequence[Outcome]) -> str:
    return f"{sum(one.delay is not None for one in came) / max(1, len(came)):.3f}"


def _show(console: Console, field: Field) -> None:
    [(came, rest)] = field.outcomes(field.plants(0), [DEFAULT_RULE])
    table = Table("subject", "first", "days", "headlines", "times", "found after", title="the ten of the first run")
    for one in came:
        plant = one.plant
        delay = "missed" if one.delay is None else f"{one.delay} days"
        cells = (plant.subject.code, plant.first, plant.days, len(plant.items), plant.times.value, delay)
        table.add_row(*map(str, cells))
    console.print(table)
    table = Table("subject", "days", "headlines", "usual", "score", title="the others: news that nobody planted")
    for subject, burst in rest:
        span = f"{burst.first}–{burst.last}"
        table.add_row(subject.code, span, str(burst.observed), f"{burst.expected:.0f}", f"{burst.score:.1f}")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
