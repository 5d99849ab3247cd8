"""Rows of rules and days of the calendar as files give them, and their keys."""

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from hub.clocks.models import Certainty, ClockEffect
from hub.domain.scalars import Code, Line, StoredDay, Text, WebUrl
from hub.domain.types import Content
from hub.domain.working_days import MAX_AMOUNT, DayKind, TermUnit

Name = Annotated[Line, Field(max_length=200)]
Note = Annotated[Text | None, Field(max_length=2_000)]


class ClockRuleEntry(Content):
    """A row of a rule."""

    rule: Code
    valid_from: StoredDay
    valid_to: StoredDay | None = None
    name: Name
    name_en: Name
    trigger: Code
    amount: int = Field(ge=1, le=MAX_AMOUNT, strict=True)
    unit: TermUnit
    effect: ClockEffect
    basis: Line = Field(max_length=500)
    basis_url: WebUrl | None = None
    certainty: Certainty
    note: Note = None
    note_en: Note = None

    @model_validator(mode="after")
    def _check_days(self) -> "ClockRuleEntry":
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to: the row would end before it begins")
        return self


class CalendarEntry(Content):
    """A day of the calendar."""

    day: StoredDay
    kind: DayKind
    name: Name
    name_en: Name
    source: Line = Field(max_length=500)
    source_url: WebUrl | None = None
    certainty: Certainty


ClockEntry = ClockRuleEntry | CalendarEntry
EntryKey = tuple[str, date]
"""Key of an entry: code and first day of a row of a rule; an empty code and the day of a day of the calendar."""

TERM_MEMBERS = ("trigger", "amount", "unit")
"""Members of a row that a clock was computed by: they never change while it has clocks."""


def entry_key(entry: ClockEntry) -> EntryKey:
    """Return the key of an entry."""
    return (entry.rule, entry.valid_from) if isinstance(entry, ClockRuleEntry) else ("", entry.day)


def key_text(key: EntryKey) -> str:
    """Write a key for people: `rule press.answer (2026-07-01)`, `day 2026-11-24`."""
    code, day = key
    return f"rule {code} ({day})" if code else f"day {day}"


def entry_text(entry: ClockEntry) -> str:
    """Write what an entry says for people: term or kind of day, certainty and name."""
    says = f"{entry.amount} {entry.unit.replace('_', ' ')}" if isinstance(entry, ClockRuleEntry) else entry.kind.value
    return f"{says}  {entry.certainty.value}  {entry.name}"
