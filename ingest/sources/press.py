"""Sources of the kind `press`: their entries are headlines, which the press watch counts and nobody publishes."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from hub.press.commands import PressItem, Taken, take_items
from hub.press.lexicon import lexicon_of
from hub.searching.registry import read_from
from hub.times import today


async def take_entries(session: AsyncSession, source: str, entries: Sequence[PressItem]) -> Taken:
    """Hand the entries of a feed to the press watch, read by the lexicon of the present registry.

    `source` is the code of the source; an entry's `outlet` is the newspaper, which is the source's name.
    """
    return await take_items(session, source, entries, lexicon_of(await read_from(session), today()))
