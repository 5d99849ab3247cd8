"""Arrival of a request by the clock of the database, and the judgement by it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from starlette.types import Scope

from hub.consultation.submission.errors import ConsultationNotOpen
from hub.domain.consultations import ConsultationStage, stage_at
from hub.problem_texts.templates import fill
from hub.times import format_rfc3339
from hub.web.arrival import seconds_since_arrival

MAX_MEASUREMENTS = 20
"""Measurements of an arrival so near to an instant that a single one does not tell on which side it was."""
PROCESSING_SECONDS = 20
"""Seconds in which a comment is stored once its body has arrived: so long its consultation waits to be closed."""

_NEVER = datetime.max.replace(tzinfo=UTC)


class ArrivalTime:
    """Time at which the headers of a request had arrived: the database's now minus the monotonic time since then.

    Between the two clocks pass a few milliseconds, so a measurement gives an earliest and a latest time; each further
    one narrows them. The latest counts: nothing that came after an instant is ever taken for earlier.
    """

    def __init__(self, scope: Scope):
        self._scope = scope
        self._earliest = datetime.min.replace(tzinfo=UTC)
        self._latest = _NEVER

    @property
    def at(self) -> datetime:
        """The time that counts, in microseconds; `measure` comes first."""
        return self._latest

    @property
    def milliseconds(self) -> datetime:
        """The same in whole milliseconds, as it is stored and shown."""
        return self.at.replace(microsecond=self.at.microsecond // 1_000 * 1_000)

    async def measure(self, connection: AsyncConnection | AsyncSession, *instants: datetime) -> None:
        """Measure the arrival until it is certain whether it was before each of the instants.

        One statement, as a rule; none if an earlier measurement tells.
        """
        for _ in range(MAX_MEASUREMENTS):
            if self._tells(instants):
                return
            before = timedelta(seconds=seconds_since_arrival(self._scope))
            now: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
            after = timedelta(seconds=seconds_since_arrival(self._scope))
            self._earliest, self._latest = max(self._earliest, now - after), min(self._latest, now - before)

    def _tells(self, instants: Iterable[datetime]) -> bool:
        is_measured = self._latest < _NEVER
        return is_measured and not any(self._earliest < instant <= self._latest for instant in instants)


async def require_open(
    connection: AsyncConnection | AsyncSession, consultation: Any, arrival: ArrivalTime, *, is_counted: bool = True
) -> None:
    """Raise `ConsultationNotOpen` unless a consultation, as it is committed, was open at the arrival of a request.

    One whose end is logged takes nothing that is counted then. What is not, such as a file, whose body may take
    minutes, is judged by its arrival alone.
    """
    stored, opens_at, closes_at = consultation.state, consultation.opens_at, consultation.closes_at
    await arrival.measure(connection, opens_at, closes_at)
    if stored == ConsultationStage.closed and not is_counted:
        stored = ConsultationStage.open
    stage = stage_at(ConsultationStage(stored), opens_at, closes_at, arrival.at)
    if stage is ConsultationStage.open:
        return
    raise ConsultationNotOpen(
        fill(
            "Comments are taken from {opens_at} until before {closes_at}; this request arrived at {received_at}.",
            opens_at=format_rfc3339(opens_at),
            closes_at=format_rfc3339(closes_at),
            received_at=format_rfc3339(arrival.milliseconds),
        ),
        field="id",
        expected="a consultation in the state `open`",
        state=stage.value,
        opens_at=format_rfc3339(opens_at),
        closes_at=format_rfc3339(closes_at),
        received_at=format_rfc3339(arrival.milliseconds),
    )
