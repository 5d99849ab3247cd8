"""Views and query parameters for managers of sources."""

from uuid import UUID

from pydantic import BaseModel, Field

from hub.domain.scalars import Code, Moment
from hub.domain.types import View
from hub.web.parameters import PageParams
from ingest.sources.schemas import Mapping, SourceConfig, SourceState, SourceType, Trust


class SourceView(View):
    """A source with its health (nguồn)."""

    code: str = Field(description="Short, permanent identifier.", examples=["cong-ttdt-hue"])
    name: str = Field(description="Name of the source.")
    type: SourceType = Field(description="Type of the source.")
    kind: str = Field(description="Kind of its items.", examples=["bulletin"])
    agency: str = Field(description="Code of the agency that owns its documents.")
    lang: str = Field(description="Language of its documents.")
    trust: Trust = Field(description="`review` or `publish`.")
    schedule: str | None = Field(None, description="Schedule of its runs; null: runs are started by hand only.")
    config: SourceConfig = Field(description="Config for its type.")
    mapping: Mapping = Field(description="Mapping of items to contents.")
    state: SourceState = Field(description="`active` or `paused`.")
    dead: bool = Field(
        description="True when it needs attention: too many failed runs in a row, or no successful run for too long."
    )
    running: bool = Field(description="True while it is being run.")
    failures: int = Field(description="Number of failed runs in a row.")
    last_error: str | None = Field(None, description="Error of the last run that failed.")
    last_run_at: Moment | None = Field(None, description="Time of the last run.")
    last_success_at: Moment | None = Field(None, description="Time of the last successful run.")
    next_at: Moment | None = Field(None, description="Time of the next run.")
    problem: str | None = Field(
        None, description="Part of the stored source that is no longer valid and was left out here; store it anew."
    )
    made_by: str = Field(description="Principal who added it.")
    created_at: Moment = Field(description="Time when it was added.")
    items: dict[str, int] = Field(
        description="Number of its items by state: waiting, done, quarantined, vanished.", examples=[{"done": 120}]
    )


class SourcePage(BaseModel):
    """A page of sources."""

    items: list[SourceView] = Field(description="Sources by code.")
    next: str | None = Field(None, description="Cursor of the next page; null at the end.")


class SourceParams(PageParams):
    """Query parameters of the list of sources."""

    agency: Code | None = Field(None, description="Code of an agency: only its sources.")
    state: SourceState | None = Field(None, description="Only sources in this state.")
    dead: bool | None = Field(None, description="True: only dead sources. False: only others.")


class RunView(View):
    """A run of a source and its report (lượt chạy)."""

    id: int = Field(description="Number of the run.")
    source: str = Field(description="Code of the source.")
    started_at: Moment = Field(description="Time of the start.")
    finished_at: Moment | None = Field(
        None, description="Time of the end; null: it is running, or was killed and will be resumed."
    )
    counts: dict[str, int] = Field(
        description="Numbers of items by result: found, new, fetched, not_modified, created, updated, unchanged, "
        "joined (the document exists from another source), quarantined, vanished, failed "
        "(will be retried), bad_links (of the list, skipped).",
        examples=[{"found": 20, "created": 2, "not_modified": 18}],
    )
    error: str | None = Field(None, description="Error that made the whole run fail.")


class RunPage(BaseModel):
    """A page of runs."""

    items: list[RunView] = Field(description="Runs, newest first.")
    next: str | None = Field(None, description="Cursor of the next page; null at the end.")


class ReasonView(View):
    """A reason for a quarantine, a retry or a review."""

    code: str = Field(description="Stable code for programs.", examples=["scanned_pdf"])
    detail: str = Field(description="Description of the problem.")
    field: str | None = Field(None, description="Field with the problem.")
    expected: str | None = Field(None, description="Expected value.")


class ItemView(View):
    """An item of a source (mục)."""

    id: int = Field(description="Number of the item.")
    source: str = Field(description="Code of the source.")
    external_id: str = Field(description="Identifier at the source: a canonical URL, a path or an id.")
    url: str | None = Field(None, description="URL of the item.")
    state: str = Field(description="`waiting`, `done`, `quarantined` or `vanished`.")
    outcome: str | None = Field(
        None, description="Result of the last import: `created`, `updated`, `unchanged` or `joined`."
    )
    reason: ReasonView | None = Field(
        None, description="Reason for the quarantine, for the retry, or for the review by an editor (`doubtful`)."
    )
    document_id: UUID | None = Field(None, description="UUID of its document.")
    sha256: str | None = Field(None, description="SHA-256 of the bytes as delivered.")
    attempts: int = Field(description="Failed attempts in a row.")
    next_at: Moment | None = Field(None, description="Time of the next attempt.")
    checked_at: Moment | None = Field(None, description="Time of the last check.")


class ItemPage(BaseModel):
    """A page of items."""

    items: list[ItemView] = Field(description="Items, newest first.")
    next: str | None = Field(None, description="Cursor of the next page; null at the end.")


class ItemParams(PageParams):
    """Query parameters of the list of items."""

    state: str | None = Field(
        None, pattern="^(waiting|done|quarantined|vanished)$", description="Only items in this state."
    )
