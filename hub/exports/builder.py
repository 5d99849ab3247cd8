"""Writing of the export files: one pass over the log up to a position, in pages, so that memory use is constant.

Everything that was public at a position can be read later, because views are rows valid for a range of positions. So no
long transaction is needed: changes made in the meantime are after the position, and items erased in the meantime are
left out.
"""

import gzip
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from hub.changes.position import Position
from hub.changes.reader import COPYABLE_STATES, ENTRY, ENTRY_VIEW, read_log_head
from hub.content.stored_views import is_whole, parse_view
from hub.content.visibility import LISTED_STATES
from hub.db import Database
from hub.domain.kinds import KINDS
from hub.exports.csv_rows import BOM, cell, columns, line
from hub.registry import queries as registry
from hub.registry.views import AgencyView, PlaceView, SpokespersonView, TopicView

SNAPSHOT = "snapshot.ndjson.gz"
GZIP, CSV = "application/gzip", "text/csv"

PAGE_SIZE = 500
"""Log entries per page."""

REGISTRIES: dict[str, tuple[Any, type[BaseModel]]] = {
    "agencies": (registry.list_agencies, AgencyView),
    "topics": (registry.list_topics, TopicView),
    "places": (registry.list_places, PlaceView),
    "spokespersons": (registry.list_spokespersons, SpokespersonView),
}
FILE_NAMES = (SNAPSHOT, *(f"{kind.plural}.csv" for kind in KINDS.values()), *(f"{name}.csv" for name in REGISTRIES))
"""Names of all export files."""


@dataclass
class ExportOutput:
    """A written file."""

    name: str
    media_type: str
    path: Path
    rows: int = 0
    sha256: str = ""
    size: int = 0

    def measure(self) -> None:
        """Compute size and SHA-256 of the file."""
        digest, size = sha256(), 0
        with self.path.open("rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
                size += len(part)
        self.sha256, self.size = digest.hexdigest(), size


@dataclass
class Export:
    """All files of an export, and its position in the log."""

    epoch: UUID
    seq: int
    hash: str
    files: list[ExportOutput] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A published view that belongs into the snapshot."""

    document_id: UUID
    seq_from: int
    kind: str
    state: str
    sha256: str
    card: bytes
    full: bytes


class _CsvTable:
    """A CSV file that is being written."""

    def __init__(self, folder: Path, name: str, model: type[BaseModel], base: str):
        self.output = ExportOutput(f"{name}.csv", CSV, folder / f"{name}.csv")
        self.columns = columns(model)
        self.base = base
        self.file: IO[str] = self.output.path.open("w", encoding="utf-8", newline="")
        self.file.write(BOM + line([name if name != "path" else "url" for name in self.columns]))

    def add(self, item: Any) -> None:
        cells = [cell(item, path) for path in self.columns.values()]
        if "path" in self.columns:
            cells[list(self.columns).index("path")] = f"{self.base}{item['path']}"
        self.file.write(line(cells))
        self.output.rows += 1


async def write_export(database: Database, folder: Path, *, public_url: str | None = None) -> Export:
    """Write all export files into a folder."""
    async with database.read() as connection:
        epoch, seq, hash_ = await read_log_head(connection)
    dump = Export(epoch, seq, hash_)
    snapshot = ExportOutput(SNAPSHOT, GZIP, folder / SNAPSHOT)
    base = (public_url or "").rstrip("/")
    tables = {kind.name: _CsvTable(folder, kind.plural, kind.card, base) for kind in KINDS.values()}
    # Without a name or a time inside, the same content gives the same bytes.
    with snapshot.path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        head = {"epoch": str(epoch), "seq": seq, "hash": hash_, "next": str(Position.from_hash(epoch, seq, hash_))}
        packed.write(orjson.dumps({"snapshot": head}) + b"\n")
        async for page in _read_pages(database, seq):
            await run_in_threadpool(_write_page, page, snapshot, packed, tables)
    listed = [*tables.values()]
    for name, (read, model) in REGISTRIES.items():
        table = _CsvTable(folder, name, model, base)
        cursor = None
        while True:
            async with database.read() as connection:
                found = await read(connection, limit=100, cursor=cursor)
            for item in found.items:
                table.add(item.model_dump(mode="json"))
            if (cursor := found.next) is None:
                break
        listed.append(table)
    for table in listed:
        table.file.close()
    dump.files = [snapshot, *(table.output for table in listed)]
    for written in dump.files:
        await run_in_threadpool(written.measure)
    return dump


def _write_page(
    page: Sequence[SnapshotRow], snapshot: ExportOutput, packed: gzip.GzipFile, tables: Mapping[Any, _CsvTable]
) -> None:
    for row in page:
        if not is_whole(row.full, row.document_id, "exports", full=True):
            continue
        members = {"seq": row.seq_from, "sha256": row.sha256}
        packed.write(orjson.dumps(members)[:-1] + b',"item":' + row.full + b"}\n")
        snapshot.rows += 1
        if row.state in LISTED_STATES and (card := parse_view(row.card, row.document_id, "exports")) is not None:
            tables[row.kind].add(card)


async def _read_pages(database: Database, until: int) -> AsyncIterator[Sequence[SnapshotRow]]:
    """Yield pages of the views that are public at a position, in the order of publication."""
    for after in range(0, until, PAGE_SIZE):
        query = (
            select(
                *(ENTRY_VIEW.c[name] for name in ("document_id", "seq_from", "kind", "state", "sha256", "card", "full"))
            )
            .join_from(
                ENTRY,
                ENTRY_VIEW,
                (ENTRY_VIEW.c.document_id == ENTRY.c.document_id)
                & (ENTRY_VIEW.c.lang == ENTRY.c.lang)
                & (ENTRY_VIEW.c.seq_from == ENTRY.c.seq),
            )
            .where(ENTRY.c.seq > after, ENTRY.c.seq <= min(after + PAGE_SIZE, until))
            .where(ENTRY_VIEW.c.seq_to.is_(None) | (ENTRY_VIEW.c.seq_to > until))
            # A document that is gone since has no text; the files being written will then not be served.
            .where(ENTRY_VIEW.c.state.in_(COPYABLE_STATES), ENTRY_VIEW.c.full.is_not(None))
            .order_by(ENTRY.c.seq)
        )
        async with database.read() as connection:
            rows = [SnapshotRow(*row) for row in await connection.execute(query)]
        if rows:
            yield rows
