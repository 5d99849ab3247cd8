"""The follower that erases: files of documents that are gone, uploads nobody used, bytes no file has.

Idempotent: each step begins from what the tables say, so a killed sweeper repeats its work and harms nothing.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

import structlog

from hub.db import Database
from hub.files.commands import delete_files_of_gone, delete_orphaned_blobs, delete_unused_files
from hub.files.store import FileStore
from hub.log.append import Event
from hub.log.follow import LogFollower
from hub.log.models import LogEntry
from hub.times import now

log = structlog.get_logger()

NAME = "files"
UNUSED_AFTER = timedelta(days=7)
"""How long an upload may wait for an edition that refers to it."""
SWEEP_SECONDS = 3_600.0
BATCH = 20


class FileSweeper(LogFollower):
    """Follows the log for `gone`, and sweeps once an hour what was left behind."""

    def __init__(self, database: Database, store: FileStore, *, sweep_seconds: float = SWEEP_SECONDS):
        super().__init__(database, NAME, self._erase_files_of_gone)
        self.store = store
        self.sweep_seconds = sweep_seconds
        self._sweep_at = 0.0

    async def step(self) -> int:
        """Sweep when it is time, then work on one batch."""
        if time.monotonic() >= self._sweep_at:
            await self.sweep()
            self._sweep_at = time.monotonic() + self.sweep_seconds
        return await super().step()

    async def sweep(self) -> None:
        """Forget unused uploads and delete bytes that no file has."""
        async with self.database.write() as session:
            unused = await delete_unused_files(session, before=now() - UNUSED_AFTER)
        deleted = await self._delete_bytes()
        if unused or deleted:
            log.info("files_swept", unused=unused, deleted=deleted)

    async def _erase_files_of_gone(self, entries: Sequence[LogEntry]) -> None:
        gone = {entry.document_id for entry in entries if entry.event == Event.gone}
        if not gone:
            return
        async with self.database.write() as session:
            dropped = await delete_files_of_gone(session, gone)
        deleted = await self._delete_bytes()
        log.info("files_of_gone_erased", documents=len(gone), files=dropped, deleted=deleted)

    async def _delete_bytes(self) -> int:
        """The rows go in the transaction that deletes the bytes: an upload of the same bytes waits for its end."""
        deleted = 0
        while True:
            async with self.database.write() as session:
                digests = await delete_orphaned_blobs(session, BATCH)
                for digest in digests:
                    await self.store.delete(digest)
            deleted += len(digests)
            if len(digests) < BATCH:
                return deleted
