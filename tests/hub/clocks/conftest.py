"""Rules and a calendar of the tests' own, and letters under them."""

import pytest
from sqlalchemy import insert

from hub.clocks import subject_registry
from hub.clocks.queries import DAY, RULE
from hub.clocks.subject_registry import ClockSubjectKind, register_clock_subject
from hub.db import Database
from tests.support.clock_rows import day_row, rule_row
from tests.support.letters import KIND, RULES, Letters


@pytest.fixture
async def rules(database: Database) -> None:
    """A rule that changes on 1 September 2026 from 5 working days to 9 days, one in hours, and a minimum."""
    async with database.write() as session:
        changed = rule_row("thu.tra-loi", "2020-01-01", "2026-09-01", 5, "working_days")
        after = rule_row("thu.tra-loi", "2026-09-01", None, 9, "days", certainty="assumed")
        hours = rule_row("thu.gio", "2020-01-01", None, 36, "hours")
        minimum = rule_row("thu.toi-thieu", "2025-04-01", None, 21, "days", effect="reason_required")
        await session.execute(insert(RULE), [changed, after, hours, minimum])
        off = ("2026-01-01", "2026-02-17", "2026-04-30", "2026-05-01", "2026-09-01", "2026-09-02")
        await session.execute(insert(DAY), [*map(day_row, off), day_row("2026-08-22", "working")])


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Letters:
    monkeypatch.setattr(subject_registry, "_registered", {})
    made = Letters()
    register_clock_subject(ClockSubjectKind(KIND, RULES, made.on_breach, made.try_lock))
    return made
