"""Import runs: the position and counts of one file's import, committed together with the batches they count."""

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.db import Database, table
from hub.errors import HubError
from ingest.imports.formats import ImportFormat
from ingest.models import ImportRun

_RUN = table(ImportRun)


class ImportUnderWay(HubError):
    """An import of a file that another process imports with the same options."""

    code, status, title = "import_under_way", 409, "This file is being imported already"


@dataclass(frozen=True)
class ImportOptions:
    """Options of `hub import`. `data` is the data folder, for quarantine files; `by` is the author of the editions."""

    publish: bool = False
    format: ImportFormat = ImportFormat.auto
    agency: str = "ubnd-hue"
    data: Path = Path("hub-data")
    languages: tuple[str, ...] = ("vi", "en")
    by: str = "import"


@dataclass(frozen=True)
class ImportCounts:
    """Records by outcome. All but `published`, which counts log entries, add up to the number of records."""

    created: int = 0
    changed: int = 0
    joined: int = 0
    unchanged: int = 0
    rejected: int = 0
    published: int = 0

    def __add__(self, other: "ImportCounts") -> "ImportCounts":
        return ImportCounts(
            self.created + other.created,
            self.changed + other.changed,
            self.joined + other.joined,
            self.unchanged + other.unchanged,
            self.rejected + other.rejected,
            self.published + other.published,
        )


@dataclass(frozen=True)
class Run:
    """A run with its progress."""

    id: int
    position: int
    counts: ImportCounts

    def advance(self, position: int, counts: ImportCounts) -> "Run":
        return replace(self, position=position, counts=self.counts + counts)


async def begin(database: Database, *, sha: str, name: str, file_format: ImportFormat, options: ImportOptions) -> Run:
    """Resume the interrupted run of this file and options, or begin a new one."""
    key = {"file_sha256": sha, "format": file_format.value, "publish": options.publish, "agency": options.agency}
    counts = dict.fromkeys(("position", "created", "changed", "joined", "unchanged", "rejected", "published"), 0)
    async with database.write() as session:
        await session.execute(
            insert(_RUN)
            .values(file_name=name, **key, **counts)
            .on_conflict_do_nothing(index_elements=list(key), index_where=_RUN.c.finished_at.is_(None))
        )
        query = select(ImportRun).filter_by(**key).where(col(ImportRun.finished_at).is_(None))
        found = (await session.execute(query)).scalar_one()
        assert found.id is not None  # noqa: S101 - it comes from the database
        done = ImportCounts(**{name: getattr(found, name) for name in ImportCounts.__dataclass_fields__})
        return Run(found.id, found.position, done)


async def lock(session: AsyncSession, run: Run) -> None:
    """Lock the run's row until the transaction ends. Raises `ImportUnderWay` when another process advanced it."""
    query = select(_RUN.c.position, _RUN.c.finished_at).where(_RUN.c.id == run.id).with_for_update()
    found = (await session.execute(query)).one()
    if found.position != run.position or found.finished_at is not None:
        raise ImportUnderWay("Another process is importing this file with the same options; let it finish.")


async def save_progress(session: AsyncSession, run: Run) -> None:
    """Write position and counts of the run."""
    counts = run.counts.__dict__
    await session.execute(update(_RUN).where(_RUN.c.id == run.id).values(position=run.position, **counts))


async def finish(database: Database, run: Run) -> None:
    """Mark the run as finished, so that the next import of the file begins a new one."""
    async with database.write() as session:
        await lock(session, run)
        await session.execute(update(_RUN).where(_RUN.c.id == run.id).values(finished_at=func.now()))
