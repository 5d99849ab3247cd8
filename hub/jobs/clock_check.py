"""The comparison of this host's clock with the database's, by which a worker with a wrong clock stops."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from hub.database_errors import DATABASE_ERRORS
from hub.db import Database, database_now
from hub.errors import SetupProblem

log = structlog.get_logger()

MAX_DIFFERENCE_SECONDS = 5.0
CHECK_SECONDS = 10.0


class ClockDiffers(SetupProblem):
    """The clock of this host differs from the database's, so due times that the host computes would be wrong."""

    code, title = "clock_differs", "The clock of this host is wrong"


def host_time() -> datetime:
    """The present by the clock of this host."""
    return datetime.now(UTC)


async def measure_difference(database: Database) -> float:
    """Seconds by which this host's clock is ahead of the database's (negative: behind).

    The time of the statement itself is no difference: 0 if the database's time lies within it.
    """
    async with database.read() as connection:
        before = host_time()
        there = await database_now(connection)
        after = host_time()
    if before <= there <= after:
        return 0.0
    return min((before - there).total_seconds(), (after - there).total_seconds(), key=abs)


async def require_right_clock(database: Database) -> None:
    """Raise `ClockDiffers` if the clocks differ by more than `MAX_DIFFERENCE_SECONDS`."""
    seconds = await measure_difference(database)
    if abs(seconds) > MAX_DIFFERENCE_SECONDS:
        log.error("clock_differs", seconds=round(seconds, 1))
        raise ClockDiffers(
            f"The clock of this host is {abs(seconds):.1f} seconds {'ahead of' if seconds > 0 else 'behind'} the "
            "database's. The worker stops, so that nothing is done at a wrong time.",
            expected="both clocks synchronized, for example by NTP",
        )


async def watch_clock(database: Database, stop: asyncio.Event) -> None:
    """Compare the clocks until `stop` is set. Raises `ClockDiffers`; a database that does not answer is asked again."""
    while not stop.is_set():
        try:
            await require_right_clock(database)
        except DATABASE_ERRORS as problem:
            log.warning("clock_check_failed", problem=type(problem).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), CHECK_SECONDS)
