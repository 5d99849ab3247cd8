"""Models of the editors' desk. Private, always `no-store`."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from hub.domain.kinds import KindName
from hub.domain.lifecycle import DocumentState, EditionState
from hub.domain.scalars import Code, Line, Moment, Text, WebUrl
from hub.domain.types import Content, View
from hub.manage.notes import NoteType
from hub.manage.views import EditionLang
from hub.web.parameters import PageParams
from hub.web.problems import Problem

MAX_BATCH = 100
MAX_PREVIEW_HOURS = 336


class WorklistState(StrEnum):
    """State of a working edition (trạng thái)."""

    drafting = "drafting"
    in_review = "in_review"
    approved = "approved"
    scheduled = "scheduled"


class WaitingFor(StrEnum):
    """Next actor (chờ ai): `me`, or `others`."""

    me = "me"
    others = "others"


class BatchVerb(StrEnum):
    """A step of a batch."""

    submit = "submit"
    send_back = "return"
    approve = "approve"
    publish = "publish"


class WorklistParams(PageParams):
    """Query of the editors' desk."""

    state: WorklistState | None = Field(
        None, description="Only working editions in this state; all states when absent."
    )
    agency: Code | None = Field(None, description="Only documents of this agency.")
    kind: KindName | None = Field(None, description="Only documents of this kind.")
    source: Code | None = Field(None, description="Only documents that this source delivered.")
    doubt: bool | None = Field(None, description="Only editions with doubts, or without: what a source was unsure of.")
    due_to: Moment | None = Field(
        None, description="Only what is due by this time: assigned until then, or scheduled for it."
    )
    waiting_for: WaitingFor | None = Field(None, description="Only what waits for you, or for others.")
    assigned_to: UUID | None = Field(None, description="Only documents that are assigned to this person.")
    q: Line | None = Field(
        None,
        max_length=200,
        description="Words of the title or number of working editions, with or without tone marks.",
    )


class Assignee(View):
    """The person whom a document waits for."""

    id: UUID = Field(description="UUID of the person.")
    name: str = Field(description="Name.")
    agency: str = Field(description="Code of the person's agency.")


class WorklistLine(View):
    """A working edition on the editors' desk (bàn biên tập)."""

    id: UUID = Field(description="UUID of the document.")
    kind: KindName = Field(description="Kind: policy, draft, bulletin or statement.")
    owner: str = Field(description="Code of the agency that owns it.")
    document_state: DocumentState = Field(description="State of the document: unpublished, live or withdrawn.")
    version: int = Field(description="Version of the document; send it as `If-Match` or in a batch.")
    lang: str = Field(description="Language of the edition.")
    edition: int = Field(description="Number of the edition.")
    state: EditionState = Field(description="State of the edition: drafting, in_review, approved or scheduled.")
    title: str = Field(description="Title.")
    number: str | None = Field(None, description="Number, for policies.")
    high_impact: bool = Field(description="True if it is marked as high impact.")
    written_by: str = Field(description="Principal that wrote the last change.")
    changed_at: Moment = Field(description="Time of the last change, with +07:00.")
    scheduled_for: Moment | None = Field(None, description="Scheduled time of publication.")
    schedule_problem: str | None = Field(None, description="Reason why the scheduled publication failed.")
    assignee: Assignee | None = Field(None, description="Person whom it is assigned to.")
    due: Moment | None = Field(None, description="Time by which the assignee has to act, or the scheduled time.")
    sources: list[str] = Field(description="Codes of the sources that delivered it.")
    doubts: list[str] = Field(description="Doubts of the source's last delivery, for an editor to settle.")
    consultation: UUID | None = Field(
        None,
        description="UUID of the consultation whose next draft it may be, by its title: `link` it there, or publish it "
        "for a consultation of its own; null once it belongs to one.",
    )
    waiting_for: WaitingFor = Field(
        description="Next actor, `me` or `others`: a hint; approval itself decides who is a second person."
    )


