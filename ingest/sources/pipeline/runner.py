"""Run one source, from its list to its report.

The remaining work is in the tables, so a run that is killed at any point is resumed by the next process, and at most
work without a trace is repeated.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import select

from hub.content.stored_rows import parse_stored
from hub.db import Database
from hub.errors import HubError, NotFound, ViewBroken
from hub.faults import describe_fault, is_outage
from hub.files.store import FileStore
from hub.problem_texts.templates import fill
from hub.registry.known_names import RegistryNames
from hub.settings import Settings
from ingest.records import ImportContext
from ingest.sources.discovery import bucket, feed, folder, listing, sitemap
from ingest.sources.discovery.base import Discoverer, SourceAccess
from ingest.sources.http.fetcher import Fetcher, FetchError
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.interruptions import Interruptions
from ingest.sources.pipeline.jsonl import JsonlImport
from ingest.sources.pipeline.press import add_list_page
from ingest.sources.pipeline.process_item import ItemProcessor
from ingest.sources.pipeline.vanished_items import is_complete_list, set_vanished
from ingest.sources.reach import OPERATOR, SourceReach
from ingest.sources.rows import SOURCE, RunRow, SourceRow
from ingest.sources.schemas import PRESS, Mapping, SourceConfig, SourceType
from ingest.throttle import Throttle

log = structlog.get_logger()

DISCOVERERS: dict[str, Discoverer] = {
    SourceType.feed: feed.discover,
    SourceType.sitemap: sitemap.discover,
    SourceType.list: listing.discover,
    SourceType.folder: folder.discover,
    SourceType.bucket: bucket.discover,
}
FILE_TYPES = (SourceType.folder, SourceType.bucket)
"""Types whose lists reliably show changes."""

TURN_SECONDS = 300.0
"""Seconds after which a long run makes way for other sources."""


@dataclass(frozen=True)
class RunProgress:
    """Progress of a run: its counts, the number of items that are due, and the current one."""

    counts: dict[str, int]
    waiting: int
    at: str | None


ProgressCallback = Callable[[RunProgress], None]


def no_progress(_: RunProgress) -> None:
    """Progress callback that does nothing."""


class Runner:
    """Runs the sources of this process. The caller holds the source's lease."""

    def __init__(self, database: Database, fetcher: Fetcher, store: FileStore, settings: Settings):
        self.database = database
        self.fetcher = fetcher
        self.store = store
        self.settings = settings
        self.interruptions = Interruptions(database)

    async def run(
        self,
        code: str,
        *,
        discover: bool,
        on_progress: ProgressCallback = no_progress,
        turn_seconds: float = TURN_SECONDS,
    ) -> int:
        """Process the due items of a source and return the number of the run; with `discover`, read its list first.

        A run that is not over after `turn_seconds` stays open. An unforeseen exception ends the run, is told in it, and
        lets the source rest; an outage is raised, and the run stays open.
        """
        source = await self._load_source(code)
        async with self.database.write() as session:
            run = await runs.open_run(session, code, discover=discover)
        try:
            names = await RegistryNames.load(self.database)
            execution = _RunExecution(self, source, run, names, on_progress, time.monotonic() + turn_seconds)
            is_over = await execution.execute()
        except FetchError as problem:
            await self._record_failure(source, run.id, problem)
        except ViewBroken as problem:
            # Its items cannot be processed either, so the whole source rests.
            await self._fail_unforeseen(code, run.id, problem)
        except HubError as problem:
            await self._record_failure(source, run.id, FetchError(problem.code, problem.detail, transient=True))
        except Exception as problem:
            if is_outage(problem):
                raise
            await self._fail_unforeseen(code, run.id, problem)
        else:
            if is_over:
                async with self.database.write() as session:
                    await runs.finish(session, source, run)
        return run.id

    async def _load_source(self, code: str) -> SourceRow:
        async with self.database.read() as connection:
            result = await connection.execute(select(SOURCE).where(SOURCE.c.code == code))
        found = result.mappings().one_or_none()
        if found is None:
            raise NotFound(fill("There is no source `{code}`.", code=code), field="code")
        return SourceRow(**found)

    async def _fail_unforeseen(self, code: str, run: int, problem: Exception) -> None:
        log.warning("source_run_failed", source=code, run=run, problem=describe_fault(problem), exc_info=problem)
        async with self.database.write() as session:
            await runs.fail_unforeseen(session, code, describe_fault(problem), run)

    async def _record_failure(self, source: SourceRow, run: int, problem: FetchError) -> None:
        async with self.database.write() as session:
            if problem.code == "host_rests":
                await runs.postpone(session, source.code, problem.delay)
                return
            error = f"{problem.code}: {problem.detail}"
            await runs.fail(session, source, run, error, transient=problem.transient, delay=problem.delay)


