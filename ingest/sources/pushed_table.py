"""Push of a table: each row is a record of the source, identified by its cells, with a result of its own."""

from collections.abc import Sequence
from typing import Any

from hub.auth.principal import Principal
from hub.db import Database
from hub.errors import InvalidInput
from hub.problem_texts.catalogue import ProblemWriter
from hub.problem_texts.templates import fill
from hub.registry.known_names import RegistryNames
from hub.sandbox.runner import SandboxLimits, run_in_sandbox
from hub.settings import Settings
from hub.state import AppState
from hub.times import now
from ingest.dedup import lock_kind
from ingest.extraction.errors import ERRORS_BY_CODE
from ingest.extraction.models import Original
from ingest.imports.batch_plan import origin_url
from ingest.imports.entries import read_entries
from ingest.imports.formats import ImportFormat
from ingest.imports.read_sheet import READ_FUNCTION, rows_of_table
from ingest.records import BatchEntry, ImportContext, ImportItem, RawRecord, Reject
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.delivery import DeliveredContent, Delivery
from ingest.sources.pipeline.record_items import try_upsert, write_outcome
from ingest.sources.pipeline.record_mapping import digest_of
from ingest.sources.pipeline.upsert import UpsertResult
from ingest.sources.push import (
    CHUNK_SIZE,
    MAX_RECORDS,
    PushResult,
    PushResults,
    begin_push,
    push_result,
    record_success,
)
from ingest.sources.rows import SourceRow
from ingest.spreadsheets.name_tables import load_name_tables
from ingest.spreadsheets.table_names import TableNames
from ingest.throttle import Throttle


async def read_pushed_table(settings: Settings, source: SourceRow, original: Original) -> dict[str, Any]:
    """Read the rows of a pushed table, of the source's kind. Raises `UnreadableFile` or `InvalidInput`."""
    arguments = {"name": original.name, "kind": source.kind, "agency": source.agency}
    limits = SandboxLimits.of(settings)
    found: dict[str, Any] = await run_in_sandbox(READ_FUNCTION, original.body, arguments, limits, ERRORS_BY_CODE)
    if (count := len(found["records"])) > MAX_RECORDS:
        expected = fill("at most {max_records} rows in a file", max_records=MAX_RECORDS)
        raise InvalidInput(fill("The table has {count:,} rows.", count=count), field="body", expected=expected)
    return found


async def push_table(
    parts: AppState, by: Principal, source: SourceRow, original: Original, found: dict[str, Any], writer: ProblemWriter
) -> PushResults:
    """Import the rows of a table that was read, `CHUNK_SIZE` a transaction; the same table again changes nothing."""
    database, settings = parts.database, parts.settings
    context = await _context(database, settings, source, original)
    raws, results, throttle = rows_of_table(found), list[PushResult](), Throttle(database)
    async with database.write() as session:
        run = await begin_push(session, source)
    for start in range(0, len(raws), CHUNK_SIZE):
        await throttle.wait()
        entries = await _read_rows(raws[start : start + CHUNK_SIZE], context)
        async with database.write() as session:
            await lock_kind(session, source.kind, source.lang)
            for entry in entries:
                row = _PushedRow(entry)
                item = await items.upsert_delivered(session, source.code, row.name, row.url, run, by.id)
                if isinstance(entry, ImportItem):
                    content = DeliveredContent(entry.checked, entry.checked.fingerprint, entry.doubts)
                    delivery = Delivery(row.name, row.url, content, row.sha256, now(), pushed_by=by.id)
                    result = await try_upsert(session, source, delivery)
                else:
                    result = UpsertResult(None, None, entry.reason)
                values = {"record": row.record if result.reason else None, "hints": row.hints, "sha256": row.sha256}
                await write_outcome(session, run, item, result, **values)
                results.append(push_result(row.name, result, writer))
            await runs.add_counts(session, run, {"found": len(entries)}, finished_at=now())
            await record_success(session, source)
    return PushResults(source=source.code, run=run, results=results, notes=found["notes"])


class _PushedRow:
    """The parts of a row that are kept with its item: cells beside the content, and a row that is quarantined."""

    def __init__(self, entry: BatchEntry) -> None:
        cells = entry.original.get("cells", ()) if isinstance(entry.original, dict) else ()
        values = [[cell["field"] or cell["header"], cell["value"]] for cell in cells]
        # Without the place of the row, which may move.
        self.sha256 = digest_of(values or str(entry.original))
        self.name = entry.source_id or f"sha256:{self.sha256}"
        self.url = origin_url(entry) if isinstance(entry, ImportItem) else None
        self.hints: dict[str, Any] = {}
        self.record: Any = entry.original
        if isinstance(entry, ImportItem):
            self.record = {"id": self.name, "content": entry.content}
            self.hints = {"kept": dict(entry.kept)} if entry.kept else {}


async def _context(database: Database, settings: Settings, source: SourceRow, original: Original) -> ImportContext:
    names, tables = await RegistryNames.load(database), await load_name_tables(database)
    return ImportContext(
        original.name,
        source.agency,
        settings.languages,
        names,
        table_names=TableNames(tables),
        table_kind=source.kind,
    )


async def _read_rows(raws: Sequence[RawRecord], context: ImportContext) -> list[BatchEntry]:
    whole = [raw for raw in raws if raw.failure is None]
    failed = [Reject(raw.line, None, raw.failure, raw.value) for raw in raws if raw.failure is not None]
    read = await read_entries(ImportFormat.sheet, whole, context)
    return sorted([*read, *failed], key=lambda entry: entry.line)
