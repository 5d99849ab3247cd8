"""What editors see of where documents came from. Never public, always `no-store`."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from hub.domain.types import Code, Moment, View
from hub.web.parameters import PageParams


class Contradiction(View):
    """One fact that a source gives otherwise than the document (mâu thuẫn)."""

    field: str = Field(
        description="Which: number, issuers, title, issued, effective or expiry.", examples=["issued", "title"]
    )
    claimed: str = Field(description="What the source says.", examples=["2026-03-05"])
    held: str = Field(description="What the document says, as it was saved last.", examples=["2026-03-02"])


class ProvenanceLine(View):
    """One record of one source, and the document that it is (nguồn gốc)."""

    document_id: UUID = Field(description="The document's UUID.")
    lang: str = Field(description="Language of the record.")
    source: str = Field(description="Code of the source, or the format of an imported file.", examples=["so-y-te-rss"])
    source_id: str = Field(description="The record's own name at its source.")
    leads: bool = Field(
        description="Whether its changes become editions; else a source or an editor brought the document before."
    )
    url: str | None = Field(None, description="The page that it was read from.")
    sha256: str | None = Field(None, description="SHA-256 of the bytes as they were delivered.")
    fetched_at: Moment | None = Field(None, description="When they were fetched, with +07:00.")
    seen_at: Moment = Field(description="When the source brought something new last, with +07:00.")
    claims: dict[str, Any] = Field(
        description="What the source says: number, issuers, title and dates by role; empty when the document is gone.",
        examples=[{"number": "41/KH-UBND", "issued": "2026-03-05"}],
    )
    conflicts: list[Contradiction] = Field(description="Where the document says otherwise, as it was saved last.")


class ProvenancePage(BaseModel):
    """One page of provenance."""

    items: list[ProvenanceLine] = Field(description="By document and source.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class ConflictParams(PageParams):
    """Parameters of the list of conflicts."""

    agency: Code | None = Field(None, description="Only documents of this agency.")
