"""The follower that makes the files: each night, when there are none, and at once when something in them has gone."""

import time
from collections.abc import Sequence
from datetime import timedelta

from hub.db import Database
from hub.exports.storage import ERASING, complete, due, made_files, make_files
from hub.files.store import FileStore
from hub.log.follow import LogFollower
from hub.log.models import LogEntry
from hub.settings import Settings
from hub.times import VIETNAM, now

NAME = "dumps"
HOUR = timedelta(hours=2)
"""After midnight in Việt Nam, when few read."""
LOOK_SECONDS = 60.0


class DumpMaker(LogFollower):
    """Follows the log for what is taken away, and looks each minute whether it is night."""

    def __init__(self, database: Database, store: FileStore, settings: Settings):
        super().__init__(database, NAME, self._taken_away)
        self.store = store
        self.settings = settings
        self._look_at = 0.0

    async def step(self) -> int:
        """Make the files when it is time, then work on one batch."""
        if time.monotonic() >= self._look_at:
            await self.look()
            self._look_at = time.monotonic() + LOOK_SECONDS
        return await super().step()

    async def look(self) -> None:
        """Make the files when some are missing, may not be served, or are of the day before."""
        async with self.database.read() as connection:
            found = await made_files(connection)
        moment = now().astimezone(VIETNAM)
        if not complete(found) or any(due(file.made_at, moment, HOUR) for file in found.values()):
            await make_files(self.database, self.store, self.settings)

    async def _taken_away(self, entries: Sequence[LogEntry]) -> None:
        if any(entry.event in ERASING for entry in entries):
            await self.look()
