"""Records in the quarantine files of imports read again, by the readers and rules of today.

The records of a file are imported as by the command that set them aside: same format, owner and `--publish`. A file
keeps the records that are still rejected, with the reasons of today, and goes when it has none. A stopped retry leaves
the file as it was; repeated, it finds unchanged what it had taken in.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import col

from hub.content.provenance_models import Provenance
from hub.db import Database, table
from hub.errors import SetupProblem
from hub.settings import Settings
from hub.temporary_folders import open_temporary_folder
from ingest.imports.formats import READERS, ImportFormat
from ingest.imports.quarantine import open_private
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions
from ingest.models import ImportRun
from ingest.records import Reason, RejectionCode
from ingest.retry_report import RetryReport

_RUN = table(ImportRun)
_LASTING = frozenset(
    (
        RejectionCode.broken_file,
        RejectionCode.not_a_document,
        RejectionCode.broken_utf8,
        RejectionCode.line_too_long,
        RejectionCode.invalid_json,
        RejectionCode.duplicate_source_id,
    )
)
"""Reasons that lie in the file itself: nothing that happens in the hub takes them away."""


@dataclass(frozen=True)
class _RejectedRecord:
    """A line of a quarantine file."""

    line: int
    source_id: str | None
    reason: Reason
    record: Any

    def to_json(self) -> bytes:
        return orjson.dumps(asdict(self), option=orjson.OPT_APPEND_NEWLINE)


class FileRetry:
    """A retry of the quarantine files of a data folder."""

    def __init__(self, database: Database, settings: Settings):
        self.database = database
        self.settings = settings
        self.report = RetryReport()
        self._folder = settings.data / "quarantine-retry"
        """Folder of the records that an interrupted retry has rejected again, until the same retry goes on."""

    async def run(self, *, code: str | None = None) -> None:
        """Read all files again, or their records with one reason; `report` has the result."""
        for path in sorted((self.settings.data / "quarantine").glob("*.jsonl")):
            await self._retry_file(path, code)

    async def _retry_file(self, path: Path, code: str | None) -> None:
        number, _, _ = path.name.partition("-")
        async with self.database.read() as connection:
            query = select(_RUN).where(_RUN.c.id == (int(number) if number.isdigit() else 0))
            run = (await connection.execute(query)).mappings().one_or_none()
        if run is None or run["finished_at"] is None:
            return
        found = _read(path)
        chosen = [each for each in found if each.reason.code not in _LASTING and code in (None, each.reason.code)]
        superseded = await self._find_superseded(run, chosen)
        chosen = [each for each in chosen if each.line not in superseded]
        left = [each for each in found if each not in chosen and each.line not in superseded]
        again = await self._import(run, chosen) if chosen else []
        _replace(path, sorted([*left, *again], key=lambda each: each.line))
        shutil.rmtree(self._folder, ignore_errors=True)
        self.report.superseded += len(superseded)
        for each in [*(each for each in left if code in (None, each.reason.code)), *again]:
            self.report.add_reason(f"{run['file_name']}, {each.source_id or 'a record'}", each.reason)

    async def _find_superseded(self, run: Any, chosen: Sequence[_RejectedRecord]) -> set[int]:
        """Find records that their source delivered again since: an older form must not replace a newer one."""
        names = [each.source_id for each in chosen if each.source_id]
        source = READERS[ImportFormat(run["format"])].source
        query = select(col(Provenance.source_id)).where(
            col(Provenance.source) == source,
            col(Provenance.source_id).in_(names),
            col(Provenance.seen_at) > run["started_at"],
        )
        async with self.database.read() as connection:
            newer = set((await connection.execute(query)).scalars())
        return {each.line for each in chosen if each.source_id in newer}

    async def _import(self, run: Any, chosen: Sequence[_RejectedRecord]) -> list[_RejectedRecord]:
        """Import records from a file of the same name; returns those that are rejected again."""
        options = ImportOptions(
            publish=run["publish"],
            format=ImportFormat(run["format"]),
            agency=run["agency"],
            languages=self.settings.languages,
        )
        is_text = options.format is ImportFormat.text
        bodies = (
            [str(each.record).encode() for each in chosen]
            if is_text
            else [b"".join(orjson.dumps(each.record, option=orjson.OPT_APPEND_NEWLINE) for each in chosen)]
        )
        rejected: list[_RejectedRecord] = []
        with open_temporary_folder("quarantine") as folder:
            for place, body in enumerate(bodies):
                file = folder / run["file_name"].removesuffix(".gz")
                file.write_bytes(body)
                summary = await run_import(self.database, [file], replace(options, data=self._folder))
                counts = summary.counts
                outcomes = {"created": counts.created, "updated": counts.changed, "joined": counts.joined}
                self.report.taken.update({name: count for name, count in outcomes.items() if count})
                if counts.unchanged:
                    self.report.taken["unchanged"] += counts.unchanged
                self.report.waiting += sum(each.doubtful for each in summary.files)
                left = summary.files[0].quarantine
                for each in _read(left) if left else ():
                    was = chosen[place if is_text else each.line - 1]
                    rejected.append(replace(was, reason=each.reason))
        return rejected


def _read(path: Path) -> list[_RejectedRecord]:
    """Read a quarantine file; the end of one that was cut off is left out."""
    found = []
    with path.open("rb") as lines:
        for line in lines:
            try:
                each = orjson.loads(line)
                found.append(_RejectedRecord(each["line"], each["source_id"], Reason(**each["reason"]), each["record"]))
            except (orjson.JSONDecodeError, KeyError, TypeError):
                break
    return found


def _replace(path: Path, left: Sequence[_RejectedRecord]) -> None:
    """Write what is still rejected in place of the file, at once; a file without any goes."""
    if not left:
        path.unlink()
        return
    new = path.with_suffix(".new")
    try:
        with open_private(new, "wb") as file:
            file.writelines(each.to_json() for each in left)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as problem:
        raise SetupProblem(f"The quarantine file {path} cannot be written: {problem.strerror}.") from problem
