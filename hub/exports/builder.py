"""Writing of the export files: one pass over the log up to a position, in segments, so that memory use is constant.

Everything that was public at a position can be read later, because views are rows valid for a range of positions. So no
long transaction is needed: changes made in the meantime are after the position, and items erased in the meantime are
left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Protocol
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy import Select, func, select
from starlette.concurrency import run_in_threadpool

from hub.changes.position import Position
from hub.changes.reader import COPYABLE_STATES, ENTRY, ENTRY_VIEW, read_log_head
from hub.consultation.export_rows import ConsultationRow, list_export_rows
from hub.content.page_bytes import limit_bytes
from hub.content.stored_views import is_whole, parse_view
from hub.content.visibility import LISTED_STATES
from hub.db import Database
from hub.domain.kinds import KINDS
from hub.domain.spreadsheet_cells import BOM
from hub.exports.csv_rows import cell, columns, line
from hub.exports.segments import GzipJoiner, PackedSegment, Segment, deflate, segment_key
from hub.registry import queries as registry
from hub.registry.views import AgencyView, PlaceView, SpokespersonView, TopicView

SNAPSHOT = "snapshot.ndjson.gz"
GZIP, CSV = "application/gzip", "text/csv"

SEGMENT_SIZE = 500
"""Log entries per segment."""
PAGE_BYTES = 8 << 20
"""Bytes of the texts that are read at a time, except of a single larger item."""

REGISTRIES: dict[str, tuple[Any, type[BaseModel]]] = {
    "agencies": (registry.list_agencies, AgencyView),
    "topics": (registry.list_topics, TopicView),
    "places": (registry.list_places, PlaceView),
    "spokespersons": (registry.list_spokespersons, SpokespersonView),
}
CONSULTATIONS = "consultations"
FILE_NAMES = (
    SNAPSHOT,
    *(f"{kind.plural}.csv" for kind in KINDS.values()),
    f"{CONSULTATIONS}.csv",
    *(f"{name}.csv" for name in REGISTRIES),
)
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


class SegmentStore(Protocol):
    """Storage of packed segments by their keys."""

    async def load(self, key: str) -> bytes | None:
        """Load a segment; None if it is not stored."""
        ...

    async def save(self, key: str, packed: bytes) -> None:
        """Store a segment."""
        ...


class NoSegments:
    """Storage that keeps nothing: every segment is written."""

    async def load(self, _: str) -> bytes | None:
        """Return None."""
        return None

    async def save(self, key: str, packed: bytes) -> None:
        """Do nothing."""


class _CsvTable:
    """A CSV file that is being written."""

    def __init__(self, folder: Path, name: str, model: type[BaseModel], base: str):
        self.output = ExportOutput(f"{name}.csv", CSV, folder / f"{name}.csv")
        self.columns = columns(model)
        self.base = base
        self.file: IO[str] = self.output.path.open("w", encoding="utf-8", newline="")
        self.file.write(BOM + line([name if name != "path" else "url" for name in self.columns]))

    def add(self, item: Any) -> None:
        self.append(self.render(item), 1)

    def append(self, lines: str, rows: int) -> None:
        self.file.write(lines)
        self.output.rows += rows

    def render(self, item: Any) -> str:
        cells = [cell(item, path) for path in self.columns.values()]
        if "path" in self.columns:
            cells[list(self.columns).index("path")] = f"{self.base}{item['path']}"
        return line(cells)


async def write_export(
    database: Database, folder: Path, *, public_url: str | None = None, store: SegmentStore | None = None
) -> Export:
    """Write all export files into a folder; with a store, from the segments that are still the same."""
    store = store or NoSegments()
    async with database.read() as connection:
        epoch, seq, hash_ = await read_log_head(connection)
    dump = Export(epoch, seq, hash_)
    snapshot = ExportOutput(SNAPSHOT, GZIP, folder / SNAPSHOT)
    base = (public_url or "").rstrip("/")
    tables = {kind.name: _CsvTable(folder, kind.plural, kind.card, base) for kind in KINDS.values()}
    facts = [part for table in tables.values() for part in table.columns]
    with snapshot.path.open("wb") as raw:
        joined = GzipJoiner(raw)
        head = {"epoch": str(epoch), "seq": seq, "hash": hash_, "next": str(Position.from_hash(epoch, seq, hash_))}
        joined.add(deflate(orjson.dumps({"snapshot": head}) + b"\n"))
        for after in range(0, seq, SEGMENT_SIZE):
            rows = await _read_keys(database, after, seq)
            if not rows:
                continue
            key = segment_key(base, facts, rows)
            packed = await store.load(key)
            if packed is None:
                packed, read = await _pack_segment(database, after, seq, tables)
                # The last segment grows. A view that could not be rendered is left out, and tried again the next time.
                if after + SEGMENT_SIZE <= seq and PackedSegment.parse(packed).rows == read:
                    await store.save(key, packed)
            await run_in_threadpool(_append, PackedSegment.parse(packed), snapshot, joined, tables)
        joined.close()
    listed = [*tables.values(), await _write_consultations(database, folder, base)]
    for name, (list_entries, model) in REGISTRIES.items():
        table = _CsvTable(folder, name, model, base)
        cursor = None
        while True:
            async with database.read() as connection:
                found = await list_entries(connection, limit=100, cursor=cursor)
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


async def _write_consultations(database: Database, folder: Path, base: str) -> _CsvTable:
    """Write the list of consultations as it stands now; it may be younger than the position of the export."""
    table, cursor = _CsvTable(folder, CONSULTATIONS, ConsultationRow, base), None
    while True:
        found = await list_export_rows(database, cursor)
        for item in found.items:
            table.add(item.model_dump(mode="json"))
        if (cursor := found.next) is None:
            return table


async def _pack_segment(
    database: Database, after: int, until: int, tables: Mapping[Any, _CsvTable]
) -> tuple[bytes, int]:
    """Read and pack a segment page by page; return it with the number of rows that were read."""
    segment, read, end = Segment(), 0, min(after + SEGMENT_SIZE, until)
    while after < end:
        page, after = await _read_page(database, after, end, until)
        await run_in_threadpool(_add_page, segment, page, tables)
        read += len(page)
    return await run_in_threadpool(segment.pack), read


def _add_page(segment: Segment, page: Sequence[SnapshotRow], tables: Mapping[Any, _CsvTable]) -> None:
    for row in page:
        if not is_whole(row.full, row.document_id, "exports", full=True):
            continue
        members = {"seq": row.seq_from, "sha256": row.sha256}
        segment.add(orjson.dumps(members)[:-1] + b',"item":' + row.full + b"}\n")
        if row.state in LISTED_STATES and (card := parse_view(row.card, row.document_id, "exports")) is not None:
            segment.tables.setdefault(row.kind, []).append(tables[row.kind].render(card))


def _append(
    segment: PackedSegment, snapshot: ExportOutput, joined: GzipJoiner, tables: Mapping[Any, _CsvTable]
) -> None:
    joined.add(segment.snapshot)
    snapshot.rows += segment.rows
    for kind, (rows, lines) in segment.tables.items():
        tables[kind].append(lines.decode(), rows)


def select_public(columns: Iterable[str], after: int, until: int) -> Select[Any]:
    """Select columns of the views of a segment that are public at a position, in the order of publication."""
    return (
        select(*(ENTRY_VIEW.c[name] for name in columns))
        .join_from(
            ENTRY,
            ENTRY_VIEW,
            (ENTRY_VIEW.c.document_id == ENTRY.c.document_id)
            & (ENTRY_VIEW.c.lang == ENTRY.c.lang)
            & (ENTRY_VIEW.c.seq_from == ENTRY.c.seq),
        )
        .where(ENTRY.c.seq > after, ENTRY.c.seq <= min(after + SEGMENT_SIZE, until))
        .where(ENTRY_VIEW.c.seq_to.is_(None) | (ENTRY_VIEW.c.seq_to > until))
        # A document that is gone since has no text; the files being written will then not be served.
        .where(ENTRY_VIEW.c.state.in_(COPYABLE_STATES), ENTRY_VIEW.c.full.is_not(None))
        .order_by(ENTRY.c.seq)
    )


async def _read_keys(database: Database, after: int, until: int) -> list[tuple[object, ...]]:
    """Read what the bytes of a segment follow from, without any text."""
    query = select_public(("seq_from", "kind", "state", "sha256"), after, until)
    query = query.add_columns(func.length(ENTRY_VIEW.c.full), func.md5(ENTRY_VIEW.c.card))
    async with database.read() as connection:
        return [tuple(row) for row in await connection.execute(query)]


async def _read_page(database: Database, after: int, end: int, until: int) -> tuple[list[SnapshotRow], int]:
    """Read items up to an end, as many as fit into a page, and the position after which the next page begins."""
    query = select_public(("document_id", "seq_from", "kind", "state", "sha256", "card"), after, until)
    query = query.add_columns(ENTRY_VIEW.c.full.label("json")).where(ENTRY.c.seq <= end)
    query = query.add_columns(func.row_number().over(order_by=ENTRY.c.seq).label("row"))
    async with database.read() as connection:
        rows = (await connection.execute(limit_bytes(query, PAGE_BYTES))).all()
    after = rows[-1].seq_from if rows and rows[-1].cut else end
    return [SnapshotRow(*row[:-1]) for row in rows], after
