"""Arrival of a request by the clock of the database, and the judgement by it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from starlette.types import Scope

from hub.consultation.submission.errors import ConsultationNotOpen
from hub.domain.consultations import ConsultationStage, stage_at
from hub.times import format_rfc3339
from hub.web.arrival import seconds_since_arrival


class ArrivalTime:
    """Time at which the headers of a request had arrived: the database's now minus the monotonic time since then.

    What passes before the database looks at its clock makes a measurement too late, never too early. So the earliest
    of several is the nearest, and nothing that came after an instant is ever taken for earlier.
    """

    def __init__(self, scope: Scope):
        self._scope = scope
        self._at: datetime | None = None

    @property
    def at(self) -> datetime:
        """The nearest measurement, in microseconds."""
        assert self._at is not None  # noqa: S101 - `measure` comes first
        return self._at

    @property
    def stored(self) -> datetime:
        """The same in whole milliseconds, as it is stored and shown."""
        return self.at.replace(microsecond=self.at.microsecond // 1_000 * 1_000)

    async def measure(self, connection: AsyncConnection | AsyncSession) -> datetime:
        """Measure again: one statement. Returns the nearest time so far."""
        passed = timedelta(seconds=seconds_since_arrival(self._scope))
        now: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        self._at = now - passed if self._at is None else min(self._at, now - passed)
        return self._at


def require_open(consultation: Any, arrival: ArrivalTime) -> None:
    """Raise `ConsultationNotOpen` unless a consultation, as it is committed, was open at the arrival of a request.

    One whose end is logged takes nothing: its comments are counted.
    """
    stored, opens_at, closes_at = consultation.state, consultation.opens_at, consultation.closes_at
    stage = stage_at(ConsultationStage(stored), opens_at, closes_at, arrival.at)
    if stage is ConsultationStage.open:
        return
    window = f"from {format_rfc3339(opens_at)} until before {format_rfc3339(closes_at)}"
    raise ConsultationNotOpen(
        f"Comments are taken {window}; this request arrived at {format_rfc3339(arrival.stored)}.",
        expected="a consultation in the state `open`",
        state=stage.value,
        opens_at=format_rfc3339(opens_at),
        closes_at=format_rfc3339(closes_at),
        received_at=format_rfc3339(arrival.stored),
    )