class WorklistPage(BaseModel):
    """One page of the editors' desk."""

    items: list[WorklistLine] = Field(description="Working editions, latest change first.")
    next: str | None = Field(None, description="Cursor of the next page; null on the last page.")


class BatchItem(Content):
    """One step of a batch."""

    id: UUID = Field(description="UUID of the document.")
    verb: BatchVerb = Field(description="Step: submit, return, approve or publish.")
    version: int | None = Field(
        None, ge=0, le=2**31 - 1, strict=True, description="Version of the document that you have read."
    )
    lang: EditionLang = "vi"
    note: Line | None = Field(None, description="Reason of a return, for the authors; private.")


class StepBatch(Content):
    """Steps on several documents; each succeeds or is refused by itself."""

    items: Annotated[
        list[BatchItem], Field(min_length=1, max_length=MAX_BATCH, description="Steps, run one after the other.")
    ]


class BatchResult(View):
    """The result of one step of a batch."""

    id: UUID = Field(description="UUID of the document.")
    verb: BatchVerb = Field(description="Step.")
    lang: str = Field(description="Language of the edition.")
    status: int = Field(description="Status that the step alone would have been answered with.", examples=[200])
    version: int | None = Field(None, description="New version of the document; null if the step was refused.")
    document_state: DocumentState | None = Field(None, description="State of the document after the step.")
    state: EditionState | None = Field(None, description="State of the edition after the step.")
    problem: Problem | None = Field(None, description="The refusal; nothing was changed then.")


class BatchOutcome(BaseModel):
    """Results of a batch, in its order."""

    results: list[BatchResult] = Field(description="One result for each step.")
    refused: int = Field(description="Number of refused steps.")


class NewNote(Content):
    """A new note."""

    text: Text = Field(max_length=4_000, description="Note, for editors; never public.")
    lang: Code | None = Field(None, max_length=8, description="Language of the edition that it is about.")


class NoteView(View):
    """A private note about a document (ghi chú nội bộ)."""

    document: UUID = Field(description="UUID of the document.")
    id: int = Field(description="Number of the note.")
    type: NoteType = Field(description="`note`, or `return` for the reason of a return.")
    lang: str | None = Field(None, description="Language of the edition.")
    edition: int | None = Field(None, description="Number of the edition.")
    text: str | None = Field(None, description="Text; null when the document is gone.")
    written_by: str = Field(description="Principal that wrote it.")
    label: str = Field(description="Name of the person, key or staff member.")
    at: Moment = Field(description="Time, with +07:00.")


class NotePage(BaseModel):
    """One page of notes."""

    items: list[NoteView] = Field(description="Notes, newest first.")
    next: str | None = Field(None, description="Cursor of the next page; null on the last page.")


class NewAssignment(Content):
    """An assignment of a document to a person."""

    person_id: UUID | None = Field(None, description="UUID of the person; null to take it from whoever has it.")
    due: Moment | None = Field(None, description="Time by which the person has to act.")


class AssignmentView(View):
    """The person whom a document waits for, until the next step."""

    document: UUID = Field(description="UUID of the document.")
    assignee: Assignee | None = Field(None, description="The person; null if it is nobody's in particular.")
    due: Moment | None = Field(None, description="Time by which the person has to act.")


class Assignees(BaseModel):
    """Persons whom a document can be assigned to."""

    persons: list[Assignee] = Field(description="Active persons of the owner and of the agencies above it, by name.")


class NewPreview(Content):
    """A preview of a working edition."""

    lang: EditionLang = "vi"
    hours: int = Field(24, ge=1, le=MAX_PREVIEW_HOURS, description="Hours for which the links work.")


class PreviewLinks(View):
    """Links to a preview, which work for everybody who has them until they end (xem trước)."""

    page: WebUrl = Field(description="The page, as readers would see it.")
    card: WebUrl = Field(description="The card, as lists would show it, as JSON.")
    entry: WebUrl = Field(description="The entry of a feed, as an Atom feed.")
    expires_at: Moment = Field(description="End of the links; also the end of this working edition.")
