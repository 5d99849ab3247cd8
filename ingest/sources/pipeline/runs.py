"""Runs of a source: begun, gone on with after a kill, counted with the work they count, and ended in a report."""

from collections.abc import Mapping
from datetime import timedelta
from random import uniform
from typing import Any

from sqlalchemy import Integer, cast, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.times import now
from ingest.sources.rows import RUN, SOURCE, RunRow, SourceRow
from ingest.sources.schedule import expectations, next_after

FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=12)
LONGEST_ERROR = 1_000


async def open_run(session: AsyncSession, source: str, *, discover: bool) -> RunRow:
    """The run that a killed process left, or a new one.

    Without `anew` it only takes up what was found before. Such a run is a report and nothing to go on with: what it has
    to do stands in the items.
    """
    query = select(RUN).where(RUN.c.source == source, RUN.c.finished_at.is_(None))
    left = (await session.execute(query)).mappings().one_or_none()
    if left is not None:
        return RunRow(**left)
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
    """Add to the report of a run, in the transaction that does what is counted."""
    told: Any = RUN.c.counts
    for name, number in counts.items():
        if number:
            before = func.coalesce(cast(RUN.c.counts[name].astext, Integer), 0)
            told = told.op("||")(func.jsonb_build_object(name, before + number))
    await session.execute(update(RUN).where(RUN.c.id == run).values(counts=told, **values))


async def finish(session: AsyncSession, source: SourceRow, run: RunRow) -> None:
    """The run reached its end. When it read the source's list, the source is well."""
    moment = now()
    await session.execute(update(RUN).where(RUN.c.id == run.id).values(finished_at=moment))
    if run.finished_at is not None:
        return
    expected = expectations(source.schedule if source.state == "active" else None)
    values: dict[str, Any] = {"failures": 0, "last_error": None, "last_run_at": moment, "last_success_at": moment}
    await session.execute(update(SOURCE).where(SOURCE.c.code == source.code).values(**values, **expected))


async def fail(
    session: AsyncSession, source: SourceRow, run: int, error: str, *, transient: bool, delay: float
) -> None:
    """The run could not read its source. It is asked again soon where that may help, at the latest by its schedule."""
    moment = now()
    ended = {"finished_at": moment, "error": error[:LONGEST_ERROR]}
    await session.execute(update(RUN).where(RUN.c.id == run).values(**ended))
    next_at = None
    if source.schedule is not None and source.state == "active":
        next_at = next_after(source.schedule, moment)
        if transient:
            pause = min(FIRST_PAUSE * 2 ** min(source.failures, 10), LONGEST_PAUSE) * uniform(0.9, 1.1)  # noqa: S311
            next_at = min(next_at, moment + pause)
        next_at = max(next_at, moment + timedelta(seconds=delay))
    values = {"failures": SOURCE.c.failures + 1, "last_error": error[:LONGEST_ERROR], "last_run_at": moment}
    await session.execute(update(SOURCE).where(SOURCE.c.code == source.code).values(**values, next_at=next_at))


async def postpone(session: AsyncSession, source: str, delay: float) -> None:
    """Go on with the open run later: its site wants to be left alone for a while, which is no failure."""
    next_at = now() + timedelta(seconds=delay)
    await session.execute(update(SOURCE).where(SOURCE.c.code == source).values(next_at=next_at))


async def last_file_digest(connection: AsyncConnection, source: str) -> str | None:
    """SHA-256 of the file that was read to its end last."""
    whole = (RUN.c.source == source, RUN.c.finished_at.is_not(None), RUN.c.error.is_(None))
    query = select(RUN.c.file_sha256).where(*whole, RUN.c.file_sha256.is_not(None))
    found: str | None = (await connection.execute(query.order_by(RUN.c.id.desc()).limit(1))).scalar_one_or_none()
    return found


async def counts_of(connection: AsyncConnection, run: int) -> dict[str, int]:
    """The report of a run so far."""
    found: dict[str, int] = (await connection.execute(select(RUN.c.counts).where(RUN.c.id == run))).scalar_one()
    return found
