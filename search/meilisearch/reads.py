"""Reads of the Meilisearch engine from the database: log entries and open live views, one statement each."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Text, Uuid, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from hub.content.models import PublishedView
from hub.db import Database, table
from hub.log.entries import DocumentEntry, parse_entry
from hub.log.models import LogEntry, LogHead
from hub.log.subjects import LogSubject
from hub.registry.entries import RegistryList
from search.meilisearch.documents import LiveView
from search.text.highlight import HIGHLIGHT_CHARACTERS

VIEW, HEAD, ENTRY = table(PublishedView), table(LogHead), table(LogEntry)

_COLUMNS = [VIEW.c[field.name] for field in fields(LiveView)]
_LIVE = (VIEW.c.seq_to.is_(None), VIEW.c.state == literal_column("'live'"))


class ViewKey(NamedTuple):
    """One document in one language."""

    document_id: UUID
    lang: str


MAX_EDITORIAL_ENTRIES = 5
"""Entries published in one transaction up to which they count as an editor's; more are an import or the registry's."""

MAX_EARLY_ENTRIES = 50
"""Entries that are taken before their turn at once."""


async def read_editorial_entries(database: Database, after: int) -> tuple[list[DocumentEntry], int]:
    """Read the entries after a position that were published alone or with few others, as editors do.

    Also returns the position up to which there are no more of them. All entries of one transaction have the same time.
    """
    later = (ENTRY.c.seq > after) & (ENTRY.c.subject == LogSubject.document)
    together = select(ENTRY.c.at).where(later).group_by(ENTRY.c.at).having(func.count() <= MAX_EDITORIAL_ENTRIES)
    query = select(ENTRY).where(later, ENTRY.c.at.in_(together)).order_by(ENTRY.c.seq).limit(MAX_EARLY_ENTRIES)
    async with database.read() as connection:
        head: int = (await connection.execute(select(HEAD.c.seq))).scalar_one()
        rows = [parse_entry(dict(row)) for row in (await connection.execute(query)).mappings()]
    found = [entry for entry in rows if isinstance(entry, DocumentEntry)]
    return found, found[-1].seq if len(found) == MAX_EARLY_ENTRIES else max(after, head)


async def read_live_texts(database: Database, views: Sequence[tuple[UUID, str, int]]) -> dict[UUID, str]:
    """Read the beginnings of the texts of these `(document, language, position)`, of those that are public now."""
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


async def read_live_views(database: Database, keys: Sequence[ViewKey]) -> Sequence[LiveView]:
    """Read the open live views among these keys."""
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
        return [LiveView(*row) for row in await connection.execute(query.where(*_LIVE))]


async def read_views_of_documents(database: Database, documents: Sequence[UUID]) -> Sequence[LiveView]:
    """Read the open live views of documents, in every language."""
    query = select(*_COLUMNS).where(VIEW.c.document_id.in_(documents), *_LIVE)
    async with database.read() as connection:
        return [LiveView(*row) for row in await connection.execute(query)]


async def iterate_views_of_codes(
    database: Database, codes: Mapping[RegistryList, frozenset[str]], batch: int
) -> AsyncIterator[Sequence[LiveView]]:
    """Read the open live views that have one of these codes of the registry, in batches."""
    conditions: list[ColumnElement[bool]] = []
    if agencies := sorted(codes.get(RegistryList.agencies, ())):
        conditions += [VIEW.c.agency.in_(agencies), VIEW.c.issuers.overlap(agencies)]
    if topics := sorted(codes.get(RegistryList.topics, ())):
        conditions.append(VIEW.c.topics.overlap(topics))
    if places := sorted(codes.get(RegistryList.places, ())):
        conditions.append(VIEW.c.places.overlap(places))
    if conditions:
        async for rows in iterate_live_views(database, batch, or_(*conditions)):
            yield rows


async def iterate_live_views(
    database: Database, batch: int, *conditions: ColumnElement[bool]
) -> AsyncIterator[Sequence[LiveView]]:
    """Read the open live views in batches. Views published meanwhile may be missing: the log has their entries."""
    after, live = 0, (*_LIVE, *conditions)
    while True:
        query = select(VIEW.c.id, *_COLUMNS).where(*live, VIEW.c.id > after).order_by(VIEW.c.id).limit(batch)
        async with database.read() as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            return
        after = rows[-1][0]
        yield [LiveView(*row[1:]) for row in rows]
