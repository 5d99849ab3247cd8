"""Runs of a source: open or resume, count in the transaction of the counted work, and finish with a report."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, and_, cast, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.faults import INTERNAL
from hub.times import now
from ingest.sources.rows import RUN, SOURCE, RunRow, SourceRow
from ingest.sources.schedule import expectations, next_after, pause_after_failures

LONGEST_ERROR = 1_000


async def open_run(session: AsyncSession, source: str, *, discover: bool) -> RunRow:
    """Resume the run that a killed process left open, or insert a new one.

    A run without `discover` only processes known items. It is inserted as finished, because there is nothing to resume:
    its work is in the items.
    """
    query = select(RUN).where(RUN.c.source == source, RUN.c.finished_at.is_(None))
    open_row = (await session.execute(query)).mappings().one_or_none()
    if open_row is not None:
        return RunRow(**open_row)
    values = {
        "source": source,
        "found": not discover,
        "position": 0,
        "counts": {},
        "finished_at": None if discover else now(),
    }
    new = await session.execute(insert(RUN).values(**values).returning(*RUN.c))
    return RunRow(**new.mappings().one())


async def add_counts(session: AsyncSession, run: int, counts: Mapping[str, int], **values: Any) -> None:
    """Add to the counts of a run, in the transaction of the counted work."""
    total: Any = RUN.c.counts
    for name, number in counts.items():
        if number:
            before = func.coalesce(cast(RUN.c.counts[name].astext, Integer), 0)
            total = total.op("||")(func.jsonb_build_object(name, before + number))
    await session.execute(update(RUN).where(RUN.c.id == run).values(counts=total, **values))


async def set_attempts(session: AsyncSession, run: int, attempts: int, reading_to: int) -> None:
    """Set the attempts at what follows the position of a run, and the last line of the present one."""
    values = {"attempts": attempts, "reading_to": reading_to}
    await session.execute(update(RUN).where(RUN.c.id == run).values(**values))


async def finish(session: AsyncSession, source: SourceRow, run: RunRow) -> None:
    """Finish a run. When it read the source's list, record a success of the source and schedule its next run."""
    moment = now()
    await session.execute(update(RUN).where(RUN.c.id == run.id).values(finished_at=moment))
    if run.finished_at is not None:
        return
    expected = expectations(source.schedule if source.state == "active" else None)
    values: dict[str, Any] = {"failures": 0, "last_error": None, "last_run_at": moment, "last_success_at": moment}
    values["rests_until"] = None
    await session.execute(update(SOURCE).where(SOURCE.c.code == source.code).values(**values, **expected))


async def fail(
    session: AsyncSession, source: SourceRow, run: int, error: str, *, transient: bool, delay: float
) -> None:
    """Finish a run that could not read its source, and schedule the next one.

    After a transient failure it is due by exponential backoff with jitter, else by the schedule.
    """
    moment = now()
    values = {"finished_at": moment, "error": error[:LONGEST_ERROR]}
    await session.execute(update(RUN).where(RUN.c.id == run).values(**values))
    next_at = None
    if source.schedule is not None and source.state == "active":
        next_at = next_after(source.schedule, moment)
        if transient:
            next_at = min(next_at, moment + pause_after_failures(source.failures))
        next_at = max(next_at, moment + timedelta(seconds=delay))
    await _count_failure(session, source.code, error, moment, next_at=next_at)


async def fail_unforeseen(session: AsyncSession, code: str, problem: str, run: int | None = None) -> None:
    """Finish a run, or the open one, that ended by an unforeseen exception: the whole source rests, longer each time.

    Nothing is read from the rows but the number of failures, because a value in them may be the cause.
    """
    moment, error = now(), f"{INTERNAL}: {problem}"
    mine = RUN.c.id == run if run is not None else and_(RUN.c.source == code, RUN.c.finished_at.is_(None))
    await session.execute(update(RUN).where(mine).values(finished_at=moment, error=error[:LONGEST_ERROR]))
    count = (await session.execute(select(SOURCE.c.failures).where(SOURCE.c.code == code))).scalar_one_or_none()
    if count is None:
        return
    rests_until = moment + pause_after_failures(count)
    await _count_failure(session, code, error, moment, rests_until=rests_until)


async def _count_failure(session: AsyncSession, code: str, error: str, moment: datetime, **values: Any) -> None:
    health = {"failures": SOURCE.c.failures + 1, "last_error": error[:LONGEST_ERROR], "last_run_at": moment}
    await session.execute(update(SOURCE).where(SOURCE.c.code == code).values(**health, **values))


async def postpone(session: AsyncSession, source: str, delay: float) -> None:
    """Postpone an open run by so many seconds: its site allows no request yet, which is not a failure."""
    next_at = now() + timedelta(seconds=delay)
    await session.execute(update(SOURCE).where(SOURCE.c.code == source).values(next_at=next_at))


async def last_file_digest(connection: AsyncConnection, source: str) -> str | None:
    """SHA-256 of the last file that was read to its end."""
    succeeded = (RUN.c.source == source, RUN.c.finished_at.is_not(None), RUN.c.error.is_(None))
    query = select(RUN.c.file_sha256).where(*succeeded, RUN.c.file_sha256.is_not(None))
    found: str | None = (await connection.execute(query.order_by(RUN.c.id.desc()).limit(1))).scalar_one_or_none()
    return found


async def counts_of(connection: AsyncConnection, run: int) -> dict[str, int]:
    """The present counts of a run."""
    found: dict[str, int] = (await connection.execute(select(RUN.c.counts).where(RUN.c.id == run))).scalar_one()
    return found
