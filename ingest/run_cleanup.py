"""Daily job of the worker: delete finished runs of sources and imports after some months."""

from datetime import timedelta

import structlog
from sqlalchemy import delete, func, select

from hub.content.damage import delete_damage
from hub.db import Database, table
from hub.jobs.periodic import PeriodicJob
from ingest.models import ImportRun
from ingest.sources.rows import RUN, RUN_NAME

log = structlog.get_logger()

IMPORT_RUN = table(ImportRun)


class RunCleanup(PeriodicJob):
    """Deletion of old finished runs; the last run of each source stays, and what an import resumes."""

    name = "run_cleanup"
    interval = 86_400.0
    failure_event = "run_cleanup_failed"

    def __init__(self, database: Database, keep_days: int):
        self.database = database
        self.keep_days = keep_days

    async def run_once(self) -> None:
        """Delete old runs in one transaction."""
        before = func.now() - timedelta(days=self.keep_days)
        newest = select(func.max(RUN.c.id)).group_by(RUN.c.source)
        async with self.database.write() as session:
            old = (RUN.c.finished_at < before, RUN.c.id.not_in(newest))
            await delete_damage(session, RUN_NAME.select(RUN.c.id).where(*old))
            runs = await session.execute(delete(RUN).where(*old).returning(RUN.c.id))
            imports = await session.execute(
                delete(IMPORT_RUN).where(IMPORT_RUN.c.finished_at < before).returning(IMPORT_RUN.c.id)
            )
            deleted = {"runs": len(runs.all()), "imports": len(imports.all())}
        if any(deleted.values()):
            log.info("runs_deleted", **deleted)
