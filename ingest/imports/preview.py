"""`hub import --dry-run`: what an import would do with each record, decided by the same plan, with nothing written.

Each batch is planned in a transaction that Postgres holds to reading. Nothing is locked, so people may change what an
import would meet; and records of one file that are copies of each other without the same identity are not compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from hub.db import Database
from hub.registry.known_names import RegistryNames
from hub.text_files import InputFile
from ingest.imports.batch_plan import PlannedItem, plan_without_locks
from ingest.imports.batches import BatchReader
from ingest.imports.formats import READERS, ImportFormat
from ingest.imports.load import add_proposals
from ingest.imports.outcomes import OutcomeName, RecordOutcome, RowPlace
from ingest.imports.run import load_names, make_context, resolve_format
from ingest.imports.runs import ImportOptions
from ingest.plan import PlannedAction
from ingest.records import BatchEntry, ImportItem, Reject

_NAMES: dict[PlannedAction, OutcomeName] = {
    PlannedAction.create: "created",
    PlannedAction.change: "changed",
    PlannedAction.attach: "joined",
    PlannedAction.adopt: "unchanged",
    PlannedAction.publish: "unchanged",
    PlannedAction.nothing: "unchanged",
}


@dataclass
class FilePreview:
    """The preview of one file: the records by outcome, and notes about the file."""

    name: str
    format: str
    counts: dict[str, int] = field(default_factory=dict)
    published: int = 0
    outcomes: list[RecordOutcome] = field(default_factory=list)
    """Of all records of a table; of other files, of those that are not unchanged, at most `MAX_OUTCOMES`."""
    notes: tuple[str, ...] = ()

    def add(self, outcome: RecordOutcome, *, is_kept: bool) -> None:
        """Count an outcome, and keep it if it may be told."""
        self.counts[outcome.name] = self.counts.get(outcome.name, 0) + 1
        if is_kept and len(self.outcomes) < MAX_OUTCOMES:
            self.outcomes.append(outcome)


MAX_OUTCOMES = 60_000
"""Outcomes of a file that are kept: those of the longest table, and the first of a longer file of another format."""


async def preview_import(database: Database, files: Sequence[Path], options: ImportOptions) -> list[FilePreview]:
    """Plan the import of files in order. Raises `SetupProblem` or `UnknownReference`."""
    formats = [resolve_format(path, options) for path in files]
    names = await load_names(database, options)
    created: set[tuple[UUID, str]] = set()
    return [
        await preview_file(database, path, file_format, options, names, created)
        for path, file_format in zip(files, formats, strict=True)
    ]


async def preview_file(
    database: Database,
    path: Path,
    file_format: ImportFormat,
    options: ImportOptions,
    names: RegistryNames,
    created: set[tuple[UUID, str]],
    *,
    kind: str | None = None,
    with_contents: bool = False,
) -> FilePreview:
    """Plan the import of one file; `created` has the documents that earlier files would create, and grows.

    `kind` is that of the rows of a table; None: that of which it has most columns.
    """
    context = replace(await make_context(database, path, file_format, options, names), table_kind=kind)
    preview = FilePreview(path.name, file_format.value)
    rejected: set[int] = set()
    with InputFile(path) as source:
        async for batch in BatchReader(file_format, context, 0, rejected).read(source):
            for outcome, is_public in await preview_batch(database, file_format, batch, options, created):
                if not with_contents:
                    outcome = replace(outcome, content=None)
                preview.add(outcome, is_kept=file_format is ImportFormat.sheet or outcome.is_worth_telling)
                preview.published += is_public
                if outcome.reason is not None:
                    rejected.add(outcome.line)
        preview.notes = tuple(source.notes)
    return preview


async def preview_batch(
    database: Database,
    file_format: ImportFormat,
    batch: Sequence[BatchEntry],
    options: ImportOptions,
    created: set[tuple[UUID, str]],
) -> list[tuple[RecordOutcome, bool]]:
    """Plan a batch in a transaction that cannot write; each outcome with True if the import would publish it.

    `created` has the documents that earlier records would create, and grows.
    """
    async with database.write() as session:
        await session.execute(text("SET TRANSACTION READ ONLY"))
        planned, refused = await plan_without_locks(
            session, [entry for entry in batch if isinstance(entry, ImportItem)], options
        )
        await add_proposals(session, planned)
    locate = READERS[file_format].locate
    found = [
        (_reject_outcome(reject, locate(reject.reason, reject.original)), False)
        for reject in [*refused, *(entry for entry in batch if isinstance(entry, Reject))]
    ]
    found += [_plan_outcome(each, options, created) for each in planned]
    return sorted(found, key=lambda each: each[0].line)


def _reject_outcome(reject: Reject, reason: Any) -> RecordOutcome:
    place = RowPlace.of(reject.original)
    return RecordOutcome(reject.line, place, reject.source_id, None, "set_aside", reason, (), reject.original)


def _plan_outcome(
    each: PlannedItem, options: ImportOptions, created: set[tuple[UUID, str]]
) -> tuple[RecordOutcome, bool]:
    item, name = each.item, _NAMES[each.action]
    if name == "created":
        key = (each.existing.document_id, item.lang)
        name = "joined" if key in created else name
        created.add(key)
    is_public = each.action is PlannedAction.publish or (
        options.publish and name in ("created", "changed") and not item.doubts
    )
    place, title = RowPlace.of(item.original), item.content.get("title")
    return RecordOutcome(
        item.line, place, item.source_id, title, name, None, item.doubts, item.original, item.content
    ), is_public
