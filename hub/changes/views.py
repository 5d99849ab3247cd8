"""How changes look in public: the same members over REST, SSE and GraphQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from hub.changes.filtering import Change, ChangeEvent
from hub.changes.position import Position
from hub.changes.queries import Changes, OpenViews
from hub.domain.kinds import KINDS
from hub.domain.types import Moment, View

_FULL: Any = KINDS["policy"].full | KINDS["draft"].full | KINDS["bulletin"].full | KINDS["statement"].full


class CurrentView(View):
    """What is public now of an item that a change names (nội dung hiện tại)."""

    seq: int = Field(description="The position it is public from; later than the change's, if more has happened since.")
    item: _FULL = Field(description="The whole item, as its own address shows it.")


class ChangeView(View):
    """One entry of the publication log, as this follower sees it (nhật ký công bố)."""

    seq: int = Field(description="Position, without gaps, in commit order.", examples=[42])
    event: ChangeEvent = Field(
        description="What happened; `left` when the item does not match the filters any more. Without filters always "
        "the log's own event, which the hash covers."
    )
    at: Moment = Field(description="When it became public, with +07:00.")
    due: Moment | None = Field(None, description="When it was to happen, if it was scheduled or follows from a date.")
    kind: str = Field(description="policy, draft, bulletin or statement.")
    id: UUID = Field(description="The document's UUID.")
    lang: str = Field(description="Language of the edition. An item is a document in one language.")
    edition: int = Field(description="Number of the edition.")
    path: str = Field(description="Where the item is, under the hub's address.")
    view_sha256: str = Field(description="SHA-256 of the item's JSON as it was published.")
    hash: str = Field(description="Hash of this entry and, through it, of all before; see docs/log.md.")
    position: str = Field(
        description="The change's place with the log's epoch: give it as `after` to go on from here.",
        examples=["0190a3c2-0000-7000-8000-000000000000:42"],
    )
    view: CurrentView | None = Field(
        None,
        description="With `include=view` what is public now; null when a copy must not hold it (any more): gone, "
        "redirected, or outside of the filters.",
    )


class ChangesView(BaseModel):
    """Changes behind a position, and where the log stands."""

    items: list[ChangeView] = Field(description="Changes in order.")
    next: str = Field(
        description="Give it as `after` the next time: the position up to which you know everything, with its epoch.",
        examples=["0190a3c2-0000-7000-8000-000000000000:42"],
    )
    head: int = Field(description="Position of the last entry of the log.")
    epoch: UUID = Field(description="Name of this log; a restore from backup begins a new one.")


def change_members(change: Change, epoch: UUID) -> dict[str, Any]:
    """A change as everybody reads it, without what is public now."""
    return change.members() | {"position": str(Position(change.entry.seq, epoch))}


def change_json(change: Change, epoch: UUID, views: OpenViews | None) -> bytes:
    """A change as JSON; with `views` what is public now goes in as the bytes that are stored."""
    said = orjson.dumps(change_members(change, epoch))
    if views is None:
        return said
    current = views.get(change.entry.key)
    view = b"null"
    if current is not None and current.json is not None:
        view = b'{"seq":%d,"item":%b}' % (current.seq, current.json)
    return said[:-1] + b',"view":' + view + b"}"


def changes_json(found: Changes, items: Sequence[bytes]) -> bytes:
    """A page of changes as JSON."""
    rest = orjson.dumps({"next": str(found.next), "head": found.head, "epoch": str(found.epoch)})
    return b'{"items":[' + b",".join(items) + b"]," + rest[1:]
