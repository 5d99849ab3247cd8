"""What was found and what is still to be done about it: the rows of `source_item`, and the only place that moves them.

waiting → done, quarantined or vanished; and back to waiting when the thing changed, its time came, or somebody says so.
A row is settled behind its lock and only while it waits, so whoever works at it, it is settled once.
"""

from collections.abc import Sequence
from datetime import timedelta
from random import uniform
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, case, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.times import now
from ingest.records import Reason
from ingest.sources.discovery.base import ListPage
from ingest.sources.rows import ITEM, LIST_PAGE, ItemRow

MAX_ATTEMPTS = 6
"""How often something is tried that fails for reasons which may pass; then it is set aside."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)

WAITING, DONE, QUARANTINED, VANISHED = "waiting", "done", "quarantined", "vanished"


def retry_delay(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: each time four times as long, never all at once."""
    growing: timedelta = min(FIRST_PAUSE * 4 ** min(failures - 1, 8), LONGEST_PAUSE)
    return growing * uniform(0.9, 1.1)  # noqa: S311 - no secret


def _recheck_condition(recheck_hours: float | None, new: Any) -> ColumnElement[bool]:
    """Which settled items are to be looked at again."""
    said = ITEM.c.hints["changed"].astext.is_distinct_from(new["changed"].astext) if new is not None else None
    old = ITEM.c.checked_at < now() - timedelta(hours=recheck_hours) if recheck_hours is not None else None
    again = [each for each in (ITEM.c.state == VANISHED, said, old) if each is not None]
    return and_(ITEM.c.state != WAITING, or_(*again))


async def save_list_page(
    session: AsyncSession, source: str, run: int, list_page: ListPage, *, recheck_hours: float | None
) -> tuple[int, int]:
    """Take one page of a list into the table; gives how many things it named and how many of them are new."""
    if list_page.is_unchanged:
        return await _touch_unchanged(session, source, run, list_page.url, recheck_hours), 0
    rows = {
        each.external_id: {
            "source": source,
            "external_id": each.external_id,
            "url": each.url,
            "hints": each.hints | {"page": list_page.url},
            "state": WAITING,
            "attempts": 0,
            "next_at": now(),
            "seen_run": run,
        }
        # Of several addresses of one page, the first one counts.
        for each in reversed(list_page.items)
    }
    new = 0
    if rows:
        statement = insert(ITEM).values(list(rows.values()))
        coming = statement.excluded
        due = _recheck_condition(recheck_hours, coming.hints)
        statement = statement.on_conflict_do_update(
            index_elements=["source", "external_id"],
            set_={
                "url": coming.url,
                "hints": coming.hints,
                "seen_run": coming.seen_run,
                "state": case((due, WAITING), else_=ITEM.c.state),
                "attempts": case((due, 0), else_=ITEM.c.attempts),
                "next_at": case((due, coming.next_at), else_=ITEM.c.next_at),
            },
        )
        inserted = await session.execute(statement.returning(literal_column("xmax = 0", Boolean)))
        new = sum(inserted.scalars())
    await save_validators(session, source, list_page)
    return len(rows), new


async def _touch_unchanged(session: AsyncSession, source: str, run: int, page: str, recheck_hours: float | None) -> int:
    """A page of the list did not change: what it named is there still."""
    on_page = and_(ITEM.c.source == source, ITEM.c.hints["page"].astext == page)
    last = select(func.max(ITEM.c.seen_run)).where(on_page, ITEM.c.seen_run < run).scalar_subquery()
    due = _recheck_condition(recheck_hours, None)
    values = {
        "seen_run": run,
        "state": case((due, WAITING), else_=ITEM.c.state),
        "attempts": case((due, 0), else_=ITEM.c.attempts),
        "next_at": case((due, now()), else_=ITEM.c.next_at),
    }
    seen = await session.execute(
        update(ITEM).where(on_page, ITEM.c.seen_run == last).values(**values).returning(ITEM.c.id)
    )
    return len(seen.all())


async def save_validators(session: AsyncSession, source: str, list_page: ListPage) -> None:
    """Remember what a page of the list was answered with, in the transaction that takes down what it names."""
    values = {"etag": list_page.etag, "last_modified": list_page.last_modified}
    await session.execute(
        insert(LIST_PAGE)
        .values(source=source, url=list_page.url, **values)
        .on_conflict_do_update(index_elements=["source", "url"], set_=values)
    )


