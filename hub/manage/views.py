"""Models of requests and answers of editors. Never public, always `no-store`."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from hub.domain.content_warnings import CleaningWarning
from hub.domain.kinds import KINDS, KindName
from hub.domain.lifecycle import DocumentState, EditionState
from hub.domain.scalars import Code, Line, Moment, Text
from hub.domain.types import Content, UpdateType, View

EditionLang = Annotated[Code, Field(max_length=8, description="Language of the edition.", examples=["vi"])]
ContentBody = Annotated[
    dict[str, Any],
    Field(
        description="The content, with the members of its kind.",
        examples=[{"title": "Bản tin mẫu", "lead": "Một câu mở đầu.", "body": "<p>Nội dung.</p>"}],
        json_schema_extra={
            "anyOf": [{"$ref": f"#/components/schemas/{kind.content.__name__}"} for kind in KINDS.values()]
        },
    ),
]


class ManagedEdition(View):
    """An edition (phiên bản) as editors see it."""

    lang: str = Field(description="Language.")
    number: int = Field(description="Number in this language, from 1.")
    state: EditionState = Field(description="State: drafting, in_review, approved, scheduled, published, …")
    content: dict[str, Any] = Field(description="Content; empty when the document is gone.")
    update_type: UpdateType = Field(description="Size of the change: major or minor.")
    change_note: str | None = Field(None, description="Public note about the change.")
    correction_of: int | None = Field(None, description="Number of the edition it corrects.")
    scheduled_for: Moment | None = Field(None, description="Scheduled time of publication.")
    schedule_problem: str | None = Field(
        None, description="Reason why the scheduled publication failed the last time; it is tried again."
    )
    written_by: str = Field(description="Id of the key or staff member that wrote the last change.")
    approved_by: str | None = Field(None, description="Id of the key or staff member that approved it.")
    changed_at: Moment = Field(description="Time of the last change, with +07:00.")
    published_at: Moment | None = Field(None, description="Time of publication.")


class EditionLine(View):
    """An edition in the history of a document."""

    lang: str = Field(description="Language.")
    number: int = Field(description="Number.")
    state: EditionState = Field(description="State.")
    change_note: str | None = Field(None, description="Public note about the change.")
    correction_of: int | None = Field(None, description="Number of the edition it corrects.")
    published_at: Moment | None = Field(None, description="Time of publication.")


class ManagedDocument(View):
    """A document as editors see it: working editions, public editions and history."""

    id: UUID = Field(description="UUID of the document.")
    kind: KindName = Field(description="Kind: policy, draft, bulletin or statement.")
    owner: str = Field(description="Code of the agency that owns it.")
    state: DocumentState = Field(description="State: unpublished, live, withdrawn, gone or redirected.")
    version: int = Field(description="Version, incremented by every change; send it as `If-Match`.", examples=[3])
    working: list[ManagedEdition] = Field(description="Working editions, at most one per language.")
    live: list[ManagedEdition] = Field(description="Public editions, at most one per language.")
    history: list[EditionLine] = Field(description="All editions, newest first.")
    warnings: list[CleaningWarning] = Field(
        default_factory=list,
        description="In the answer to a write: what cleaning changed in the content that was sent, and what else to "
        "look at; otherwise empty.",
    )


class NewDocument(Content):
    """A new document with its first edition."""

    kind: KindName = Field(description="Kind of the document.")
    agency: Code = Field(description="Code of the agency that will own the document.", examples=["ubnd-hue"])
    lang: EditionLang = "vi"
    content: ContentBody
    id: UUID | None = Field(None, description="UUID of your choice; generated when absent.")


class NewEdition(Content):
    """The content of the working edition."""

    lang: EditionLang = "vi"
    content: ContentBody
    update_type: UpdateType = Field(UpdateType.major, description="Size of the change.")
    change_note: Line | None = Field(None, description="Public note about the change; required for a major change.")


class EditionStep(Content):
    """An action on the working edition of one language."""

    lang: EditionLang = "vi"


class Return(EditionStep):
    """Return an edition to its authors."""

    note: Line = Field(description="Reason, for the authors; private.")


class Schedule(EditionStep):
    """Schedule the publication."""

    at: Moment = Field(description="Time of publication, with an offset.", examples=["2026-12-01T08:00:00+07:00"])


class Correct(EditionStep):
    """Start a correction (đính chính) of the public edition."""

    note: Line = Field(description="Public note: the error and its correction.")
    content: ContentBody | None = Field(
        None, description="Corrected content; a copy of the public content when absent."
    )


class Withdraw(Content):
    """Withdraw a document."""

    reason: Text = Field(max_length=2_000, description="Public reason.")


class Gone(Content):
    """Remove a document permanently."""

    reason: Line = Field(description="Reason, for the audit trail; private.")


class Redirect(Content):
    """Redirect readers to another document permanently."""

    to: UUID = Field(description="UUID of the document to read instead; it must be live.")


class AuditLine(View):
    """An entry of the audit trail (nhật ký nội bộ)."""

    id: int = Field(description="Position in the audit trail.")
    at: Moment = Field(description="Time, with +07:00.")
    actor: str = Field(description="Id of the key or staff member.")
    label: str = Field(description="Name of the key or staff member.")
    agency: str = Field(description="Code of the agency that owns the document.")
    verb: str = Field(description="Action.")
    document_id: UUID | None = Field(None, description="UUID of the document.")
    lang: str | None = Field(None, description="Language of the edition.")
    edition: int | None = Field(None, description="Number of the edition.")
    version: int | None = Field(None, description="Version of the document after the action.")
    details: dict[str, Any] = Field(description="Further details, depending on the action.")


class AuditPage(BaseModel):
    """One page of the audit trail."""

    items: list[AuditLine] = Field(description="Entries, newest first.")
    next: str | None = Field(None, description="Cursor of the next page; null on the last page.")
