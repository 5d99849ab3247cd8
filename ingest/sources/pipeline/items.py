"""Items of sources: the states of the rows in `source_item`, which change here only.

waiting → done, quarantined or vanished; and back to waiting when the item changed, its recheck is due, or somebody
retries it. A row is finished under its lock and only while it waits, so two processes never finish it twice.
"""

from collections.abc import Sequence
from datetime import timedelta
from random import uniform
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, case, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.times import now
from ingest.reason_texts import dump_reason
from ingest.records import Reason
from ingest.sources.discovery.base import ListPage
from ingest.sources.rows import ITEM, LIST_PAGE, ItemRow

MAX_ATTEMPTS = 6
"""Attempts at an item that fails for a time or ends the process that reads it; then it is quarantined."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)

WAITING, DONE, QUARANTINED, VANISHED = "waiting", "done", "quarantined", "vanished"


def retry_delay(failures: int) -> timedelta:
    """The delay after so many failures in a row: exponential backoff by the factor 4, with jitter."""
    growing: timedelta = min(FIRST_PAUSE * 4 ** min(failures - 1, 8), LONGEST_PAUSE)
    return growing * uniform(0.9, 1.1)  # noqa: S311 - no secret


def _recheck_condition(recheck_hours: float | None, new: ColumnElement[Any] | None) -> ColumnElement[bool]:
    """Condition for finished items that are due again."""
    changed = ITEM.c.hints["changed"].astext.is_distinct_from(new["changed"].astext) if new is not None else None
    stale = ITEM.c.checked_at < now() - timedelta(hours=recheck_hours) if recheck_hours is not None else None
    reasons = [each for each in (ITEM.c.state == VANISHED, changed, stale) if each is not None]
    return and_(ITEM.c.state != WAITING, or_(*reasons))


async def save_list_page(
    session: AsyncSession, source: str, run: int, list_page: ListPage, *, recheck_hours: float | None
) -> tuple[int, int]:
    """Upsert the items of a list page; return the number of its items and of new ones among them."""
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
        # Of several URLs of one page, the first one counts.
        for each in reversed(list_page.items)
    }
    new = 0
    if rows:
        statement = insert(ITEM).values(list(rows.values()))
        incoming = statement.excluded
        due = _recheck_condition(recheck_hours, incoming.hints)
        statement = statement.on_conflict_do_update(
            index_elements=["source", "external_id"],
            set_={
                "url": incoming.url,
                "hints": incoming.hints,
                "seen_run": incoming.seen_run,
                "state": case((due, WAITING), else_=ITEM.c.state),
                "attempts": case((due, 0), else_=ITEM.c.attempts),
                "next_at": case((due, incoming.next_at), else_=ITEM.c.next_at),
            },
        )
        inserted = await session.execute(statement.returning(literal_column("xmax = 0", Boolean)))
        new = sum(inserted.scalars())
    await save_validators(session, source, list_page)
    return len(rows), new


async def _touch_unchanged(session: AsyncSession, source: str, run: int, page: str, recheck_hours: float | None) -> int:
    """Mark the items of a list page that did not change as seen; return their number."""
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
    """Save the validators of a list page, in the transaction that saves its items."""
    values = {"etag": list_page.etag, "last_modified": list_page.last_modified}
    await session.execute(
        insert(LIST_PAGE)
        .values(source=source, url=list_page.url, **values)
        .on_conflict_do_update(index_elements=["source", "url"], set_=values)
    )


async def next_due_item(connection: AsyncConnection, source: str) -> ItemRow | None:
    """Read the item of a source that has been due longest."""
    due = (ITEM.c.source == source, ITEM.c.state == WAITING, ITEM.c.next_at <= now())
    query = select(ITEM).where(*due).order_by(ITEM.c.next_at, ITEM.c.id).limit(1)
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else ItemRow(**row)


async def count_due(connection: AsyncConnection, source: str) -> int:
    """Count the items of a source that are due."""
    due = (ITEM.c.source == source, ITEM.c.state == WAITING, ITEM.c.next_at <= now())
    return int((await connection.execute(select(func.count()).where(*due))).scalar_one())


async def load_validators(connection: AsyncConnection, source: str) -> dict[str, tuple[str | None, str | None]]:
    """Load the validators of the source's list pages, by URL."""
    query = select(LIST_PAGE.c.url, LIST_PAGE.c.etag, LIST_PAGE.c.last_modified).where(LIST_PAGE.c.source == source)
    return {url: (etag, last_modified) for url, etag, last_modified in await connection.execute(query)}