async def set_vanished(session: AsyncSession, source: str, run: int) -> int:
    """What a list that was read to its end does not name any more has vanished; its documents stay."""
    values = {"state": VANISHED, "next_at": None, "checked_at": now()}
    gone = await session.execute(
        update(ITEM)
        .where(ITEM.c.source == source, ITEM.c.state != VANISHED, ITEM.c.seen_run < run)
        .values(**values)
        .returning(ITEM.c.id)
    )
    return len(gone.all())


async def next_due_item(connection: AsyncConnection, source: str) -> ItemRow | None:
    """The item of a source that has been due longest."""
    due = (ITEM.c.source == source, ITEM.c.state == WAITING, ITEM.c.next_at <= now())
    query = select(ITEM).where(*due).order_by(ITEM.c.next_at, ITEM.c.id).limit(1)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else ItemRow(**row)


async def count_due(connection: AsyncConnection, source: str) -> int:
    """How many items of a source are due."""
    due = (ITEM.c.source == source, ITEM.c.state == WAITING, ITEM.c.next_at <= now())
    return int((await connection.execute(select(func.count()).where(*due))).scalar_one())


async def load_validators(connection: AsyncConnection, source: str) -> dict[str, tuple[str | None, str | None]]:
    """What each page of the source's list was answered with last."""
    query = select(LIST_PAGE.c.url, LIST_PAGE.c.etag, LIST_PAGE.c.last_modified).where(LIST_PAGE.c.source == source)
    return {url: (etag, last_modified) for url, etag, last_modified in await connection.execute(query)}


async def upsert_delivered(session: AsyncSession, source: str, name: str, url: str | None, run: int | None) -> ItemRow:
    """The item of a record that was just delivered, locked."""
    row = {"source": source, "external_id": name, "url": url, "seen_run": run}
    new = insert(ITEM).values(hints={}, state=WAITING, attempts=0, **row)
    statement = new.on_conflict_do_update(
        index_elements=["source", "external_id"], set_={"url": new.excluded.url, "seen_run": new.excluded.seen_run}
    )
    return ItemRow(**(await session.execute(statement.returning(*ITEM.c))).mappings().one())


async def lock_waiting(session: AsyncSession, item: int) -> ItemRow | None:
    """The item behind its lock, if it still waits."""
    query = select(ITEM).where(ITEM.c.id == item, ITEM.c.state == WAITING).with_for_update()
    row = (await session.execute(query)).mappings().one_or_none()
    return None if row is None else ItemRow(**row)


async def finish_item(session: AsyncSession, item: int, state: str, **values: Any) -> None:
    """An item came to an end, until it changes."""
    settled = {"state": state, "attempts": 0, "next_at": None, "checked_at": now()} | values
    await session.execute(update(ITEM).where(ITEM.c.id == item).values(**settled))


async def schedule_retry(session: AsyncSession, item: ItemRow, reason: Reason, *, delay: float, counts: bool) -> str:
    """Try it again later, or set it aside when that was done often enough; gives its state.

    What only has to wait for its turn (`counts` is false) was not tried.
    """
    attempts = item.attempts + counts
    told = reason_json(reason)
    if attempts >= MAX_ATTEMPTS:
        await finish_item(session, item.id, QUARANTINED, outcome=None, reason=told, etag=None, last_modified=None)
        return QUARANTINED
    pause = max(retry_delay(attempts), timedelta(seconds=delay)) if counts else timedelta(seconds=delay)
    values = {"attempts": attempts, "next_at": now() + pause, "reason": told, "etag": None, "last_modified": None}
    await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values))
    return WAITING


async def requeue(session: AsyncSession, items: Sequence[int]) -> int:
    """Have set-aside items read anew, whatever was read of them before; gives how many there were."""
    values = {"state": WAITING, "attempts": 0, "next_at": now(), "etag": None, "last_modified": None, "sha256": None}
    again = update(ITEM).where(ITEM.c.id.in_(items), ITEM.c.state == QUARANTINED).values(**values)
    return len((await session.execute(again.returning(ITEM.c.id))).all())


def reason_json(reason: Reason) -> dict[str, Any]:
    """A reason as the table keeps it."""
    told = {"code": reason.code, "detail": reason.detail, "field": reason.field, "expected": reason.expected}
    return {name: value for name, value in told.items() if value is not None}
