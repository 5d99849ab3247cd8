"""The snapshot of some kinds or languages, or of cards only: written while it is sent, from the log as it is then.

The files of every night hold everything. A selection is read in small pages, each on a connection of its own, and
checked and compressed in a thread; few pages are in memory at a time, and a client that reads slowly holds none of
them. What is erased in the meantime is left out, and a client that loses the connection sees that the compressed stream
has no end.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import UUID

import orjson
from pydantic import Field
from sqlalchemy import func

from hub.changes.filters import MAX_VALUES
from hub.changes.position import Position
from hub.changes.reader import ENTRY, ENTRY_VIEW
from hub.content.page_bytes import limit_bytes
from hub.content.stored_views import is_whole
from hub.db import Database
from hub.domain.kinds import KindName
from hub.domain.scalars import Code
from hub.exports.builder import PAGE_BYTES, SEGMENT_SIZE, select_public
from hub.web.parameters import NoParams

_GZIP = zlib.MAX_WBITS | 16

PAGE_SIZE = 25
"""Full items of a page; cards are read by whole segments."""
PAGES_AT_ONCE = 2
"""Pages that all downloads of this process together read and compress at the same time."""


class SnapshotParams(NoParams):
    """Parameters of the snapshot; without any, it is the file of the last night."""

    kind: list[KindName] = Field(
        [], max_length=MAX_VALUES, description="Only these kinds, as of now.", examples=[["policy"]]
    )
    lang: list[Code] = Field(
        [],
        max_length=MAX_VALUES,
        description="Only editions in these languages, as of now (ngôn ngữ).",
        examples=[["vi"]],
    )
    cards: bool = Field(False, description="Cards instead of full items, as of now: for lists and for search offline.")

    @property
    def is_selection(self) -> bool:
        """True if not everything is asked for."""
        return bool(self.kind or self.lang or self.cards)


async def write_selection(
    database: Database, pages: asyncio.Semaphore, params: SnapshotParams, epoch: UUID, seq: int, head_hash: str
) -> AsyncIterator[bytes]:
    """Yield the compressed lines of the items that were public at this position of the log.

    `pages` is held while a page is read and compressed, never while the client takes its bytes.
    """
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    position = str(Position.from_hash(epoch, seq, head_hash))
    head = {"epoch": str(epoch), "seq": seq, "hash": head_hash, "next": position}
    asked = {name: value for name, value in params.model_dump(mode="json").items() if value}
    yield packer.compress(orjson.dumps({"snapshot": head | asked}) + b"\n")
    after = 0
    while after < seq:
        async with pages:
            rows, after = await _read_page(database, params, after, seq)
            packed = await asyncio.to_thread(_pack_page, packer.compress, rows, full=not params.cards)
            del rows
        if packed:
            yield packed
    yield packer.flush()


async def _read_page(database: Database, params: SnapshotParams, after: int, until: int) -> tuple[Sequence[Any], int]:
    """Read the items of a page, at most of as many entries as a segment has, and the position after which it ends."""
    form, size = ("card", SEGMENT_SIZE) if params.cards else ("full", PAGE_SIZE)
    query = select_public(("document_id", "seq_from", "sha256"), after, until)
    query = query.add_columns(ENTRY_VIEW.c[form].label("json")).limit(size)
    if params.kind:
        query = query.where(ENTRY_VIEW.c.kind.in_(params.kind))
    if params.lang:
        query = query.where(ENTRY_VIEW.c.lang.in_(params.lang))
    query = query.add_columns(func.row_number().over(order_by=ENTRY.c.seq).label("row"))
    async with database.read() as connection:
        rows = (await connection.execute(limit_bytes(query, PAGE_BYTES))).all()
    has_more = len(rows) == size or (rows and rows[-1].cut)
    return rows, rows[-1].seq_from if has_more else after + SEGMENT_SIZE


def _pack_page(compress: Callable[[bytes], bytes], rows: Sequence[Any], *, full: bool) -> bytes:
    packed = [
        compress(orjson.dumps({"seq": row.seq_from, "sha256": row.sha256})[:-1] + b',"item":' + row.json + b"}\n")
        for row in rows
        if is_whole(row.json, row.document_id, "exports", full=full)
    ]
    return b"".join(packed)
