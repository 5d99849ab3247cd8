"""The follower that keeps the question index equal to the live passages, and repairs the index without help."""

import asyncio
import time
from collections.abc import Sequence

import structlog
from sqlalchemy import text

from hub.db import Database
from hub.embedded.private_files import lock
from hub.faults import is_outage
from hub.heartbeats.chore import Chore
from hub.log.entries import DocumentEntry, SubjectEntry
from hub.log.follow import LogFollower
from search.nightly_schedule import NightlySchedule
from search.question_index.folder import IndexFolder
from search.question_index.nightly_check import check_index
from search.question_index.projector import QuestionProjector
from search.question_index.store import IndexBusy, IndexDamaged

log = structlog.get_logger()

BATCH = 200
CHECK_SECONDS = 5.0
NIGHTLY_SECONDS = 60.0
"""Seconds between two looks at the schedule of the nightly check."""
PATIENCE = 3_600.0
"""Seconds that a rebuild may take."""

_FORGET = text(
    "DELETE FROM follower WHERE name LIKE 'questions-%' AND name <> :name AND moved_at < now() - interval '7 days'"
    " AND seq < (SELECT max(seq) FROM log_entry WHERE at < now() - interval '7 days')"
)
"""Deletes the cursors of hosts that are gone: not moved for a week in which there was something to follow."""


def follower_name(host: str | None) -> str:
    """Return the name of the follower of a host's index; `host` is None where there is one index only."""
    return f"questions-{host}" if host else "questions"


class QuestionFollower(LogFollower):
    """Follows the log into the question index; one commit for each batch.

    The position committed with the passages is the cursor; the row in Postgres repeats it for metrics.
    """

    def __init__(
        self,
        database: Database,
        projector: QuestionProjector,
        host: str | None = None,
        *,
        check_seconds: float = CHECK_SECONDS,
    ):
        super().__init__(database, follower_name(host), projector.apply, batch=BATCH, patience=PATIENCE)
        self.projector = projector
        self.check_seconds = check_seconds
        self._check_at = 0.0
        self._last: DocumentEntry | SubjectEntry | None = None
        self._nightly = NightlySchedule()
        self.chores = (Chore("questions-check", self._check_nightly, NIGHTLY_SECONDS),)

    async def step(self) -> int:
        """Check the index when it is due, then process one batch; never while `hub reindex` swaps."""
        folder = await self.projector.folder()
        try:
            with lock(folder.lock):
                if self._is_check_due(folder):
                    await self.projector.ensure_index()
                    self._check_at = time.monotonic() + self.check_seconds
                return await super().step()
        except BlockingIOError:
            return 0
        except BaseException:
            # What was applied and not committed is dropped, and repeated from the last commit on.
            self._check_at = 0.0
            await self.projector.close()
            raise

    def _is_check_due(self, folder: IndexFolder) -> bool:
        """Return True at intervals, and as soon as another generation is in use."""
        writer = self.projector.writer
        return writer is None or writer.path != folder.current() or time.monotonic() >= self._check_at

    async def position(self) -> int:
        """Return the position of the index, and write it to the cursor if that differs."""
        stored = await super().position()
        state = self.projector.open_writer.state
        if stored != state.applied:
            await super().confirm(state.applied)
        return state.applied

    async def confirm(self, seq: int) -> None:
        """Commit the batch with its position, then advance the cursor."""
        known = self._last is not None and self._last.seq == seq
        await self.projector.commit(seq, self._last.hash if self._last is not None and known else "")
        await super().confirm(seq)

    async def _work_on(self, entries: Sequence[DocumentEntry]) -> None:
        self._last = entries[-1]
        await super()._work_on(entries)

    async def skip(self, entry: DocumentEntry) -> None:
        self._last = entry

    async def pass_over(self, entries: Sequence[SubjectEntry], last: DocumentEntry | SubjectEntry) -> None:
        self._last = last

    async def rework(self, entry: DocumentEntry) -> None:
        """Bring the view of an entry to its present state; the position stays."""
        state = self.projector.open_writer.state
        await self.projector.apply([entry])
        await self.projector.commit(state.applied, state.hash)

    def is_outage(self, problem: Exception) -> bool:
        """Return True also if the files are to blame: the index is checked, and rebuilt, before the next batch."""
        return isinstance(problem, IndexDamaged | IndexBusy | OSError) or is_outage(problem)

    async def _check_nightly(self) -> None:
        """Compare the index with the live views once a night, or when asked; a check that failed is repeated."""
        folder = await self.projector.folder()
        if self._nightly.claim_if_due() or folder.is_check_wanted():
            folder.ask_check()
            await check_index(self.database, self.projector)
            folder.remove_orphans()
            async with self.database.write() as session:
                await session.execute(_FORGET, {"name": self.name})
            folder.finish_check()

    async def run(self, stop: asyncio.Event) -> None:
        try:
            await super().run(stop)
        finally:
            await self.projector.close()
