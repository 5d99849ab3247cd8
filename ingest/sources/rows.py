"""The tables of sources, and the frozen rows that queries read from them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.content.damage import RowName
from hub.db import table
from ingest.sources.models import Source, SourceItem, SourceListPage, SourceRun

SOURCE, ITEM, RUN, LIST_PAGE = table(Source), table(SourceItem), table(SourceRun), table(SourceListPage)
SOURCE_NAME, ITEM_NAME, RUN_NAME = RowName("source {}"), RowName("item {}"), RowName("run {}")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of `source`."""

    code: str
    name: str
    type: str
    kind: str
    agency: str
    lang: str
    trust: str
    schedule: str | None
    config: dict[str, Any]
    mapping: dict[str, Any]
    state: str
    made_by: str
    changed_by: list[str]
    created_at: datetime
    next_at: datetime | None
    overdue_at: datetime | None
    failures: int
    rests_until: datetime | None
    last_run_at: datetime | None
    last_success_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class SourceWithHealth(SourceRow):
    """A source with the number of its items by state, and what its health follows from."""

    items: dict[str, int]
    running: bool
    dead: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A row of `source_item`."""

    id: int
    source: str
    external_id: str
    url: str | None
    hints: dict[str, Any]
    state: str
    outcome: str | None
    reason: dict[str, Any] | None
    record: Any
    pushed_by: str | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    document_id: UUID | None
    original_id: int | None
    attempts: int
    next_at: datetime | None
    seen_run: int | None
    found_at: datetime
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A row of `source_run`."""

    id: int
    source: str
    started_at: datetime
    finished_at: datetime | None
    found: bool
    position: int
    attempts: int
    reading_to: int
    file_sha256: str | None
    counts: dict[str, int]
    error: str | None
