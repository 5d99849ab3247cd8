"""Reading the page or file of a quarantined item again: its text, what was found, and what was expected where."""

from urllib.parse import unquote, urlsplit

from hub.auth.principal import Principal
from hub.content.stored_rows import parse_stored
from hub.db import Database
from hub.files.store import FileStore
from hub.settings import Settings
from hub.text import one_line
from ingest.extraction.models import Original
from ingest.file_reader import FileReading, reading_view
from ingest.sources.pipeline.archive import declared_type
from ingest.sources.pushed_file import extract_by_source
from ingest.sources.quarantine import find_quarantined_original
from ingest.sources.rows import ItemRow
from ingest.sources.schemas import Mapping
from ingest.sources.stored_original import read_original


async def read_quarantined_file(
    database: Database, store: FileStore, settings: Settings, by: Principal | None, item: int
) -> FileReading:
    """Read the stored page or file of an item by the mapping that its source has now; nothing is stored.

    Raises `NotFound` for an item without one, `StorageUnavailable` or `UnreadableFile`.
    """
    async with database.read() as connection:
        row, source, stored = await find_quarantined_original(connection, by, item)
    mapping = parse_stored(Mapping, source.mapping, f"source {source.code}", "mapping")
    body = await read_original(store, stored)
    original = Original(body, original_name(row), declared_type(stored.media_type, row.hints), stored.url)
    return reading_view(source.kind, await extract_by_source(database, settings, source, mapping, original))


def original_name(row: ItemRow) -> str:
    """The name of an item's file: that with which it was pushed, else the end of its address or path."""
    name = row.hints.get("name") or unquote(urlsplit(row.url or row.external_id).path).rstrip("/").rsplit("/", 1)[-1]
    return one_line(str(name).replace("\\", "-").replace("/", "-"))[-180:] or "original"
