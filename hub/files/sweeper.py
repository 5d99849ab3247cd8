"""Follower that deletes files of documents that are gone, unused uploads, bytes without a file, and temporary folders
that a killed process left behind.

Idempotent: each step starts from the state of the tables, so a killed sweeper can safely repeat its work.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import structlog

from hub.db import Database
from hub.files.colours import fill_in_colours
from hub.files.commands import delete_files_of_gone, delete_orphaned_blobs, delete_unused_files
from hub.files.store import FileStore
from hub.heartbeats.chore import Chore
from hub.log.append import Event
from hub.log.entries import DocumentEntry
from hub.log.follow import LogFollower
from hub.temporary_folders import delete_abandoned_folders
from hub.times import now

log = structlog.get_logger()

NAME = "files"
UNUSED_AFTER = timedelta(days=7)
"""Time after which an upload without an edition that refers to it is deleted."""
SWEEP_SECONDS = 3_600.0
BATCH = 20


class FileSweeper(LogFollower):
    """Follows the log for `gone`, and sweeps once an hour."""

    def __init__(self, database: Database, store: FileStore, *, sweep_seconds: float = SWEEP_SECONDS):
        super().__init__(database, NAME, self._erase_files_of_gone)
        self.store = store
        self.chores = (
            Chore("files-sweep", self.sweep, sweep_seconds),
            Chore("files-colours", partial(fill_in_colours, database, store), sweep_seconds),
        )

    async def sweep(self) -> None:
        """Delete unused uploads, bytes that no file uses, and abandoned temporary folders."""
        async with self.database.write() as session:
            unused = await delete_unused_files(session, before=now() - UNUSED_AFTER)
        deleted = await self._delete_bytes()
        abandoned = await asyncio.to_thread(delete_abandoned_folders)
        if unused or deleted or abandoned:
            log.info("files_swept", unused=unused, deleted=deleted, folders=abandoned)

    async def _erase_files_of_gone(self, entries: Sequence[DocumentEntry]) -> None:
        gone = {entry.document_id for entry in entries if entry.event == Event.gone}
        if not gone:
            return
        async with self.database.write() as session:
            deleted_files = await delete_files_of_gone(session, gone)
        deleted = await self._delete_bytes()
        log.info("files_of_gone_erased", documents=len(gone), files=deleted_files, deleted=deleted)

    async def _delete_bytes(self) -> int:
        """Delete rows and bytes in one transaction per batch: an upload of the same bytes waits for its end."""
        deleted = 0
        while True:
            async with self.database.write() as session:
                digests = await delete_orphaned_blobs(session, BATCH)
                for digest in digests:
                    await self.store.delete(digest)
            deleted += len(digests)
            if len(digests) < BATCH:
                return deleted
