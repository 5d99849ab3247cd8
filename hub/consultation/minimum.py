"""Legal minimum of a window (thời gian lấy ý kiến tối thiểu): the rule `consultation.window`, from the start on.

Under a confirmed row an editor publishes a shorter window only with a public reason; under any other row the hub warns.
An import and the clock are never refused: what another office has announced is a fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.clocks.models import ClockEffect
from hub.clocks.queries import read_minimum, read_minimums
from hub.consultation.models import Consultation
from hub.consultation.records import CONSULTATION, window_of
from hub.consultation.views import WindowMinimumView
from hub.consultation.windows import Window, merge_window
from hub.db import database_now
from hub.domain.consultations import RUNNING, ConsultationStage, last_day
from hub.domain.content_warnings import report_cleaning
from hub.errors import ConsultationTooShort
from hub.problem_texts.templates import as_words, fill

WINDOW_RULE = "consultation.window"
REASON_FIELD = "content.consultation.short_reason"
END_MEMBER = "consultation.closes_on"


@dataclass(frozen=True)
class ShortWindow:
    """A running consultation whose window is shorter than the legal minimum, without a published reason."""

    consultation: UUID
    agency: str
    is_confirmed: bool
    """True if the row of the rule is confirmed and asks for more than a warning."""


def counted_start(opens_at: datetime, closes_at: datetime, known_at: datetime) -> datetime:
    """Return the moment from which the minimum runs: nobody could comment before the window was public.

    One that was over before it was public is measured as it is.
    """
    return opens_at if closes_at <= known_at else max(opens_at, known_at)


async def check_minimum(
    session: AsyncSession,
    written: Window | None,
    reason: str | None,
    consultation: Consultation | None,
    *,
    refuse: bool = True,
) -> None:
    """Warn of a window that would be announced below the minimum without a reason, or refuse it under a confirmed row.

    Raises `ConsultationTooShort`. A window that stands already is not judged again: an extension helps in any case.
    """
    if written is None or reason is not None:
        return
    at, window = await database_now(session), written
    if consultation is not None:
        if consultation.stage is not ConsultationStage.announced or consultation.short_reason is not None:
            return
        change = merge_window(consultation.stage, window_of(consultation), written, at)
        if not change.is_changed:
            return
        window = change.window
    minimum = await read_minimum(session, WINDOW_RULE, counted_start(window.opens_at, window.closes_at, at))
    if minimum.ends_at is None or window.closes_at >= minimum.ends_at:
        return
    assert minimum.rule is not None  # noqa: S101 - a minimum with an end has a rule
    day = last_day(minimum.ends_at)
    amount, unit = minimum.rule.amount, minimum.rule.unit.replace("_", " ")
    detail = fill(
        "The window is shorter than {amount} {unit} ({basis}; this row is {certainty}): it would "
        "end on {day} at the earliest.",
        amount=amount,
        unit=as_words(unit),
        basis=minimum.rule.basis,
        certainty=minimum.rule.certainty,
        day=day,
    )
    if refuse and minimum.effect is not ClockEffect.warn:
        expected = fill("a public reason for a shorter window, or a last day of {day} or later", day=day)
        raise ConsultationTooShort(detail, field=REASON_FIELD, expected=expected)
    report_cleaning(END_MEMBER, "window_too_short", f"{detail} Say why in `short_reason`, or let it end later.")


def short_reason_of(content: Mapping[str, Any]) -> str | None:
    """Return the reason for a short window that the content of a draft gives."""
    return (content.get("consultation") or {}).get("short_reason")


async def read_window_minimum(connection: AsyncConnection | AsyncSession, row: Any) -> WindowMinimumView | None:
    """Read the minimum of a stored consultation: two statements; None if no row of the rule was valid at its start."""
    start = counted_start(row.opens_at, row.announced_closes_at, row.announced_at)
    minimum = await read_minimum(connection, WINDOW_RULE, start)
    if minimum.rule is None or minimum.ends_at is None or minimum.effect is None:
        return None
    return WindowMinimumView(
        rule=minimum.rule.rule,
        amount=minimum.rule.amount,
        unit=minimum.rule.unit,
        certainty=minimum.rule.certainty,
        effect=minimum.effect,
        basis=minimum.rule.basis,
        basis_url=minimum.rule.basis_url,
        ends_at=minimum.ends_at,
        is_kept=row.announced_closes_at >= minimum.ends_at,
        doubts=list(minimum.doubts),
    )


async def list_short_windows(connection: AsyncConnection) -> list[ShortWindow]:
    """List the running consultations below the minimum without a reason, for the operator."""
    names = ("id", "agency", "opens_at", "announced_closes_at", "announced_at")
    query = select(*(CONSULTATION.c[name] for name in names)).where(
        CONSULTATION.c.state.in_(sorted(RUNNING)), CONSULTATION.c.short_reason.is_(None)
    )
    rows = (await connection.execute(query.order_by(CONSULTATION.c.closes_at, CONSULTATION.c.id))).all()
    starts = [counted_start(row.opens_at, row.announced_closes_at, row.announced_at) for row in rows]
    minimums = await read_minimums(connection, WINDOW_RULE, starts)
    found = []
    for row, start in zip(rows, starts, strict=True):
        minimum = minimums[start]
        if minimum.ends_at is not None and row.announced_closes_at < minimum.ends_at:
            found.append(ShortWindow(row.id, row.agency, minimum.effect is not ClockEffect.warn))
    return found
