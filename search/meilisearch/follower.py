"""The follower that keeps the Meilisearch index equal to the live views, and repairs the index without help.

While more than a batch is waiting (an import), the changes of editors are sent before their turn; the cursor still
walks every entry in order, and meets them again.
"""

import asyncio
import time
from collections.abc import Sequence

import structlog

from hub.db import Database
from hub.heartbeats.chore import Chore
from hub.log.entries import DocumentEntry, SubjectEntry
from hub.log.follow import LogFollower
from hub.log.subjects import LogSubject
from hub.registry.hierarchy import forget_registry
from hub.search.port import EngineUnavailable
from search.meilisearch.client import EngineNotFound, EngineRequestError
from search.meilisearch.locks import index_lock
from search.meilisearch.nightly_check import check_index, remove_orphans
from search.meilisearch.projector import BATCH, FOLLOWER, Projector
from search.meilisearch.reads import read_editorial_entries
from search.nightly_schedule import NightlySchedule

log = structlog.get_logger()

CHECK_SECONDS = 5.0
SMALLEST_BATCH = 25
NIGHTLY_SECONDS = 60.0
"""Seconds between two looks at the schedule of the nightly check."""
PATIENCE = 3_600.0
"""Seconds that a rebuild of the index may take."""
MAX_BATCH_SECONDS = 1.0
"""Seconds that a batch may take while others wait: the changes of editors are looked for between batches."""


class SearchFollower(LogFollower):
    """Follows the log into the index, and checks the index every few seconds and after every failure.

    All of it happens under the follower's own lock, so a rebuild and a batch never overlap.
    """

    def __init__(self, database: Database, projector: Projector, *, check_seconds: float = CHECK_SECONDS):
        super().__init__(database, FOLLOWER, self._project_batch, batch=BATCH, patience=PATIENCE)
        self.projector = projector
        self.check_seconds = check_seconds
        self._check_at = 0.0
        self._scanned_to = 0
        self._nightly = NightlySchedule()
        self._is_check_wanted = False
        self.chores = (Chore("search-check", self._check_nightly, NIGHTLY_SECONDS),)

    async def step(self) -> int:
        """Check the index when it is due, then process one batch; never while `hub reindex` swaps."""
        try:
            async with index_lock(self.database):
                if time.monotonic() >= self._check_at:
                    await self._ensure_index()
                return await super().step()
        except BaseException:
            self._check_at, self._scanned_to = 0.0, 0
            raise

    async def _check_nightly(self) -> None:
        """Compare the index with the live views once a night; a check that failed is repeated."""
        if self._is_check_wanted or self._nightly.claim_if_due():
            self._is_check_wanted = True
            await check_index(self.database, self.projector)
            await remove_orphans(self.projector)
            self._is_check_wanted = False

    def is_outage(self, problem: Exception) -> bool:
        """Return True unless the engine refused a document: then its entry is to blame."""
        if isinstance(problem, EngineUnavailable):
            return not isinstance(problem, EngineRequestError) or isinstance(problem, EngineNotFound)
        return super().is_outage(problem)

    async def skip(self, entry: DocumentEntry) -> None:
        """Move the marker of the index past an entry that was set aside, as if it were applied."""
        await self.projector.mark_applied(entry.seq, entry.hash)

    async def pass_over(self, entries: Sequence[SubjectEntry], last: DocumentEntry | SubjectEntry) -> None:
        """Write the names of a changed registry, as synonyms and into views, and the windows of consultations.

        Then move the marker past the entries.
        """
        if any(entry.subject is LogSubject.registry for entry in entries):
            forget_registry(self.database)
            await self.projector.apply_synonyms(await self.projector.index())
            await self.projector.refresh_names(entries)
        await self.projector.refresh_windows(entries)
        await self.projector.mark_applied(last.seq, last.hash)

    async def rework(self, entry: DocumentEntry) -> None:
        """Bring the view of an entry to its present state; the marker stays where later entries moved it."""
        await self.projector.apply(await self.projector.index(), [entry], out_of_order=True)

    async def _project_batch(self, entries: Sequence[DocumentEntry]) -> None:
        """Process a batch. If more is waiting, first send later changes of editors, and keep batches short."""
        more_waiting = len(entries) == self.batch
        if more_waiting:
            await self._project_editors_first(max(self._scanned_to, entries[-1].seq))
        began = time.monotonic()
        await self.projector.project(entries)
        took = time.monotonic() - began
        if more_waiting and took > MAX_BATCH_SECONDS:
            self.batch = max(SMALLEST_BATCH, self.batch // 2)
        elif took < MAX_BATCH_SECONDS / 4:
            self.batch = min(BATCH, self.batch * 2)

    async def _project_editors_first(self, after: int) -> None:
        early, self._scanned_to = await read_editorial_entries(self.database, after)
        if early:
            await self.projector.apply(await self.projector.index(), early, out_of_order=True)
            log.info("search_editors_first", entries=len(early), waiting=self._scanned_to - after)

    async def _ensure_index(self) -> None:
        position = await self.position()
        right = await self.projector.ensure_index(position)
        if right != position:
            await self.confirm(right)
        self._check_at = time.monotonic() + self.check_seconds

    async def run(self, stop: asyncio.Event) -> None:
        try:
            await super().run(stop)
        finally:
            self.projector.client.close()
