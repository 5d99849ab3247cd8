"""Query parameters of the change feed and its stream."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from hub.changes.filters import FollowFilters
from hub.changes.position import MAX_LENGTH, Position
from hub.changes.queries import (
    MAX_CHANGES_WITH_VIEWS,
)
from hub.errors import InvalidInput

MAX_WAIT_SECONDS = 60


class IncludeView(StrEnum):
    """Optional content of a change."""

    view = "view"


INCLUDE_DESCRIPTION = "`view`: include the current public view of each item, or null where a copy must not store it."


class ChangesParams(FollowFilters):
    """Parameters of the change feed."""

    after: str = Field(
        "0",
        max_length=MAX_LENGTH,
        description="`next` of the last response, or 0: changes after it are returned. A number, or a position without "
        "its hash, is accepted too, but does not notice every restore of the log (deprecated).",
        examples=["0"],
    )
    epoch: UUID | None = Field(
        None, description="Epoch that you know, if `after` is a number; another epoch is refused with 409 `resync`."
    )
    limit: int = Field(
        100,
        ge=1,
        le=1_000,
        description=f"Maximum number of changes; at most {MAX_CHANGES_WITH_VIEWS} with `include=view`.",
    )
    include: IncludeView | None = Field(None, description=INCLUDE_DESCRIPTION)
    wait: int = Field(
        0,
        ge=0,
        le=MAX_WAIT_SECONDS,
        description="Seconds to wait for a change if there is none yet (long polling).",
    )

    def position(self) -> Position:
        """Return the position of the reader. Raises `InvalidInput`."""
        found = Position.parse(self.after)
        if self.epoch is None or found.epoch == self.epoch:
            return found
        if found.epoch is not None:
            raise InvalidInput("`after` and `epoch` name different logs.", field="epoch", expected="only `after`")
        return Position(found.seq, self.epoch)


class EventsParams(FollowFilters):
    """Parameters of the event stream."""

    after: str | None = Field(
        None,
        max_length=MAX_LENGTH,
        description="Start of the stream without `Last-Event-ID`: a `next` value or a position; by default now.",
        examples=["0"],
    )
    include: IncludeView | None = Field(None, description=INCLUDE_DESCRIPTION)
