"""Rules and a calendar of the tests' own: amounts are unlike, so that a mix-up of rows or units shows."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert

from hub.clocks.queries import DAY, RULE
from hub.db import Database


def rule_row(rule: str, valid_from: str, valid_to: str | None, amount: int, unit: str, **other: Any) -> dict[str, Any]:
    """A row of a rule."""
    return {
        "rule": rule,
        "valid_from": date.fromisoformat(valid_from),
        "valid_to": None if valid_to is None else date.fromisoformat(valid_to),
        "name": f"Thời hạn thử {amount}",
        "name_en": f"Test term {amount}",
        "trigger": "test_event",
        "amount": amount,
        "unit": unit,
        "effect": "breach",
        "basis": f"Luật Thử nghiệm, Điều {amount + 1}",
        "basis_url": None,
        "certainty": "confirmed",
        "note": None,
        "note_en": None,
    } | other


def day_row(day: str, kind: str = "holiday", **other: Any) -> dict[str, Any]:
    """A row of the calendar."""
    names = {"name": f"Ngày lễ {day}", "name_en": f"Holiday {day}", "source": "Sách lịch", "source_url": None}
    return {"day": date.fromisoformat(day), "kind": kind, "certainty": "reported"} | names | other


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
