"""Sources of the kind `press`: their entries are headlines, which are counted and never published."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from hub.legal.timestamps import read_moment
from hub.press.commands import MAX_OUTLET, InsertResult, insert_items
from hub.press.items import PressItem
from hub.press.lexicon import build_lexicon
from hub.registry.hierarchy import read_registry_from
from hub.times import now, today
from ingest.sources.discovery.base import DiscoveredItem, ListPage
from ingest.sources.pipeline.items import save_validators
from ingest.sources.rows import SourceRow


async def add_entries(session: AsyncSession, source: str, entries: Sequence[PressItem]) -> InsertResult:
    """Insert the entries of a feed as headlines, classified by the lexicon of the present registry.

    `source` is the code of the source; an entry's `outlet` is the newspaper, which is the source's name.
    """
    return await insert_items(session, source, entries, build_lexicon(await read_registry_from(session), today()))


async def add_list_page(session: AsyncSession, source: SourceRow, list_page: ListPage) -> tuple[int, int]:
    """Insert the entries of a list page of a press feed; return the number of entries and of new ones among them."""
    if list_page.is_unchanged:
        return 0, 0
    result = await add_entries(session, source.code, [_press_item(each, source.name) for each in list_page.items])
    await save_validators(session, source.code, list_page)
    return len(list_page.items), result.new


def _press_item(found: DiscoveredItem, outlet: str) -> PressItem:
    posted = read_moment(found.hints.get("posted") or "")
    return PressItem(
        title=found.hints.get("title", ""),
        link=found.url,
        published_at=posted if isinstance(posted, datetime) else None,
        collected_at=now(),
        outlet=outlet[:MAX_OUTLET],
    )
