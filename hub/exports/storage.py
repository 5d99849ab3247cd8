"""Storage of the export files: rows in Postgres, bytes in the file store; never served after an erasure in them."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.changes.filtering import is_copyable
from hub.changes.reader import ENTRY
from hub.db import Database, table
from hub.domain.lifecycle import DocumentState
from hub.errors import HubError
from hub.exports.builder import FILE_NAMES, Export, ExportOutput, write_export
from hub.faults import describe_fault
from hub.files.commands import delete_orphaned_blobs, release_blobs, reserve_blobs
from hub.files.models import ExportFile
from hub.files.store import FileStore
from hub.files.upload import PendingBlob
from hub.log.append import Event
from hub.log.epochs import EPOCH
from hub.settings import Settings
from hub.temporary_folders import open_temporary_folder
from hub.times import now

log = structlog.get_logger()

EXPORT_FILE = table(ExportFile)
SEGMENT_PREFIX, SEGMENT_TYPE = "segment-", "application/octet-stream"
"""Beginning of the names of segments, which are no exports themselves."""

_UNCOPYABLE_STATES = {state.value for state in DocumentState if not is_copyable(state)}
ERASING_EVENTS = [event for event in Event if event.value in _UNCOPYABLE_STATES]
"""Events after which a copy must not store the text: gone, redirected."""


def same_entry() -> ColumnElement[bool]:
    """Return the condition for files whose position is an entry of this log, not of a part that was lost."""
    return exists().where(ENTRY.c.seq == EXPORT_FILE.c.seq, ENTRY.c.hash == EXPORT_FILE.c.hash)


async def read_servable_files(connection: AsyncConnection) -> dict[str, ExportFile]:
    """Read the servable files by name: those of a position of this log, without text that was erased since."""
    # A file that was made before the first entry of an epoch has the hash that precedes that entry, as the head had.
    at_start = exists().where(EPOCH.c.epoch == EXPORT_FILE.c.epoch, EPOCH.c.first_seq == EXPORT_FILE.c.seq + 1)
    erased = exists().where(ENTRY.c.seq > EXPORT_FILE.c.seq, ENTRY.c.event.in_(ERASING_EVENTS))
    query = select(EXPORT_FILE).where(EXPORT_FILE.c.name.in_(FILE_NAMES), same_entry() | at_start, ~erased)
    rows = (await connection.execute(query)).mappings()
    return {row["name"]: ExportFile(**row) for row in rows}


def is_complete(found: Mapping[str, Any]) -> bool:
    """Return True if all files exist."""
    return all(name in found for name in FILE_NAMES)


async def refresh_exports(database: Database, store: FileStore, settings: Settings) -> Export:
    """Write and store all files, then delete the bytes of the previous ones. An interruption at any point is safe."""
    with open_temporary_folder("dump") as folder:
        segments = StoredSegments(database, store, folder)
        dump = await write_export(database, folder, public_url=settings.public_url, store=segments)
        files = [*dump.files, *segments.new]
        parts = [PendingBlob(file.path, file.sha256, file.size, file.media_type) for file in files]
        async with database.write() as session:
            await reserve_blobs(session, parts)
        for part in parts:
            await store.put(part.sha256, part.path)
        moment = now()
        rows = [
            {
                "name": file.name,
                "sha256": file.sha256,
                "media_type": file.media_type,
                "size": file.size,
                "rows": file.rows,
                "epoch": dump.epoch,
                "seq": dump.seq,
                "hash": dump.hash,
                "made_at": moment,
            }
            for file in files
        ]
        statement = insert(EXPORT_FILE).values(rows)
        newer = {name: statement.excluded[name] for name in rows[0] if name != "name"}
        async with database.write() as session:
            # Of two concurrent exports, the one with the later position is kept, if this log has that position.
            is_newer = (EXPORT_FILE.c.seq <= statement.excluded.seq) | ~same_entry()
            await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=newer, where=is_newer))
            # A segment of which anything changed holds text that may be erased.
            stored = EXPORT_FILE.c.name.startswith(SEGMENT_PREFIX)
            await session.execute(delete(EXPORT_FILE).where(stored, EXPORT_FILE.c.name.not_in(sorted(segments.used))))
            await release_blobs(session, parts)
    await _delete_unreferenced(database, store)
    log.info("dump_made", seq=dump.seq, files=len(dump.files), bytes=sum(file.size for file in dump.files))
    return dump


class StoredSegments:
    """Segments as files of the store, with a row each, so that they are swept like any other file."""

    def __init__(self, database: Database, store: FileStore, folder: Path):
        self.database = database
        self.store = store
        self.folder = folder
        self.used: set[str] = set()
        """Names of the segments of this export."""
        self.new: list[ExportOutput] = []

    async def load(self, key: str) -> bytes | None:
        """Load a stored segment; one whose bytes are lost is written again."""
        name = f"{SEGMENT_PREFIX}{key}"
        self.used.add(name)
        query = select(EXPORT_FILE.c.sha256, EXPORT_FILE.c.size).where(EXPORT_FILE.c.name == name)
        async with self.database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        try:
            parts = [part async for part in await self.store.read(row.sha256, 0, row.size)]
        except (HubError, OSError) as problem:
            log.warning("export_segment_lost", name=name, problem=describe_fault(problem))
            return None
        packed = b"".join(parts)
        return packed if sha256(packed).hexdigest() == row.sha256 else None

    async def save(self, key: str, packed: bytes) -> None:
        """Write a new segment beside the files of the export."""
        name = f"{SEGMENT_PREFIX}{key}"
        output = ExportOutput(name, SEGMENT_TYPE, self.folder / name)
        await asyncio.to_thread(output.path.write_bytes, packed)
        await asyncio.to_thread(output.measure)
        self.new.append(output)


async def _delete_unreferenced(database: Database, store: FileStore) -> None:
    """Delete unreferenced bytes at once, because they may contain erased text."""
    while True:
        async with database.write() as session:
            digests = await delete_orphaned_blobs(session, 20)
            for digest in digests:
                await store.delete(digest)
        if not digests:
            return


def is_due(made_at: datetime, moment: datetime, hour: timedelta) -> bool:
    """Return True if the nightly time has passed since the files were written."""
    night = moment.replace(hour=0, minute=0, second=0, microsecond=0) + hour
    last = night if night <= moment else night - timedelta(days=1)
    return made_at < last
