"""The table of actions, row by row: what each event means to each channel, whatever the table says about itself."""

from itertools import product

import pytest

from hub.channels.actions import (
    Occurrence,
    Standing,
    find_action,
    is_named,
    occurrence_of,
    rank_of,
    standing_of,
)
from hub.log.append import Event

PUBLISH, UPDATE, RETRACT, NOTHING = "publish", "update", "retract", None
Rows = dict[str, tuple[str | None, ...]]

# Columns: new, kept, dropped, absent.
ZALO: Rows = {
    "published": (PUBLISH, NOTHING, NOTHING, NOTHING),
    "updated": (NOTHING, UPDATE, RETRACT, NOTHING),
    "edited": (NOTHING, UPDATE, RETRACT, NOTHING),
    "corrected": (PUBLISH, UPDATE, RETRACT, NOTHING),
    "restored": (PUBLISH, UPDATE, NOTHING, NOTHING),
    "withdrawn": (NOTHING, RETRACT, RETRACT, NOTHING),
    "gone": (NOTHING, RETRACT, RETRACT, NOTHING),
    "redirected": (NOTHING, RETRACT, RETRACT, NOTHING),
    "silent": (NOTHING, NOTHING, NOTHING, NOTHING),
}
PUSH: Rows = {
    "published": (PUBLISH, NOTHING, NOTHING, NOTHING),
    "updated": (NOTHING, "urgent: update", RETRACT, NOTHING),
    "edited": (NOTHING, NOTHING, RETRACT, NOTHING),
    "corrected": (PUBLISH, UPDATE, RETRACT, NOTHING),
    "restored": (PUBLISH, NOTHING, NOTHING, NOTHING),
    "withdrawn": (NOTHING, RETRACT, RETRACT, NOTHING),
    "gone": (NOTHING, RETRACT, RETRACT, NOTHING),
    "redirected": (NOTHING, RETRACT, RETRACT, NOTHING),
    "silent": (NOTHING, NOTHING, NOTHING, NOTHING),
}
ONCE: Rows = {
    name: (PUBLISH if name in ("published", "corrected") else NOTHING, NOTHING, NOTHING, NOTHING) for name in ZALO
}
TABLE: dict[str, Rows] = {
    "zalo": ZALO,
    "any other": ZALO,
    "hue_s_push": PUSH,
    "zalo_broadcast": ONCE,
    "radio": ONCE,
}
ORDER = (Standing.new, Standing.kept, Standing.dropped, Standing.absent)
PRIORITIES = ("normal", "high", "urgent", None)


@pytest.mark.parametrize(("channel", "occurrence"), [*product(TABLE, ZALO)])
def test_each_row_of_the_table(channel: str, occurrence: str) -> None:
    for standing, expected in zip(ORDER, TABLE[channel][occurrence], strict=True):
        for priority in PRIORITIES:
            found = find_action(channel, Occurrence(occurrence), standing, priority)
            wanted = expected
            if expected is not None and expected.startswith("urgent: "):
                wanted = expected.removeprefix("urgent: ") if priority == "urgent" else None
            assert found == wanted, (channel, occurrence, standing, priority)


@pytest.mark.parametrize(
    ("channel", "names", "urgent", "otherwise"),
    [
        ("hue_s_push", ["hue_s"], True, False),
        ("hue_s_push", ["hue_s_push"], True, True),
        ("hue_s_push", ["web", "zalo"], False, False),
        ("hue_s", ["hue_s"], False, False),  # listed: the app reads the hub
        ("zalo", ["zalo"], True, True),
        ("zalo", ["zalo_broadcast"], True, True),  # a broadcast shows the article
        ("zalo_broadcast", ["zalo"], False, False),
        ("zalo_broadcast", ["zalo_broadcast"], True, True),
        ("radio", ["radio"], True, True),
        ("web", ["web"], False, False),
        ("fax", ["fax"], False, False),
    ],
)
def test_names_and_priorities_that_send(channel: str, names: list[str], urgent: bool, otherwise: bool) -> None:
    assert is_named(channel, names, "urgent") is urgent
    for priority in ("high", "normal", None):
        assert is_named(channel, names, priority) is otherwise


def test_a_push_that_was_urgent_once_is_kept_while_the_app_still_lists_it() -> None:
    assert standing_of("hue_s_push", ["hue_s"], "normal", was_received=True) is Standing.kept
    assert standing_of("hue_s_push", ["web"], "urgent", was_received=True) is Standing.dropped
    assert standing_of("hue_s_push", ["hue_s"], "normal", was_received=False) is Standing.absent


@pytest.mark.parametrize("event", list(Event))
def test_what_the_calendar_alone_brings_is_silent(event: Event) -> None:
    silent = event.value in (
        "republished",
        "expired",
        "in_force",
        "consultation_opened",
        "consultation_closed",
    )
    found = occurrence_of(event, "major", was_received=True)
    assert (found is Occurrence.silent) is silent
    if event is Event.published:
        assert found is Occurrence.updated
        assert occurrence_of(event, "minor", was_received=True) is Occurrence.edited
        assert occurrence_of(event, "minor", was_received=False) is Occurrence.published


def test_urgent_goes_first_and_what_has_no_priority_last() -> None:
    assert [rank_of(priority) for priority in ("urgent", "high", "normal", None)] == [0, 1, 2, 2]