async def upsert_delivered(
    session: AsyncSession, source: str, name: str, url: str | None, run: int | None, pushed_by: str | None
) -> ItemRow:
    """Upsert the item of a delivered record; its row is locked until the transaction ends."""
    row = {"source": source, "external_id": name, "url": url, "seen_run": run, "pushed_by": pushed_by}
    new = insert(ITEM).values(hints={}, state=WAITING, attempts=0, **row)
    changed = {column: new.excluded[column] for column in ("url", "seen_run", "pushed_by")}
    statement = new.on_conflict_do_update(index_elements=["source", "external_id"], set_=changed)
    return ItemRow(**(await session.execute(statement.returning(*ITEM.c))).mappings().one())


async def lock_waiting(session: AsyncSession, item: int) -> ItemRow | None:
    """Lock an item until the transaction ends; None when it does not wait any more."""
    query = select(ITEM).where(ITEM.c.id == item, ITEM.c.state == WAITING).with_for_update()
    row = (await session.execute(query)).mappings().one_or_none()
    return None if row is None else ItemRow(**row)


async def finish_item(session: AsyncSession, item: int, state: str, **values: Any) -> None:
    """Set the final state of an item, which holds until the item changes."""
    final = {"state": state, "attempts": 0, "next_at": None, "checked_at": now()} | values
    await session.execute(update(ITEM).where(ITEM.c.id == item).values(**final))


async def begin_attempt(session: AsyncSession, item: int, *, counts: bool = True) -> bool:
    """Count an attempt at a waiting item, to be committed before anything of the item is read.

    So an item that ends the process is not read without end: from the second attempt on it pauses, and its neighbours
    are read first. Returns False for an item that has had all its attempts. `counts` is False for an attempt after one
    that was interrupted and is still counted.
    """
    row = await lock_waiting(session, item)
    if row is None or not counts:
        return True
    if row.attempts >= MAX_ATTEMPTS:
        return False
    next_at = now() + retry_delay(row.attempts) if row.attempts else row.next_at
    await session.execute(update(ITEM).where(ITEM.c.id == item).values(attempts=row.attempts + 1, next_at=next_at))
    return True


async def return_attempt(session: AsyncSession, item: ItemRow) -> None:
    """Take back an attempt that an outage or a stop interrupted: the item is as it was before (`item`)."""
    if await lock_waiting(session, item.id) is not None:
        before = {"attempts": item.attempts, "next_at": item.next_at}
        await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**before))


async def schedule_retry(session: AsyncSession, item: ItemRow, reason: Reason, *, delay: float, counts: bool) -> str:
    """Schedule a retry after at least `delay` seconds, or quarantine the item after `MAX_ATTEMPTS`; return its state.

    `begin_attempt` has counted the attempt. An item that only waits for a slot of its host (`counts` is False) was not
    attempted.
    """
    attempts = item.attempts if counts else item.attempts - 1
    stored = dump_reason(reason)
    if attempts >= MAX_ATTEMPTS:
        await finish_item(session, item.id, QUARANTINED, outcome=None, reason=stored, etag=None, last_modified=None)
        return QUARANTINED
    pause = max(retry_delay(attempts), timedelta(seconds=delay)) if counts else timedelta(seconds=delay)
    values = {"attempts": attempts, "next_at": now() + pause, "reason": stored, "etag": None, "last_modified": None}
    await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values))
    return WAITING


async def requeue(session: AsyncSession, items: Sequence[int]) -> int:
    """Put quarantined items back to waiting, without their validators and digests; return their number."""
    values = {"state": WAITING, "attempts": 0, "next_at": now(), "etag": None, "last_modified": None, "sha256": None}
    again = update(ITEM).where(ITEM.c.id.in_(items), ITEM.c.state == QUARANTINED).values(**values)
    return len((await session.execute(again.returning(ITEM.c.id))).all())
