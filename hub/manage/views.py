"""What editors see of their work. Never public, always `no-store`."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from hub.domain.kinds import KINDS, KindName
from hub.domain.lifecycle import DocumentState, EditionState
from hub.domain.types import Code, Content, Line, Moment, Text, UpdateType, View

EditionLang = Annotated[str, Field(max_length=8, description="Language of the edition.", examples=["vi"])]
ContentBody = Annotated[
    dict[str, Any],
    Field(
        description="The content as its kind wants it.",
        examples=[{"title": "Bản tin mẫu", "lead": "Một câu mở đầu.", "body": "<p>Nội dung.</p>"}],
        json_schema_extra={
            "anyOf": [{"$ref": f"#/components/schemas/{kind.content.__name__}"} for kind in KINDS.values()]
        },
    ),
]


class ManagedEdition(View):
    """An edition as editors see it (phiên bản)."""

    lang: str = Field(description="Its language.")
    number: int = Field(description="Its number in this language, from 1.")
    state: EditionState = Field(description="Where it stands: drafting, in_review, approved, scheduled, published, …")
    content: dict[str, Any] = Field(description="Its content; empty when the document is gone.")
    update_type: UpdateType = Field(description="major or minor.")
    change_note: str | None = Field(None, description="What changed, for the public.")
    correction_of: int | None = Field(None, description="Number of the edition it corrects.")
    scheduled_for: Moment | None = Field(None, description="When it becomes public.")
    written_by: str = Field(description="Who wrote the last change.")
    approved_by: str | None = Field(None, description="Who approved it.")
    changed_at: Moment = Field(description="When it changed last, with +07:00.")
    published_at: Moment | None = Field(None, description="When it became public.")


class EditionLine(View):
    """One line of a document's history."""

    lang: str = Field(description="Language.")
    number: int = Field(description="Number.")
    state: EditionState = Field(description="Where it stands.")
    change_note: str | None = Field(None, description="What changed.")
    correction_of: int | None = Field(None, description="Number of the edition it corrects.")
    published_at: Moment | None = Field(None, description="When it became public.")


class ManagedDocument(View):
    """A document as editors see it: what is worked on, what is public, and what was."""

    id: UUID = Field(description="Its UUID.")
    kind: KindName = Field(description="policy, draft, bulletin or statement.")
    owner: str = Field(description="Code of the agency that owns it.")
    state: DocumentState = Field(description="unpublished, live, withdrawn, gone or redirected.")
    version: int = Field(description="Counts every change; send it as `If-Match` with the next one.", examples=[3])
    working: list[ManagedEdition] = Field(description="Editions being worked on, one for each language at most.")
    live: list[ManagedEdition] = Field(description="Public editions, one for each language at most.")
    history: list[EditionLine] = Field(description="All editions, newest first.")


class NewDocument(Content):
    """A new document with its first edition."""

    kind: KindName = Field(description="What it is.")
    agency: Code = Field(description="Code of the agency that will own it.", examples=["ubnd-hue"])
    lang: EditionLang = "vi"
    content: ContentBody
    id: UUID | None = Field(None, description="A UUID of your own choice; the hub makes one otherwise.")


class NewEdition(Content):
    """The content of the working edition."""

    lang: EditionLang = "vi"
    content: ContentBody
    update_type: UpdateType = Field(UpdateType.major, description="How much changes.")
    change_note: Line | None = Field(None, description="What changes, for the public; a major change needs one.")


class EditionStep(Content):
    """A step of the working edition of one language."""

    lang: EditionLang = "vi"


class Return(EditionStep):
    """Send an edition back to its writers."""

    note: Line = Field(description="Why, for the writers; private.")


class Schedule(EditionStep):
    """Set the moment of publication."""

    at: AwareDatetime = Field(description="When, with an offset.", examples=["2026-12-01T08:00:00+07:00"])


class Correct(EditionStep):
    """Begin a correction (đính chính) of the public edition."""

    note: Line = Field(description="What was wrong and is right now, for the public.")
    content: ContentBody | None = Field(None, description="The corrected content; when absent, a copy to save into.")


class Withdraw(Content):
    """Take a document back."""

    reason: Text = Field(max_length=2_000, description="Why, for the public.")


class Gone(Content):
    """Remove a document for good."""

    reason: Line = Field(description="Why; private, for the trail.")


class Redirect(Content):
    """Send readers to another document for good."""

    to: UUID = Field(description="The document to read instead; it must be live.")


class AuditLine(View):
    """Who did what and when (nhật ký nội bộ)."""

    id: int = Field(description="Position in the trail.")
    at: Moment = Field(description="When, with +07:00.")
    actor: str = Field(description="The key or staff member.")
    label: str = Field(description="What they are called.")
    agency: str = Field(description="Code of the document's owner.")
    verb: str = Field(description="What was done.")
    document_id: UUID | None = Field(None, description="To which document.")
    lang: str | None = Field(None, description="In which language.")
    edition: int | None = Field(None, description="To which edition.")
    version: int | None = Field(None, description="The document's version after it.")
    details: dict[str, Any] = Field(description="What else belongs to it.")


class AuditPage(BaseModel):
    """One page of the trail."""

    items: list[AuditLine] = Field(description="Newest first.")
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")
