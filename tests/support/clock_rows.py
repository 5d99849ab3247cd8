"""Rows of rules and of the calendar: amounts are unlike, so that a mix-up of rows or units shows."""

from datetime import date
from typing import Any


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
