"""Detector of bursts (theo dõi): counts the headlines, and updates the stored bursts from the counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, delete, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.db import table
from hub.locks.registry import LockClass, lock_until_commit
from hub.press.baseline import HISTORY_DAYS, MIN_KNOWN_DAYS, HeadlineCounts, Subject, TrendSubject, days_by_subject
from hub.press.bursts import Burst, find_all_bursts
from hub.press.models import PressBurst, PressRecord
from hub.press.phrases import characteristic_phrases
from hub.times import midnight, today

ITEM, BURST = table(PressRecord), table(PressBurst)

REFRESH_WINDOW = timedelta(days=60)
"""Bursts that ended earlier are not updated any more."""
_BASELINE_WINDOW = timedelta(days=HISTORY_DAYS + MIN_KNOWN_DAYS)
"""Days before the refresh window that the baseline of its first day needs."""
MIN_COMPANION_SHARE = 0.2
"""Minimum share of the headlines of a burst, for a topic or place to be listed with it."""

ITEM_DAY = func.timezone("Asia/Ho_Chi_Minh", ITEM.c.at).cast(Date)
"""The day of an item in Việt Nam."""
CODE_COLUMNS = {TrendSubject.topic: ITEM.c.topics, TrendSubject.place: ITEM.c.places}


@dataclass(frozen=True, slots=True)
class BurstRow:
    """A stored burst."""

    id: int
    kind: str
    subject: str
    first_on: date
    last_on: date
    peak_on: date
    began_at: datetime
    over: bool
    observed: int
    expected: float
    score: float
    outlets: int
    phrases: list[str]
    topics: list[str]
    places: list[str]

    def is_same(self, subject: Subject, burst: Burst) -> bool:
        """True for a burst of the same subject on overlapping days."""
        same_subject = (self.kind, self.subject) == subject
        return same_subject and self.first_on <= burst.last and burst.first <= self.last_on


BURST_COLUMNS = [BURST.c[field.name] for field in fields(BurstRow)]


_COUNTS = text(
    """
    WITH item AS (
        SELECT (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, outlet, topics, places
        FROM press_item WHERE at >= :begin AND at < :end
    )
    SELECT day, outlet, NULL AS kind, NULL AS code, count(*) FROM item GROUP BY day, outlet
    UNION ALL SELECT day, outlet, 'topic', code, count(*) FROM item, unnest(topics) code GROUP BY day, outlet, code
    UNION ALL SELECT day, outlet, 'place', code, count(*) FROM item, unnest(places) code GROUP BY day, outlet, code
    """
)


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Start and end (exclusive) of a range of days in Việt Nam."""
    return midnight(first), midnight(last + timedelta(days=1))


def days_condition(first: date, last: date) -> ColumnElement[bool]:
    """SQL condition for the items of a range of days."""
    begin, end = day_bounds(first, last)
    return and_(ITEM.c.at >= begin, ITEM.c.at < end)


async def read_counts(connection: AsyncConnection | AsyncSession, first: date, last: date) -> HeadlineCounts:
    """Count items by day and outlet, in all and about each subject, in one statement."""
    begin, end = day_bounds(first, last)
    counts = HeadlineCounts()
    for on, outlet, kind, code, count in await connection.execute(_COUNTS, {"begin": begin, "end": end}):
        cells = counts.volume if kind is None else counts.about[Subject(TrendSubject(kind), code)]
        cells[on][outlet] = count
    return counts


async def refresh_bursts(session: AsyncSession, since: date | None = None) -> int:
    """Update the stored bursts that ended on this day (default: 60 days ago) or later. Returns the number of new ones.

    A burst keeps its id while it grows; one that is no longer significant after late headlines is deleted. Takes a
    transaction-level advisory lock, so that processes run one after the other.
    """
    await lock_until_commit(session, LockClass.press_bursts)
    first = since or today() - REFRESH_WINDOW
    counts = await read_counts(session, first - _BASELINE_WINDOW, today())
    found = [(subject, burst) for subject, burst in find_all_bursts(days_by_subject(counts)) if burst.last >= first]
    query = select(*BURST_COLUMNS).where(BURST.c.last_on >= first).order_by(BURST.c.id)
    stored = [BurstRow(*row) for row in await session.execute(query)]
    new = 0
    for subject, burst in found:
        figures = _burst_columns(burst)
        same = next((row for row in stored if row.is_same(subject, burst)), None)
        if same is None:
            new += 1
            values = figures | await _describe(session, subject, burst)
            await session.execute(insert(BURST).values(kind=subject.kind.value, subject=subject.code, **values))
            continue
        stored.remove(same)
        if any(value != getattr(same, name) for name, value in figures.items()):
            values = figures | await _describe(session, subject, burst)
            await session.execute(update(BURST).where(BURST.c.id == same.id).values(**values))
    if stored:
        await session.execute(delete(BURST).where(BURST.c.id.in_([row.id for row in stored])))
    return new


def _burst_columns(burst: Burst) -> dict[str, Any]:
    return {
        "first_on": burst.first,
        "last_on": burst.last,
        "peak_on": burst.peak,
        "over": burst.over,
        "observed": burst.observed,
        "expected": burst.expected,
        "score": burst.score,
        "outlets": burst.outlets,
    }


async def _describe(session: AsyncSession, subject: Subject, burst: Burst) -> dict[str, Any]:
    """The columns of a burst that are computed from the headlines of its days."""
    about = (literal(subject.code) == func.any(CODE_COLUMNS[subject.kind])).label("about")
    query = select(ITEM.c.title, ITEM.c.at, ITEM.c.topics, ITEM.c.places, about).where(
        days_condition(burst.first, burst.last)
    )
    rows = (await session.execute(query.order_by(ITEM.c.at))).all()
    own = [row for row in rows if row.about]
    return {
        "began_at": own[0].at,
        "phrases": characteristic_phrases([row.title for row in own], [row.title for row in rows if not row.about]),
        "topics": _common_codes([row.topics for row in own]),
        "places": _common_codes([row.places for row in own]),
    }


def _common_codes(codes: Sequence[Sequence[str]]) -> list[str]:
    counts = Counter(code for each in codes for code in each)
    return [code for code, count in counts.most_common() if count >= MIN_COMPANION_SHARE * len(codes)]
