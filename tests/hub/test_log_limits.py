"""Lines of a log: a loop of requests cannot fill the disk, and what was left out is counted."""

import logging

import pytest
import structlog

from hub.log_limits import LINES_PER_WINDOW, MAX_EVENTS, MAX_VALUE_CHARACTERS, LineBudget, SampledEvents, SampledRecords


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def written(events: SampledEvents, count: int, name: str = "request_failed") -> list[dict[str, object]]:
    found = []
    for n in range(count):
        try:
            found.append(dict(events(None, "warning", {"event": name, "n": n})))
        except structlog.DropEvent:
            continue
    return found


def test_lines_of_one_event_are_limited_and_the_next_window_says_how_many_are_missing(clock: Clock) -> None:
    events = SampledEvents(LineBudget(clock))

    first = written(events, 10_000)
    other = written(events, 3, "another")
    clock.now += 10
    after = written(events, 2)

    assert len(first) == LINES_PER_WINDOW
    assert len(other) == 3
    assert [line.get("left_out") for line in after] == [10_000 - LINES_PER_WINDOW, None]


def test_a_long_value_is_cut(clock: Clock) -> None:
    found = SampledEvents(LineBudget(clock))(None, "error", {"event": "e", "problem": "x" * 1_000_000})

    assert len(found["problem"]) < MAX_VALUE_CHARACTERS + 50
    assert "1000000 characters" in found["problem"]


def test_names_made_up_by_strangers_do_not_make_room(clock: Clock) -> None:
    budget = LineBudget(clock)

    lines = sum(budget.spend(f"event {n}") is not None for n in range(100_000))

    assert lines <= MAX_EVENTS + LINES_PER_WINDOW


def test_records_of_the_standard_library_are_limited_by_their_template(clock: Clock) -> None:
    records = SampledRecords(LineBudget(clock))

    def kept(count: int) -> list[str]:
        made = [logging.LogRecord("uvicorn.error", 30, "", 1, "Invalid %s", (n,), None) for n in range(count)]
        return [record.getMessage() for record in made if records.filter(record)]

    assert len(kept(500)) == LINES_PER_WINDOW
    clock.now += 10
    assert kept(1) == [f"Invalid 0 ({500 - LINES_PER_WINDOW} more left out)"]
