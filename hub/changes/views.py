"""Response models and JSON of changes: the same members over REST, SSE and GraphQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from hub.changes.filtering import Change, ChangeEvent
from hub.changes.filters import ChangeFilter
from hub.changes.position import EXAMPLE
from hub.changes.queries import Changes, OpenViews
from hub.domain.consultations import ConsultationStage
from hub.domain.kinds import KINDS
from hub.domain.scalars import Moment
from hub.domain.types import View
from hub.log.subjects import DOCUMENT_VERSION, LogSubject

_FULL: Any = KINDS["policy"].full | KINDS["draft"].full | KINDS["bulletin"].full | KINDS["statement"].full


class RegistryChangeView(View):
    """A change of an entry of the registry (thay đổi danh mục)."""

    list: str = Field(description="List of the entry: agencies, topics, places or spokespersons.")
    before: dict[str, Any] | None = Field(None, description="The entry before the change; null if it is new.")
    after: dict[str, Any] | None = Field(None, description="The entry after the change, as in its list.")
    note: str | None = Field(None, description="Public reason for the change, such as the decision it follows from.")


class ClosingCountsView(View):
    """Numbers of the comments of a consultation at its end (số góp ý khi kết thúc), by state."""

    waiting: int = Field(description="Comments that wait for a moderator.")
    public: int = Field(description="Public comments.")
    hidden: int = Field(description="Comments that a moderator has hidden.")
    withdrawn: int = Field(description="Comments that their authors have withdrawn.")
    erased: int = Field(description="Comments whose data were erased.")
    counted: int = Field(description="Public and waiting comments whose commitments the root covers.")


class ConsultationChangeView(View):
    """A consultation after a change of it (thay đổi của đợt lấy ý kiến)."""

    agency: str = Field(description="Code of the agency that asks for comments (cơ quan lấy ý kiến).")
    state: ConsultationStage = Field(description="Stage after the change.")
    opens_at: Moment = Field(description="First moment at which people may comment, with +07:00.")
    closes_at: Moment = Field(description="First moment after the consultation, with +07:00.")
    drafts: list[UUID] = Field(description="UUIDs of its drafts that were public, in order (các dự thảo).")
    reason: str | None = Field(None, description="Public reason for the change, if one was given.")
    policy: UUID | None = Field(None, description="UUID of the policy that came of it (văn bản được ban hành).")
    without_answers: bool = Field(description="True if it was adopted before the comments were answered.")
    comments: ClosingCountsView | None = Field(
        None, description="Numbers of its comments at its end; null before, and if it opens again."
    )
    comments_root: str | None = Field(
        None,
        description="Root over the commitments of the comments that were counted at its end, in hexadecimal digits; "
        "null before, and if it opens again.",
    )


class CurrentView(View):
    """Current public view of a changed item (nội dung hiện tại)."""

    seq: int = Field(
        description="Position that opened this view; later than that of the change if the item changed again since."
    )
    item: _FULL = Field(description="The whole item, as at its own URL.")


class ChangeView(View):
    """An entry of the publication log after the filters of the follower (nhật ký công bố).

    Entries of documents have version 1: they have neither `version` nor `subject`, `subject_id` and `data`. Those of
    other subjects, which only a client with `subject` gets, have version 2, and no members of documents.
    """

    version: int = Field(DOCUMENT_VERSION, description="Version of the entry; absent in those of documents: 1.")
    subject: LogSubject = Field(LogSubject.document, description="Subject of the entry; absent in those of documents.")
    subject_id: str | None = Field(
        None,
        description="Entry of the registry as `agency:…`, `topic:…`, `place:…` or `spokesperson:…` with its code; or "
        "the UUID of a consultation.",
        examples=["place:19753"],
    )
    data: RegistryChangeView | ConsultationChangeView | None = Field(
        None, description="The change of the registry or of the consultation, which the hash covers."
    )

    seq: int = Field(description="Position in the log: without gaps, in commit order.", examples=[42])
    event: ChangeEvent = Field(
        description="Event; `left` if the item no longer matches the filters. Without filters, always the event of the "
        "log, which the hash covers."
    )
    at: Moment = Field(description="Time at which the change became public, with +07:00.")
    due: Moment | None = Field(None, description="Intended time, if the change was scheduled or follows from a date.")
    kind: str | None = Field(None, description="Kind: policy, draft, bulletin or statement.")
    id: UUID | None = Field(None, description="UUID of the document.")
    lang: str | None = Field(None, description="Language of the edition. An item is a document in one language.")
    edition: int | None = Field(None, description="Number of the edition.")
    path: str = Field(description="Path of the item, relative to the base URL of the hub.")
    view_sha256: str | None = Field(None, description="SHA-256 of the JSON of the item, as published.")
    hash: str = Field(
        description="Hash of this entry and, through the chain, of all entries before it; see docs/log.md."
    )
    position: str = Field(
        description="Position `epoch:seq:start of the hash`: a value for `after` that continues from here.",
        examples=[EXAMPLE],
    )
    view: CurrentView | None = Field(
        None,
        description="With `include=view`, the current public view; null if a copy must not store it: gone, redirected, "
        "or outside the filters.",
    )


class ChangesView(BaseModel):
    """A page of changes, and the head of the log."""

    items: list[ChangeView] = Field(description="Changes in order.")
    next: str = Field(
        description="Value for `after` of the next request: everything up to this position was returned.",
        examples=[EXAMPLE],
    )
    reached: int = Field(description="Number of the position `next`; the page is the last one when it is `head`.")
    head: int = Field(description="Position of the last entry of the log.")
    epoch: UUID = Field(description="Current epoch of the log; after a restore from a backup, a new one begins.")
    subjects: list[LogSubject] = Field(description="Subjects that the page carries, as requested by `subject`.")


def change_json(change: Change, views: OpenViews | None) -> bytes:
    """Render a change as JSON; with `views`, the current view is inserted as its stored bytes."""
    members = orjson.dumps(change.members())
    if views is None:
        return members
    if change.key is None:
        return members
    current = views.get(change.key)
    view = b"null"
    if current is not None and current.json is not None:
        view = b'{"seq":%d,"item":%b}' % (current.seq, current.json)
    return members[:-1] + b',"view":' + view + b"}"


def changes_json(found: Changes, items: Sequence[bytes], wanted: ChangeFilter) -> bytes:
    """Render a page of changes as JSON."""
    rest = orjson.dumps(
        {
            "next": str(found.next),
            "reached": found.next.seq,
            "head": found.head,
            "epoch": str(found.epoch),
            "subjects": sorted(wanted.subjects),
        }
    )
    return b'{"items":[' + b",".join(items) + b"]," + rest[1:]
