"""Copies at the other side: what a channel knows of them, kept with the outcome of each call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.port import ItemState
from hub.channels.rows import COPY, OutboxItem

NO_COPY = "none"
"""State of a copy before the first success."""


async def read_remote(session: AsyncSession, item: OutboxItem) -> dict[str, Any]:
    """Read what the channel knows of its copy of the item's document; empty for items without a copy."""
    if not item.has_copy:
        return {}
    query = select(COPY.c.remote).where(*_conditions(item))
    return dict((await session.execute(query)).scalar_one_or_none() or {})


async def write_copy(
    session: AsyncSession, item: OutboxItem, changes: Mapping[str, Any], state: str, at: datetime
) -> None:
    """Store what a call changed of the copy: members of `changes` that are None are removed."""
    is_settled = state in (ItemState.live, ItemState.retracted)
    if not item.has_copy or not (changes or is_settled):
        return
    remote = await read_remote(session, item) | dict(changes)
    remote = {name: value for name, value in remote.items() if value is not None}
    values: dict[str, Any] = {"remote": remote, "changed_at": at}
    if is_settled:
        values |= {"state": state, "edition": item.edition}
    key = {"channel": item.channel, "document_id": item.document_id, "lang": item.lang}
    statement = insert(COPY).values(**(key | {"state": NO_COPY} | values))
    await session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def _conditions(item: OutboxItem) -> tuple[Any, ...]:
    return COPY.c.channel == item.channel, COPY.c.document_id == item.document_id, COPY.c.lang == item.lang
