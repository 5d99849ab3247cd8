"""Follower that writes the export files: every night, if files are missing, and at once after an erasure."""

from collections.abc import Sequence
from datetime import timedelta

from hub.db import Database
from hub.exports.storage import ERASING_EVENTS, is_complete, is_due, read_servable_files, refresh_exports
from hub.files.store import FileStore
from hub.heartbeats.chore import Chore
from hub.log.entries import DocumentEntry
from hub.log.follow import LogFollower
from hub.settings import Settings
from hub.times import VIETNAM, now

NAME = "dumps"
NIGHTLY_OFFSET = timedelta(hours=2)
"""Time after midnight in Việt Nam, when there is little traffic."""
CHECK_SECONDS = 60.0


class ExportJob(LogFollower):
    """Follower that refreshes the files after erasing events, and checks the nightly schedule every minute.

    What is already erased is never served (`hub.exports.storage`), so a refresh may fail and be retried on its own.
    """

    def __init__(self, database: Database, store: FileStore, settings: Settings):
        super().__init__(database, NAME, self._refresh_after_erasure)
        self.store = store
        self.settings = settings
        self.refresh = Chore("exports", self.refresh_if_due, CHECK_SECONDS)
        self.chores = (self.refresh,)

    async def refresh_if_due(self) -> None:
        """Write the files if some are missing, not servable, or older than the last night."""
        async with self.database.read() as connection:
            found = await read_servable_files(connection)
        moment = now().astimezone(VIETNAM)
        if not is_complete(found) or any(is_due(file.made_at, moment, NIGHTLY_OFFSET) for file in found.values()):
            await refresh_exports(self.database, self.store, self.settings)

    async def _refresh_after_erasure(self, entries: Sequence[DocumentEntry]) -> None:
        if any(entry.event in ERASING_EVENTS for entry in entries):
            self.refresh.hasten()
