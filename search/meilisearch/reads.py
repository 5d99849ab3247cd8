"""What search reads of the database: its identity, and open live views, one statement each."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Text, Uuid, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from hub.content.models import PublishedView
from hub.db import Database, table
from hub.log.models import LogEntry, LogHead
from search.meilisearch.documents import VIEW_COLUMNS

VIEW, HEAD, ENTRY = table(PublishedView), table(LogHead), table(LogEntry)

HIGHLIGHT_CHARACTERS = 12_000
"""How far into a text a highlight is looked for."""

_COLUMNS = [VIEW.c[name] for name in VIEW_COLUMNS]
_LIVE = (VIEW.c.seq_to.is_(None), VIEW.c.state == literal_column("'live'"))


Row = Mapping[str, Any]
"""A view's columns by name."""


class ViewKey(NamedTuple):
    """One document in one language."""

    document_id: UUID
    lang: str


@dataclass(frozen=True)
class LogState:
    """The database's log: its epoch, its last position, and the last one that an index should contain by now."""

    epoch: UUID
    seq: int
    required_seq: int


async def read_log_state(database: Database, *, grace: float = 0.0) -> LogState:
    """The head of the log; entries older than `grace` seconds count as settled."""
    settled = (
        select(ENTRY.c.seq)
        .where(ENTRY.c.at < func.now() - timedelta(seconds=grace))
        .order_by(ENTRY.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    async with database.read() as connection:
        row = (await connection.execute(select(HEAD.c.epoch, HEAD.c.seq, func.coalesce(settled, 0)))).one()
        return LogState(*row)


MAX_EDITORIAL_ENTRIES = 5
"""Entries that became public together with more than this are bulk: an import, or what the registry changed."""

MAX_EARLY_ENTRIES = 50
"""Most entries that are taken before their turn at once."""


async def read_editorial_entries(database: Database, after: int) -> tuple[list[LogEntry], int]:
    """Entries behind a position that became public by themselves or with few others, as what editors do; and the
    position up to which there are no more of them. All entries of one transaction bear the same moment."""
    behind = ENTRY.c.seq > after
    together = select(ENTRY.c.at).where(behind).group_by(ENTRY.c.at).having(func.count() <= MAX_EDITORIAL_ENTRIES)
    query = select(ENTRY).where(behind, ENTRY.c.at.in_(together)).order_by(ENTRY.c.seq).limit(MAX_EARLY_ENTRIES)
    async with database.read() as connection:
        head: int = (await connection.execute(select(HEAD.c.seq))).scalar_one()
        found = [LogEntry(**row) for row in (await connection.execute(query)).mappings()]
    return found, found[-1].seq if len(found) == MAX_EARLY_ENTRIES else max(after, head)


async def read_live_texts(database: Database, views: Sequence[tuple[UUID, str, int]]) -> dict[UUID, str]:
    """The beginnings of the texts of these `(document, language, position)`, as far as they are public now."""
    documents, langs, positions = zip(*views, strict=True)
    wanted = (
        func.unnest(
            bindparam("documents", documents, ARRAY(Uuid)),
            bindparam("langs", langs, ARRAY(Text)),
            bindparam("positions", positions, ARRAY(BigInteger)),
        )
        .table_valued("document_id", "lang", "seq", name="wanted")
        .render_derived()
    )
    same = (
        (VIEW.c.document_id == wanted.c.document_id)
        & (VIEW.c.lang == wanted.c.lang)
        & (VIEW.c.seq_from == wanted.c.seq)
    )
    query = select(VIEW.c.document_id, func.left(VIEW.c.body, HIGHLIGHT_CHARACTERS)).join(wanted, same).where(*_LIVE)
    async with database.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(query)}


async def read_live_views(database: Database, keys: Sequence[ViewKey]) -> Sequence[Row]:
    """The open live views among these keys."""
    wanted = (
        func.unnest(
            bindparam("documents", [key.document_id for key in keys], ARRAY(Uuid)),
            bindparam("langs", [key.lang for key in keys], ARRAY(Text)),
        )
        .table_valued("document_id", "lang", name="wanted")
        .render_derived()
    )
    query = select(*_COLUMNS).join(
        wanted, (VIEW.c.document_id == wanted.c.document_id) & (VIEW.c.lang == wanted.c.lang)
    )
    async with database.read() as connection:
        return [dict(row) for row in (await connection.execute(query.where(*_LIVE))).mappings()]


async def iterate_live_views(database: Database, batch: int) -> AsyncIterator[Sequence[Row]]:
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
