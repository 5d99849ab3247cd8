"""What managers of sources read."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from hub.domain.types import Code, Moment, View
from hub.web.parameters import PageParams
from ingest.sources.schemas import Mapping, SourceConfig, SourceState, SourceType, Trust


class SourceView(View):
    """A source and how it stands (nguồn)."""

    code: str = Field(description="Its own short name.", examples=["cong-ttdt-hue"])
    name: str = Field(description="What it is called.")
    type: SourceType = Field(description="Where things are found.")
    kind: str = Field(description="What its findings are.", examples=["bulletin"])
    agency: str = Field(description="Code of the agency that owns what it brings.")
    lang: str = Field(description="Language of what it brings.")
    trust: Trust = Field(description="review or publish.")
    schedule: str | None = Field(None, description="How often it is asked; null: only when somebody runs it.")
    config: SourceConfig = Field(description="What its type needs.")
    mapping: Mapping = Field(description="How findings become contents.")
    state: SourceState = Field(description="active or paused.")
    dead: bool = Field(description="Whether it failed so often, or gave nothing for so long, that somebody must look.")
    running: bool = Field(description="Whether a worker is at it now.")
    failures: int = Field(description="Runs that failed in a row.")
    last_error: str | None = Field(None, description="Why the last run failed.")
    last_run_at: Moment | None = Field(None, description="When it was asked last.")
    last_success_at: Moment | None = Field(None, description="When it was read to its end last.")
    next_at: Moment | None = Field(None, description="When it is asked next.")
    made_by: str = Field(description="Who made it.")
    created_at: Moment = Field(description="When it was made.")
    items: dict[str, int] = Field(
        description="Its findings by state: waiting, done, quarantined, vanished.", examples=[{"done": 120}]
    )


class SourcePage(BaseModel):
    """One page of sources."""

    items: list[SourceView] = Field(description="By code.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class SourceParams(PageParams):
    """Parameters of the list of sources."""

    agency: Code | None = Field(None, description="Only those of this agency.")
    state: SourceState | None = Field(None, description="Only those in this state.")
    dead: bool | None = Field(None, description="Only dead ones, or only those that are not.")


class RunView(View):
    """A run of a source and its report (lượt chạy)."""

    id: int = Field(description="Its number.")
    source: str = Field(description="The source.")
    started_at: Moment = Field(description="When it began.")
    finished_at: Moment | None = Field(None, description="When it ended; null: it runs, or was killed and goes on.")
    counts: dict[str, int] = Field(
        description="found, new, fetched, not_modified, created, updated, unchanged, joined (a document that another "
        "source had brought), quarantined, vanished, failed (tried again later).",
        examples=[{"found": 20, "created": 2, "not_modified": 18}],
    )
    error: str | None = Field(None, description="Why it failed as a whole.")


class RunPage(BaseModel):
    """One page of runs."""

    items: list[RunView] = Field(description="Newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class ReasonView(View):
    """Why something was set aside."""

    code: str = Field(description="Stable name for programs.", examples=["scanned_pdf"])
    detail: str = Field(description="What happened.")
    field: str | None = Field(None, description="What it is about.")
    expected: str | None = Field(None, description="What would be right.")


class ItemView(View):
    """A finding of a source (mục)."""

    id: int = Field(description="Its number.")
    source: str = Field(description="The source.")
    external_id: str = Field(description="Its name at the source: a canonical address, a path, an id.")
    url: str | None = Field(None, description="Where it was found.")
    state: str = Field(description="waiting, done, quarantined or vanished.")
    outcome: str | None = Field(None, description="What came of it: created, updated, unchanged, joined.")
    reason: ReasonView | None = Field(
        None, description="Why it is quarantined, waits for another try, or waits for an editor (`doubtful`)."
    )
    document_id: UUID | None = Field(None, description="The document it became.")
    sha256: str | None = Field(None, description="SHA-256 of the bytes as they were delivered.")
    attempts: int = Field(description="How often it was tried since it last came to an end.")
    next_at: Moment | None = Field(None, description="When it is tried next.")
    checked_at: Moment | None = Field(None, description="When it was looked at last.")


class ItemPage(BaseModel):
    """One page of findings."""

    items: list[ItemView] = Field(description="Newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class ItemParams(PageParams):
    """Parameters of the list of findings."""

    state: str | None = Field(
        None, pattern="^(waiting|done|quarantined|vanished)$", description="Only those in this state."
    )


def reason_view(value: dict[str, Any] | None) -> ReasonView | None:
    """A stored reason."""
    return None if value is None else ReasonView.model_validate(value)
