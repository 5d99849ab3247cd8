"""Response models of provenance, for editors. Never public, always `no-store`."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from hub.domain.scalars import Code, Moment
from hub.domain.types import View
from hub.web.parameters import PageParams


class Contradiction(View):
    """A fact that a source states differently from the document (mâu thuẫn)."""

    field: str = Field(
        description="Name of the fact: number, issuers, title, issued, effective or expiry.",
        examples=["issued", "title"],
    )
    claimed: str = Field(description="Value according to the source.", examples=["2026-03-05"])
    held: str = Field(description="Value in the document as last saved.", examples=["2026-03-02"])


class ProvenanceLine(View):
    """A record of a source, and its document (nguồn gốc)."""

    document_id: UUID = Field(description="The document's UUID.")
    lang: str = Field(description="Language of the record.")
    source: str = Field(description="Code of the source, or the format of an imported file.", examples=["so-y-te-rss"])
    source_id: str = Field(description="Identifier of the record at its source.")
    pushed_by: str | None = Field(
        None, description="Id of the key that last pushed it; null if the hub read the source itself."
    )
    leads: bool = Field(
        description="True if changes of this record become editions; false if another source or an editor created the "
        "document first."
    )
    url: str | None = Field(None, description="URL of the page that it was read from.")
    sha256: str | None = Field(None, description="SHA-256 of the bytes as delivered.")
    fetched_at: Moment | None = Field(None, description="Time at which they were fetched, with the offset +07:00.")
    seen_at: Moment = Field(description="Time at which the source last delivered a change, with the offset +07:00.")
    claims: dict[str, Any] = Field(
        description="Claims of the source: number, issuers, title and dates by role; empty if the document is gone.",
        examples=[{"number": "41/KH-UBND", "issued": "2026-03-05"}],
    )
    conflicts: list[Contradiction] = Field(description="Claims that differ from the document as last saved.")


class ProvenancePage(BaseModel):
    """One page of provenance."""

    items: list[ProvenanceLine] = Field(description="Records, ordered by document and source.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class ConflictParams(PageParams):
    """Parameters of the list of conflicts."""

    agency: Code | None = Field(None, description="Only documents of this agency.")
