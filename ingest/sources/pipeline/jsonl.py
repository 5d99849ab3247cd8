"""Records of a JSONL file, from an address or from this machine: chunk by chunk, the position moving with each."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Row

from ingest.dedup import alone
from ingest.imports.lines import Source, digest, json_lines
from ingest.records import Raw, Why
from ingest.sources.discovery.base import Listed
from ingest.sources.http.fetcher import NotFetched
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.process_item import Settler
from ingest.sources.schemas import inside
from ingest.throttle import Pressure

CHUNK = 20
"""Records of one transaction: whoever else takes something in, or publishes, waits for no more."""

Told = Callable[[str | None], Awaitable[None]]


class Jsonl:
    """One run over one file."""

    def __init__(self, settler: Settler, pressure: Pressure, run: Row[Any]):
        self.settler = settler
        self.database = settler.database
        self.source = settler.source
        self.place = settler.place
        self.pressure = pressure
        self.run = run

    async def work(self, until: float, told: Told) -> bool:
        """Take in what lies behind the run's position; False when the time is over before the file is.

        Raises `NotFetched` when the file cannot be had or ends in the middle.
        """
        async with self._file() as (path, listed):
            if path is None:
                await self._found_all(whole=False)
                return True
            position = await self._begun(path)
            if position is None:
                await self._found_all(whole=False)
                return True
            with Source(path) as file:
                records = (raw for raw in json_lines(file) if raw.line > position)
                while chunk := list(islice(records, CHUNK)):
                    if time.monotonic() >= until:
                        return False
                    await self.pressure.ease()
                    await self._take(chunk)
                    await told(f"{path.name}, line {chunk[-1].line}")
        await self._found_all(whole=True, listed=listed)
        return True

    @asynccontextmanager
    async def _file(self) -> AsyncIterator[tuple[Path | None, Listed | None]]:
        """The file on this machine; None when the server says that it did not change."""
        config = self.place.config
        if config.path is not None:
            path = inside(Path(config.path), self.place.settings)
            if not path.is_file():
                raise NotFetched("no_file", f"There is no file {config.path}.", passing=True)
            yield path, None
            return
        async with self.database.read() as connection:
            etag, last_modified = (await items.stamps(connection, self.source.code)).get(self.place.url, (None, None))
        file = await self.place.fetcher.fetch(self.place.url, etag=etag, last_modified=last_modified)
        with TemporaryDirectory(prefix="hub-records-") as folder:
            if file.body is None:
                yield None, None
                return
            path = Path(folder) / "records.jsonl"
            await asyncio.to_thread(path.write_bytes, file.body)
            yield path, Listed(self.place.url, (), file.etag, file.last_modified)

    async def _begun(self, path: Path) -> int | None:
        """The line to go on behind; None when this very file was read to its end before."""
        sha = await asyncio.to_thread(digest, path)
        if self.run.file_sha256 == sha:
            return int(self.run.position)
        async with self.database.write() as session:
            await runs.count(session, self.run.id, {}, file_sha256=sha, position=0)
        async with self.database.read() as connection:
            return None if await runs.last_file(connection, self.source.code) == sha else 0

    async def _take(self, chunk: Sequence[Raw]) -> None:
        whole = [raw for raw in chunk if raw.failure is None or raw.failure.code != Why.broken_file]
        if whole:
            async with self.database.write() as session:
                await alone(session, self.source.kind, self.source.lang)
                for raw in whole:
                    await self.settler.records.deliver(session, raw.value, raw.failure)
                await runs.count(session, self.run.id, {"found": len(whole)}, position=whole[-1].line)
        if len(whole) < len(chunk) and (failure := chunk[-1].failure) is not None:
            raise NotFetched(failure.code, failure.detail, passing=True)

    async def _found_all(self, *, whole: bool, listed: Listed | None = None) -> None:
        async with self.database.write() as session:
            gone = await items.not_seen(session, self.source.code, self.run.id) if whole else 0
            if listed is not None:
                await items.write_down(session, self.source.code, self.run.id, listed, recheck_hours=None)
            await runs.count(session, self.run.id, {"vanished": gone}, found=True)
