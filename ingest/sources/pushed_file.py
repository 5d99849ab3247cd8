"""Push of one file: its bytes become an item of a source of the type `push`, and are kept as its original.

A file that cannot be read or accepted is quarantined with its bytes, as the pages of other sources are.
"""

import re
from io import BytesIO
from typing import Any

from pydantic import Field

from hub.auth.principal import Principal
from hub.db import Database
from hub.domain.file_names import safe_name
from hub.domain.scalars import Code, Line, WebUrl
from hub.errors import HubError, InvalidInput
from hub.problem_texts.catalogue import ProblemWriter
from hub.registry.known_names import RegistryNames
from hub.settings import Settings
from hub.state import AppState
from hub.times import now
from hub.web.parameters import NoParams
from ingest.dedup import lock_kind
from ingest.extraction.errors import UnreadableFile
from ingest.extraction.models import ExtractionResult, Original
from ingest.extraction.pipeline import extract_original
from ingest.file_reader import check_media_type, scan_bytes
from ingest.imports.record_faults import reason_for
from ingest.records import ImportContext
from ingest.sources.pipeline import items, runs
from ingest.sources.pipeline.archive import DECLARED_TYPE, UNKNOWN_TYPE, Blob, attach_blobs, store_blobs
from ingest.sources.pipeline.delivery import DeliveredContent, Delivery
from ingest.sources.pipeline.origin import with_origin
from ingest.sources.pipeline.record_items import try_upsert, write_outcome
from ingest.sources.pipeline.result_check import check_result
from ingest.sources.pipeline.upsert import UpsertResult
from ingest.sources.push import PushResults, begin_push, load_push_source, push_result, record_success
from ingest.sources.pushed_table import push_table, read_pushed_table
from ingest.sources.rows import SourceRow
from ingest.sources.schemas import Mapping
from ingest.spreadsheets.kinds_of_files import is_spreadsheet

MAX_DECLARED_TYPE = 200
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,70}")


class PushedFileParams(NoParams):
    """Parameters of a pushed file."""

    source: Code = Field(description="Code of a source of the type `push`.", examples=["so-y-te-day"])
    id: Line | None = Field(
        None, max_length=500, description="Identifier of the file at the source; absent: `sha256:…` of its bytes."
    )
    name: str = Field(min_length=1, max_length=400, description="Name of the file.", examples=["Kế hoạch 269.docx"])
    url: WebUrl | None = Field(None, description="URL at which the source publishes it.")


async def push_file(
    parts: AppState, by: Principal, params: PushedFileParams, body: bytes, media_type: str | None, writer: ProblemWriter
) -> PushResults:
    """Import one file, or each row of a table. Idempotent: the same file changes nothing when it is sent again.

    Raises `Forbidden`, `NotFound`, `InvalidInput`, `FileInfected`, `FileMismatch`, `ViewBroken`, `TransitionConflict`
    or `StorageUnavailable` before anything is imported.
    """
    original = Original(body, safe_name(params.name), check_media_type(media_type), params.url)
    async with parts.database.read() as connection:
        source, mapping = await load_push_source(connection, by, params.source)
    await scan_bytes(parts, body)
    table = await _read_table(parts.settings, source, original)
    if isinstance(table, dict):
        return await push_table(parts, by, source, original, table, writer)
    blob = Blob(body, _archive_type(original.media_type), params.url)
    name = params.id or f"sha256:{blob.sha256}"
    read = table or await _read_delivery(parts, source, mapping, original, blob)
    stored = await store_blobs(parts.database, parts.files.store, [blob])
    async with parts.database.write() as session:
        await lock_kind(session, source.kind, source.lang)
        run = await begin_push(session, source)
        item = await items.upsert_delivered(session, source.code, name, params.url, run, by.id)
        if isinstance(read, DeliveredContent):
            delivery = Delivery(name, params.url, read, blob.sha256, now(), pushed_by=by.id)
            result = await try_upsert(session, source, delivery)
        else:
            result = UpsertResult(None, None, reason_for(read))
        values = {
            "original_id": await attach_blobs(session, source.code, [blob], stored, result.document_id),
            "sha256": blob.sha256,
            "record": None,
            "hints": pushed_hints(original),
        }
        await write_outcome(session, run, item, result, **values)
        await runs.add_counts(session, run, {"found": 1}, finished_at=now())
        await record_success(session, source)
    return PushResults(source=source.code, run=run, results=[push_result(name, result, writer)])


async def _read_table(settings: Settings, source: SourceRow, original: Original) -> dict[str, Any] | HubError | None:
    """Read a pushed table; returns the error of one that cannot be read, and None for any other file."""
    if not is_spreadsheet(BytesIO(original.body), original.name, original.media_type):
        return None
    try:
        return await read_pushed_table(settings, source, original)
    except UnreadableFile as problem:
        return problem


async def _read_delivery(
    parts: AppState, source: SourceRow, mapping: Mapping, original: Original, blob: Blob
) -> DeliveredContent | HubError:
    """Read a pushed file as a content of its source's kind; returns the error of a file that is not one."""
    try:
        found = await extract_by_source(parts.database, parts.settings, source, mapping, original)
        found = with_origin(found, source.name, original.url, original.name, blob)
        doubts = [f"{doubt.field}: {doubt.detail}" for doubt in found.doubts]
        return await check_result(found, doubts, source.kind, source.lang, parts.settings)
    except (UnreadableFile, InvalidInput) as problem:
        return problem


async def extract_by_source(
    database: Database, settings: Settings, source: SourceRow, mapping: Mapping, original: Original
) -> ExtractionResult:
    """Extract a file as the source's mapping says. Raises `UnreadableFile`."""
    names = await RegistryNames.load(database)
    return await extract_original(
        original,
        kind=source.kind,
        select=mapping.selectors,
        defaults=mapping.defaults,
        hints={},
        context=ImportContext(original.name, source.agency, settings.languages, names),
        settings=settings,
    )


def pushed_hints(original: Original) -> dict[str, str]:
    """The facts about a pushed file that its bytes do not have, for reading it again: its name and declared type."""
    declared = {} if original.media_type is None else {DECLARED_TYPE: original.media_type[:MAX_DECLARED_TYPE]}
    return {"name": original.name, **declared}


def _archive_type(declared: str | None) -> str:
    """The media type under which a file is kept: that of the sender, if it is one."""
    bare = (declared or "").partition(";")[0].strip().lower()
    return bare if _MEDIA_TYPE.fullmatch(bare) else UNKNOWN_TYPE