class _RunExecution:
    def __init__(
        self,
        runner: Runner,
        source: SourceRow,
        run: RunRow,
        names: RegistryNames,
        on_progress: ProgressCallback,
        until: float,
    ):
        self.database = runner.database
        self.source = source
        self.run = run
        self.on_progress = on_progress
        self.until = until
        self.access = SourceAccess(
            parse_stored(SourceConfig, source.config, f"source {source.code}", "config"),
            parse_stored(Mapping, source.mapping, f"source {source.code}", "mapping"),
            runner.settings,
            runner.fetcher,
            SourceReach(runner.settings, source.agency, by_operator=source.made_by == OPERATOR),
        )
        self.throttle = Throttle(runner.database)
        context = ImportContext(source.code, source.agency, runner.settings.languages, names)
        self.processor = ItemProcessor(
            runner.database, runner.store, self.access, source, run.id, context, runner.interruptions
        )

    async def execute(self) -> bool:
        """Discover items, then process those that are due. Returns False when the time is over before they are done."""
        if self.source.type == SourceType.jsonl and not self.run.found:
            if not await JsonlImport(self.processor, self.throttle, self.run).execute(
                self.until, self._report_progress
            ):
                return False
        elif not self.run.found and self.source.type in DISCOVERERS:
            await self._discover()
        while time.monotonic() < self.until:
            async with self.database.read() as connection:
                item = await items.next_due_item(connection, self.source.code)
            if item is None:
                return True
            await self._report_progress(item.url or item.external_id)
            await self.throttle.wait()
            await self.processor.process(item)
        return False

    async def _discover(self) -> None:
        """Save the items of the source's list, page by page, and mark vanished ones."""
        async with self.database.read() as connection:
            self.access.validators.update(await items.load_validators(connection, self.source.code))
        code, run, config = self.source.code, self.run.id, self.access.config
        recheck = None if self.source.type in FILE_TYPES else config.recheck_hours
        left, is_cut = config.items, False
        async for listed in DISCOVERERS[self.source.type](self.access):
            is_cut = is_cut or len(listed.items) > left
            page = replace(listed, items=listed.items[:left])
            async with self.database.write() as session:
                if self.source.kind == PRESS:
                    found, new = await add_list_page(session, self.source, page)
                else:
                    found, new = await items.save_list_page(session, code, run, page, recheck_hours=recheck)
                await runs.add_counts(session, run, {"found": found, "new": new, "bad_links": listed.bad_links})
            left -= len(page.items)
            await self._report_progress(listed.url)
            if left <= 0:
                break
        async with self.database.write() as session:
            vanished = 0
            if is_complete_list(self.source.type, is_cut=is_cut or left <= 0):
                vanished = await set_vanished(session, code, run)
            await runs.add_counts(session, run, {"vanished": vanished}, found=True)

    async def _report_progress(self, at: str | None) -> None:
        if self.on_progress is no_progress:
            return
        async with self.database.read() as connection:
            counts = await runs.counts_of(connection, self.run.id)
            waiting = await items.count_due(connection, self.source.code)
        self.on_progress(RunProgress(counts, waiting, at))
