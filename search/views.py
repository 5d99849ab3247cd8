"""What search reads of the database: its identity, and open live views, one statement each."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from hub.content.models import PublishedView
from hub.db import Database, table
from hub.log.models import LogHead
from search.documents import VIEW_COLUMNS

VIEW, HEAD = table(PublishedView), table(LogHead)

_COLUMNS = [VIEW.c[name] for name in VIEW_COLUMNS]
_LIVE = (VIEW.c.seq_to.is_(None), VIEW.c.state == "live")


Row = Mapping[str, Any]
"""A view's columns by name."""


class Key(NamedTuple):
    """One document in one language."""

    document_id: UUID
    lang: str


async def read_head(database: Database) -> tuple[UUID, int]:
    """The epoch of the database's log, and the position of its last entry."""
    async with database.read() as connection:
        row = (await connection.execute(select(HEAD.c.epoch, HEAD.c.seq))).one()
        return row.epoch, row.seq


async def live_views(database: Database, keys: Sequence[Key]) -> Sequence[Row]:
    """The open live views among these keys."""
    wanted = func.unnest(
        bindparam("documents", [key.document_id for key in keys], ARRAY(Uuid)),
        bindparam("langs", [key.lang for key in keys], ARRAY(Text)),
    ).table_valued("document_id", "lang", name="wanted")
    query = select(*_COLUMNS).join(
        wanted, (VIEW.c.document_id == wanted.c.document_id) & (VIEW.c.lang == wanted.c.lang)
    )
    async with database.read() as connection:
        return [dict(row) for row in (await connection.execute(query.where(*_LIVE))).mappings()]


async def every_live_view(database: Database, batch: int) -> AsyncIterator[Sequence[Row]]:
    """All open live views in batches. What is published meanwhile may be missing: the log tells it later."""
    after = 0
    while True:
        query = select(VIEW.c.id, *_COLUMNS).where(*_LIVE, VIEW.c.id > after).order_by(VIEW.c.id).limit(batch)
        async with database.read() as connection:
            rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        if not rows:
            return
        after = rows[-1]["id"]
        yield rows
