"""Sources of the kind `press`: their entries are headlines, which the press watch counts and nobody publishes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from hub.press.commands import MAX_OUTLET, PressItem, Taken, take_items
from hub.press.lexicon import lexicon_of
from hub.registry.hierarchy import read_from
from hub.times import now, today
from ingest.sources.discovery.base import Found, Listed
from ingest.sources.pipeline.items import stamp


async def take_entries(session: AsyncSession, source: str, entries: Sequence[PressItem]) -> Taken:
    """Hand the entries of a feed to the press watch, read by the lexicon of the present registry.

    `source` is the code of the source; an entry's `outlet` is the newspaper, which is the source's name.
    """
    return await take_items(session, source, entries, lexicon_of(await read_from(session), today()))


async def take_listed(session: AsyncSession, source: Row[Any], listed: Listed) -> tuple[int, int]:
    """Take in what a feed of the press lists now; gives how many entries it named and how many of them are new."""
    if listed.same:
        return 0, 0
    taken = await take_entries(session, source.code, [_item(each, source.name) for each in listed.found])
    await stamp(session, source.code, listed)
    return len(listed.found), taken.new


def _item(found: Found, outlet: str) -> PressItem:
    return PressItem(
        title=found.hints.get("title", ""),
        link=found.url,
        published_at=_moment(found.hints.get("posted")),
        collected_at=now(),
        outlet=outlet[:MAX_OUTLET],
    )


def _moment(said: str | None) -> datetime | None:
    """The moment that a feed gives; None where its words are none."""
    try:
        moment = datetime.fromisoformat(said or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
