"""The snapshot of some kinds or languages, or of cards only: written while it is sent, from the log as it is then.

The files of every night hold everything. A selection is read page by page, each on a connection of its own for a
moment, so a slow client holds nothing. What is erased in the meantime is left out, and a client that loses the
connection sees that the compressed stream has no end.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import orjson
from pydantic import Field

from hub.changes.filters import MAX_VALUES
from hub.changes.position import Position
from hub.changes.reader import ENTRY_VIEW
from hub.content.stored_views import is_whole
from hub.db import Database
from hub.domain.kinds import KindName
from hub.domain.scalars import Code
from hub.exports.builder import SEGMENT_SIZE, select_public
from hub.web.parameters import NoParams

_GZIP = zlib.MAX_WBITS | 16


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
    database: Database, params: SnapshotParams, epoch: UUID, seq: int, head_hash: str
) -> AsyncIterator[bytes]:
    """Yield the compressed lines of the items that were public at this position of the log."""
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    position = str(Position.from_hash(epoch, seq, head_hash))
    head = {"epoch": str(epoch), "seq": seq, "hash": head_hash, "next": position}
    asked = {name: value for name, value in params.model_dump(mode="json").items() if value}
    yield packer.compress(orjson.dumps({"snapshot": head | asked}) + b"\n")
    for after in range(0, seq, SEGMENT_SIZE):
        lines = await _read_lines(database, params, after, seq)
        if packed := await asyncio.to_thread(packer.compress, b"".join(lines)):
            yield packed
    yield packer.flush()


async def _read_lines(database: Database, params: SnapshotParams, after: int, until: int) -> Sequence[bytes]:
    form = "card" if params.cards else "full"
    query = select_public(("document_id", "seq_from", "sha256", form), after, until)
    if params.kind:
        query = query.where(ENTRY_VIEW.c.kind.in_(params.kind))
    if params.lang:
        query = query.where(ENTRY_VIEW.c.lang.in_(params.lang))
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [
        orjson.dumps({"seq": seq, "sha256": sha256})[:-1] + b',"item":' + item + b"}\n"
        for document_id, seq, sha256, item in rows
        if is_whole(item, document_id, "exports", full=not params.cards)
    ]
