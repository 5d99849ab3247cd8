"""Tables of the legal clocks: dated rows of rules, the calendar of days off, and the clocks that run or have run.

A rule that changes is a second row from a later day on, so a clock keeps the row that it was started under.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlmodel import Field, SQLModel

from hub.db import timestamp_column
from hub.domain.working_days import MAX_AMOUNT, DayKind, TermUnit


class Certainty(StrEnum):
    """Certainty of a row: `confirmed` (seen in a primary text), `reported` (by others), `assumed` (by the hub)."""

    confirmed = "confirmed"
    reported = "reported"
    assumed = "assumed"


class ClockEffect(StrEnum):
    """Effect of a term that is exceeded, or of a minimum that is not kept: a warning, a reason to give, a breach."""

    warn = "warn"
    reason_required = "reason_required"
    breach = "breach"


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition of a check that a column has one of the values of an enum."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


OPEN = "met_at IS NULL AND cancelled_at IS NULL"
"""Condition of a clock that has not ended."""


class ClockRule(SQLModel, table=True):
    """A row of a rule, valid from a day until the day before `valid_to`; two rows of one rule never overlap."""

    __tablename__ = "clock_rule"
    __table_args__ = (
        CheckConstraint(one_of("certainty", Certainty), name="clock_rule_certainty"),
        CheckConstraint(one_of("unit", TermUnit), name="clock_rule_unit"),
        CheckConstraint(one_of("effect", ClockEffect), name="clock_rule_effect"),
        CheckConstraint(f"amount BETWEEN 1 AND {MAX_AMOUNT}", name="clock_rule_amount"),
        CheckConstraint("valid_to > valid_from", name="clock_rule_days"),
        ExcludeConstraint(
            ("rule", "="),
            (text("daterange(valid_from, valid_to)"), "&&"),
            name="clock_rule_overlap",
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        ),
    )

    rule: str = Field(primary_key=True, max_length=64)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None
    name: str
    name_en: str
    trigger: str = Field(max_length=64)
    amount: int
    unit: str = Field(max_length=16)
    effect: str = Field(max_length=16)
    basis: str
    basis_url: str | None = None
    certainty: str = Field(max_length=16)
    note: str | None = None
    note_en: str | None = None


class CalendarDay(SQLModel, table=True):
    """A day that is not as its weekday says, or that might not be: a day off, or a working day."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        CheckConstraint(one_of("kind", DayKind), name="calendar_day_kind"),
        CheckConstraint(one_of("certainty", Certainty), name="calendar_day_certainty"),
    )

    day: date = Field(primary_key=True)
    kind: str = Field(max_length=16)
    name: str
    name_en: str
    source: str
    source_url: str | None = None
    certainty: str = Field(max_length=16)


class Clock(SQLModel, table=True):
    """A clock of one subject under the row of a rule that was valid when it started; it holds no personal data."""

    __tablename__ = "clock"
    __table_args__ = (
        ForeignKeyConstraint(["rule", "rule_from"], ["clock_rule.rule", "clock_rule.valid_from"]),
        CheckConstraint("due_at > started_at", name="clock_term"),
        CheckConstraint("met_at IS NULL OR cancelled_at IS NULL", name="clock_end"),
        Index("ix_clock_subject", "subject_kind", "subject_id", "id"),
        Index("ix_clock_rule", "rule", "rule_from"),
        Index("ix_clock_owner", "owner", "started_at"),
        Index("uq_clock_open", "rule", "subject_kind", "subject_id", unique=True, postgresql_where=text(OPEN)),
        Index("ix_clock_due", "due_at", "id", postgresql_where=text(f"{OPEN} AND breached_at IS NULL")),
        Index("ix_clock_overdue", "due_at", postgresql_where=text(f"{OPEN} AND breached_at IS NOT NULL")),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    rule: str = Field(max_length=64)
    rule_from: date
    subject_kind: str = Field(max_length=32)
    subject_id: UUID
    owner: str = Field(foreign_key="agency.code", max_length=64)
    """Agency that the clock runs for."""
    started_at: datetime = Field(sa_column=timestamp_column())
    due_at: datetime = Field(sa_column=timestamp_column())
    """First moment at which it is too late."""
    doubts: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    extended_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    met_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    breached_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    """Time at which the breach was recorded; the term itself ended at `due_at`."""
    cancelled_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Attempts to record the breach that failed."""
    retry_at: datetime | None = Field(default=None, sa_column=timestamp_column(nullable=True))
