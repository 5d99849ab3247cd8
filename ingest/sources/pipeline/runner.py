"""One run of one source, from its list to its report. What is still to be done stands in the tables, so a run that is
killed anywhere is gone on with by whoever comes next, and repeats at most what left no trace.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from hub.db import Database
from hub.errors import HubError, NotFound
from hub.files.store import FileStore
from hub.settings import Settings
from ingest.imports.agencies import AgencyNames
from ingest.records import Context
from ingest.sources.discovery import bucket, feed, folder, listing, sitemap
from ingest.sources.discovery.base import Finder, Listed, Place
from ingest.sources.http.fetcher import Fetcher, NotFetched
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.jsonl import Jsonl
from ingest.sources.pipeline.press import take_listed
from ingest.sources.pipeline.process_item import Settler
from ingest.sources.schemas import PRESS, Mapping, SourceConfig, SourceType
from ingest.throttle import Pressure

FINDERS: dict[str, Finder] = {
    SourceType.feed: feed.find,
    SourceType.sitemap: sitemap.find,
    SourceType.list: listing.find,
    SourceType.folder: folder.find,
    SourceType.bucket: bucket.find,
}
WHOLE = (SourceType.sitemap, SourceType.folder, SourceType.bucket)
"""Types whose list names everything that is there; feeds and list pages show the newest only."""
FILES = (SourceType.folder, SourceType.bucket)
"""Types whose lists tell for sure when something changed."""

TURN = 300.0
"""Seconds after which a long run lets other sources have a turn."""


@dataclass(frozen=True)
class Progress:
    """How far a run has come: its counts, what is due still, and what it is at."""

    counts: dict[str, int]
    waiting: int
    at: str | None


Watch = Callable[[Progress], None]


def unwatched(_: Progress) -> None:
    """Nobody looks."""


class Runner:
    """Runs sources of this process. Who calls it holds the source's lock."""

    def __init__(self, database: Database, fetcher: Fetcher, store: FileStore, settings: Settings):
        self.database = database
        self.fetcher = fetcher
        self.store = store
        self.settings = settings

    async def run(self, code: str, *, anew: bool, watch: Watch = unwatched, turn: float = TURN) -> int:
        """Do what is due at a source and give the number of its run; with `anew` its list is read, too.

        A run that is not over after `turn` seconds stays open.
        """
        source = await self._source(code)
        async with self.database.write() as session:
            run = await runs.open_run(session, code, anew=anew)
        names = await AgencyNames.load(self.database)
        at_work = _Run(self, source, run, names, watch, time.monotonic() + turn)
        try:
            over = await at_work.work()
        except NotFetched as problem:
            await self._failed(source, run.id, problem)
        except HubError as problem:
            await self._failed(source, run.id, NotFetched(problem.code, problem.detail, passing=True))
        else:
            if over:
                async with self.database.write() as session:
                    await runs.finish(session, source, run)
        return int(run.id)

    async def _source(self, code: str) -> Row[Any]:
        async with self.database.read() as connection:
            found = (await connection.execute(select(runs.SOURCE).where(runs.SOURCE.c.code == code))).one_or_none()
        if found is None:
            raise NotFound(f"There is no source `{code}`.", field="code")
        return found

    async def _failed(self, source: Row[Any], run: int, problem: NotFetched) -> None:
        async with self.database.write() as session:
            if problem.code == "host_rests":
                await runs.put_off(session, source.code, problem.after)
                return
            told = f"{problem.code}: {problem.detail}"
            await runs.fail(session, source, run, told, passing=problem.passing, after=problem.after)


class _Run:
    def __init__(self, runner: Runner, source: Row[Any], run: Row[Any], names: AgencyNames, watch: Watch, until: float):
        self.database = runner.database
        self.source = source
        self.run = run
        self.watch = watch
        self.until = until
        self.place = Place(
            SourceConfig.model_validate(source.config),
            Mapping.model_validate(source.mapping),
            runner.settings,
            runner.fetcher,
        )
        self.pressure = Pressure(runner.database)
        context = Context(source.code, source.agency, runner.settings.languages, names.code)
        self.settler = Settler(runner.database, runner.store, self.place, source, run.id, context)

    async def work(self) -> bool:
        """Find, then take in what is due; whether everything that can be done now is done."""
        if self.source.type == SourceType.jsonl and not self.run.found:
            if not await Jsonl(self.settler, self.pressure, self.run).work(self.until, self._told):
                return False
        elif not self.run.found and self.source.type in FINDERS:
            await self._find()
        while time.monotonic() < self.until:
            async with self.database.read() as connection:
                item = await items.next_due(connection, self.source.code)
            if item is None:
                return True
            await self._told(item.url or item.external_id)
            await self.pressure.ease()
            await self.settler.work(item)
        return False

    async def _find(self) -> None:
        """Write down what the source lists, page by page, and what it lists no more."""
        async with self.database.read() as connection:
            self.place.stamps.update(await items.stamps(connection, self.source.code))
        code, run, config = self.source.code, self.run.id, self.place.config
        recheck = None if self.source.type in FILES else config.recheck_hours
        left, cut = config.items, False
        async for listed in FINDERS[self.source.type](self.place):
            cut = cut or len(listed.found) > left
            taken = Listed(listed.page, listed.found[:left], listed.etag, listed.last_modified, listed.same)
            async with self.database.write() as session:
                if self.source.kind == PRESS:
                    found, new = await take_listed(session, self.source, taken)
                else:
                    found, new = await items.write_down(session, code, run, taken, recheck_hours=recheck)
                await runs.count(session, run, {"found": found, "new": new})
            left -= len(taken.found)
            await self._told(listed.page)
            if left <= 0:
                break
        async with self.database.write() as session:
            gone = 0
            if self.source.type in WHOLE and not cut and left > 0:
                gone = await items.not_seen(session, code, run)
            await runs.count(session, run, {"vanished": gone}, found=True)

    async def _told(self, at: str | None) -> None:
        if self.watch is unwatched:
            return
        async with self.database.read() as connection:
            counts = await runs.counts_of(connection, self.run.id)
            waiting = await items.waiting(connection, self.source.code)
        self.watch(Progress(counts, waiting, at))
