"""Insert headlines, classify them again with a newer lexicon, and delete expired ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.db import table
from hub.errors import InvalidInput
from hub.press.items import PressItem
from hub.press.lexicon import Lexicon
from hub.press.models import PressBurst, PressRecord
from hub.press.publication_times import PressTime, time_kinds
from hub.press.urls import article_url, item_key
from hub.text import one_line
from hub.times import VIETNAM, now

ITEM, BURST = table(PressRecord), table(PressBurst)

MAX_TITLE = 500
"""Maximum length of a headline, in characters."""
MAX_OUTLET = 120
BATCH = 1_000
_MAX_AHEAD = timedelta(days=1)
_MIN_YEAR = 1990


@dataclass(frozen=True)
class InsertResult:
    """Number of items that were inserted, known already, and rejected as invalid."""

    new: int = 0
    known: int = 0
    refused: int = 0

    def __add__(self, other: "InsertResult") -> "InsertResult":
        return InsertResult(self.new + other.new, self.known + other.known, self.refused + other.refused)


def _item_time(item: PressItem, taken: datetime) -> datetime:
    at = item.published_at or item.collected_at or taken
    if at.tzinfo is None:
        raise InvalidInput("A time has no time zone.", field="published_at", expected="2026-11-03T08:00:00+07:00")
    return at


def _is_valid(item: PressItem, taken: datetime) -> bool:
    at = _item_time(item, taken)
    named = 0 < len(one_line(item.title)) <= MAX_TITLE and 0 < len(one_line(item.outlet)) <= MAX_OUTLET
    return named and at.year >= _MIN_YEAR and at <= taken + _MAX_AHEAD


def _row(source: str | None, item: PressItem, kind: PressTime, lexicon: Lexicon, taken: datetime) -> dict[str, Any]:
    title, outlet, at = one_line(item.title), one_line(item.outlet), _item_time(item, taken)
    link = article_url(item.link) if item.link else None
    tags = lexicon.classify(title)
    return {
        "key": item_key(link, outlet, title, at),
        "source": source,
        "outlet": outlet,
        "title": title,
        "link": link,
        "at": at,
        "time_kind": kind.value,
        "collected_at": item.collected_at,
        "topics": list(tags.topics),
        "places": list(tags.places),
        "tone": tags.tone,
        "lexicon": lexicon.fingerprint,
    }


async def insert_items(
    session: AsyncSession, source: str | None, items: Iterable[PressItem], lexicon: Lexicon
) -> InsertResult:
    """Insert new items, deduplicated by key; existing ones stay unchanged.

    `source` is the code of their source, if any.
    Items with an empty or too long title, or with a time in the future or before 1990, are rejected and counted, not
    raised: one bad entry of a feed stops nothing. Raises `InvalidInput` for a time without a zone.
    """
    result, waiting, taken = InsertResult(), list(items), now()
    for begin in range(0, len(waiting), BATCH):
        batch = waiting[begin : begin + BATCH]
        good = [item for item in batch if _is_valid(item, taken)]
        rows = [_row(source, item, kind, lexicon, taken) for item, kind in zip(good, time_kinds(good), strict=True)]
        # In the order of their keys, so that two processes with the same items do not deadlock.
        rows = sorted({row["key"]: row for row in reversed(rows)}.values(), key=itemgetter("key"))
        new = 0
        if rows:
            query = insert(ITEM).on_conflict_do_nothing(index_elements=["key"]).returning(ITEM.c.id)
            new = len((await session.execute(query.values(rows))).all())
        result += InsertResult(new, len(good) - new, len(batch) - len(good))
    return result


async def reclassify_items(session: AsyncSession, lexicon: Lexicon) -> int:
    """Classify the next batch of items that have tags of an older lexicon. Returns their number; call until it is 0."""
    query = select(ITEM.c.id, ITEM.c.title).where(ITEM.c.lexicon != lexicon.fingerprint).limit(BATCH).with_for_update()
    rows = (await session.execute(query)).all()
    changes = []
    for row in rows:
        tags = lexicon.classify(row.title)
        changes.append(
            {"item": row.id, "new_topics": list(tags.topics), "new_places": list(tags.places), "new_tone": tags.tone}
        )
    if changes:
        statement = (
            update(ITEM)
            .where(ITEM.c.id == bindparam("item"))
            .values(
                topics=bindparam("new_topics"),
                places=bindparam("new_places"),
                tone=bindparam("new_tone"),
                lexicon=lexicon.fingerprint,
            )
        )
        await (await session.connection()).execute(statement, changes)
    return len(changes)


async def delete_expired(session: AsyncSession, days: int) -> int:
    """Delete items, and bursts that ended, more than `days` days ago. Returns the number of items."""
    before = now() - timedelta(days=days)
    await session.execute(delete(BURST).where(BURST.c.last_on < before.astimezone(VIETNAM).date()))
    deleted = await session.execute(delete(ITEM).where(ITEM.c.at < before).returning(ITEM.c.id))
    return len(deleted.all())
