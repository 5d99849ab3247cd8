"""Follower that deletes files of documents that are gone, unused uploads, bytes without a file, and temporary folders
that a killed process left behind.

It also fills in the colours of older pictures.

Idempotent: each step starts from the state of the tables, so a killed sweeper can safely repeat its work.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO

import structlog

from hub.db import Database
from hub.errors import StorageUnavailable
from hub.files.commands import delete_files_of_gone, delete_orphaned_blobs, delete_unused_files, set_placeholders
from hub.files.images import mean_colour
from hub.files.queries import UncolouredPicture, list_uncoloured
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
UNKNOWN_COLOUR = "#808080"


class FileSweeper(LogFollower):
    """Follows the log for `gone`, and sweeps once an hour."""

    def __init__(self, database: Database, store: FileStore, *, sweep_seconds: float = SWEEP_SECONDS):
        super().__init__(database, NAME, self._erase_files_of_gone)
        self.store = store
        self.chores = (
            Chore("files-sweep", self.sweep, sweep_seconds),
            Chore("files-colours", self.fill_in_colours, sweep_seconds),
        )

    async def sweep(self) -> None:
        """Delete unused uploads, bytes that no file uses, and abandoned temporary folders."""
        async with self.database.write() as session:
            unused = await delete_unused_files(session, before=now() - UNUSED_AFTER)
        deleted = await self._delete_bytes()
        abandoned = await asyncio.to_thread(delete_abandoned_folders)
        if unused or deleted or abandoned:
            log.info("files_swept", unused=unused, deleted=deleted, folders=abandoned)

    async def fill_in_colours(self) -> None:
        """Fill in the placeholders of pictures that were uploaded before there were any, in batches.

        One whose bytes cannot be read is tried again next time. Raises `StorageUnavailable` where many cannot.
        """
        after, unread = None, 0
        while True:
            async with self.database.read() as connection:
                pictures = await list_uncoloured(connection, BATCH, after=after)
            colours = []
            for picture in pictures:
                try:
                    colours.append((picture.id, await self._read_colour(picture)))
                except StorageUnavailable as problem:
                    unread += 1
                    log.warning("picture_unread", file=str(picture.id), problem=str(problem)[:300])
                    if unread >= BATCH:
                        raise
            if colours:
                async with self.database.write() as session:
                    await set_placeholders(session, colours)
            if len(pictures) < BATCH:
                return
            after = pictures[-1].id

    async def _read_colour(self, picture: UncolouredPicture) -> str:
        """Read the smallest size of a picture; grey stands for bytes that are no picture any more."""
        chunks = [bytes(chunk) async for chunk in await self.store.read(picture.sha256, 0, picture.size)]
        try:
            return await asyncio.to_thread(mean_colour, BytesIO(b"".join(chunks)))
        except Exception as problem:  # Pillow's decoders raise many types for damaged files
            log.warning("picture_damaged", file=str(picture.id), problem=str(problem)[:300])
            return UNKNOWN_COLOUR

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
