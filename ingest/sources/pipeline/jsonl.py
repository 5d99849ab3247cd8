"""Import the records of a JSONL file, from a URL or this machine: chunk by chunk, with the position of each."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from hub.temporary_folders import open_temporary_folder
from hub.text_files import InputFile, file_digest
from ingest.dedup import lock_kind
from ingest.imports.lines import excerpt, raw_lines
from ingest.record_chunks import take_chunk
from ingest.records import RawRecord, RejectionCode
from ingest.sources.discovery.base import ListPage
from ingest.sources.http.fetcher import FetchError
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.process_item import FATAL, ItemProcessor
from ingest.sources.pipeline.record_reader import ReadRecord
from ingest.sources.pipeline.vanished_items import set_vanished
from ingest.sources.rows import RunRow
from ingest.throttle import Throttle

CHUNK_SIZE = 20
"""Records of one transaction: other imports and publishes wait for no more."""

PositionCallback = Callable[[str | None], Awaitable[None]]


class JsonlImport:
    """The import of one file by one run."""

    def __init__(self, processor: ItemProcessor, throttle: Throttle, run: RunRow):
        self.processor = processor
        self.database = processor.database
        self.source = processor.source
        self.access = processor.access
        self.throttle = throttle
        self.run = run
        self.interruptions = processor.interruptions
        self.attempts = run.attempts
        """Attempts so far at the record after the position."""
        self.reading_to = run.reading_to
        """Last line of an attempt that may have ended its process: up to it, records are read one by one."""

    async def execute(self, until: float, on_position: PositionCallback) -> bool:
        """Import the records after the run's position; False when the time (`until`) is over before the file is.

        Raises `FetchError` when the file cannot be downloaded or ends in the middle.
        """
        async with self._open_file() as (path, listed):
            if path is None:
                await self._finish_discovery(is_complete=False)
                return True
            position = await self._start_position(path)
            if position is None:
                await self._finish_discovery(is_complete=False)
                return True
            with InputFile(path) as file:
                at = position
                records = (raw for raw in raw_lines(file) if raw.line > position)
                while chunk := take_chunk(records, 1 if at < self.reading_to else CHUNK_SIZE, lambda raw: raw.size):
                    if time.monotonic() >= until:
                        return False
                    await self.throttle.wait()
                    await self._attempt_chunk(chunk)
                    at = chunk[-1].line
                    await on_position(f"{path.name}, line {at}")
        await self._finish_discovery(is_complete=True, listed=listed)
        return True

    @asynccontextmanager
    async def _open_file(self) -> AsyncIterator[tuple[Path | None, ListPage | None]]:
        """Open the file on this machine; None when the server answers that it did not change."""
        config = self.access.config
        if config.path is not None:
            path = self.access.reach.resolve_path(Path(config.path))
            if not path.is_file():
                raise FetchError("no_file", f"There is no file {config.path}.", transient=True)
            yield path, None
            return
        async with self.database.read() as connection:
            etag, last_modified = (await items.load_validators(connection, self.source.code)).get(
                self.access.url, (None, None)
            )
        file = await self.access.fetcher.fetch(self.access.url, etag=etag, last_modified=last_modified)
        with open_temporary_folder("records") as folder:
            if file.body is None:
                yield None, None
                return
            path = folder / "records.jsonl"
            await asyncio.to_thread(path.write_bytes, file.body)
            yield path, ListPage(self.access.url, (), file.etag, file.last_modified)

    async def _start_position(self, path: Path) -> int | None:
        """The line after which to resume; None when exactly this file was read to its end before."""
        sha = await asyncio.to_thread(file_digest, path)
        if self.run.file_sha256 == sha:
            return self.run.position
        async with self.database.write() as session:
            await runs.add_counts(session, self.run.id, {}, file_sha256=sha, position=0)
            await runs.set_attempts(session, self.run.id, 0, 0)
        self.attempts = self.reading_to = 0
        async with self.database.read() as connection:
            return None if await runs.last_file_digest(connection, self.source.code) == sha else 0

    async def _attempt_chunk(self, chunk: Sequence[RawRecord]) -> None:
        """Process a chunk; the attempt is counted and committed before anything of the chunk is read.

        After a chunk that ended the process, its records are read one by one. A record that has ended it
        `items.MAX_ATTEMPTS` times is quarantined unread.
        """
        before, reading_to = self.attempts, self.reading_to

        async def take_back(session: AsyncSession) -> None:
            await runs.set_attempts(session, self.run.id, before, reading_to)

        key = ("run", self.run.id)
        async with self.interruptions.attempt(key, take_back):
            if not self.interruptions.is_counted(key):
                self.reading_to = max(reading_to, chunk[-1].line)
                async with self.database.write() as session:
                    await runs.set_attempts(session, self.run.id, before + 1, self.reading_to)
            await self._process_chunk(chunk, is_fatal=before >= items.MAX_ATTEMPTS)
        self.attempts = 0

    async def _process_chunk(self, chunk: Sequence[RawRecord], *, is_fatal: bool) -> None:
        records = [raw for raw in chunk if raw.failure is None or raw.failure.code != RejectionCode.broken_file]
        if is_fatal:
            records = [replace(raw, value=_beginning(raw), failure=FATAL) for raw in records]
        if records:
            read = await self._read(records)
            async with self.database.write() as session:
                await lock_kind(session, self.source.kind, self.source.lang)
                for record in read:
                    await self.processor.record_processor.deliver(session, record)
                counts = {"found": len(records)}
                await runs.add_counts(session, self.run.id, counts, position=records[-1].line, attempts=0)
        if len(records) < len(chunk) and (failure := chunk[-1].failure) is not None:
            raise FetchError(failure.code, failure.detail, transient=True)

    async def _read(self, records: Sequence[RawRecord]) -> list[ReadRecord]:
        """Read records in the sandbox, in their order; those that are no whole lines need no reading."""
        whole = iter(await self.processor.record_reader.read([raw.value for raw in records if raw.failure is None]))
        return [next(whole) if raw.failure is None else ReadRecord.unread(raw.value, raw.failure) for raw in records]

    async def _finish_discovery(self, *, is_complete: bool, listed: ListPage | None = None) -> None:
        async with self.database.write() as session:
            vanished = await set_vanished(session, self.source.code, self.run.id) if is_complete else 0
            if listed is not None:
                await items.save_list_page(session, self.source.code, self.run.id, listed, recheck_hours=None)
            await runs.add_counts(session, self.run.id, {"vanished": vanished}, found=True)


def _beginning(raw: RawRecord) -> str:
    return excerpt(raw.value) if isinstance(raw.value, bytes) else str(raw.value)
