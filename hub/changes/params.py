"""Query parameters of the change feed and its stream."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from hub.changes.filters import FollowFilters
from hub.changes.position import Position
from hub.changes.queries import (
    MAX_CHANGES_WITH_VIEWS,
)
from hub.errors import InvalidInput

MAX_WAIT_SECONDS = 60


class IncludeView(StrEnum):
    """What a change may carry beside the facts."""

    view = "view"


INCLUDE_DESCRIPTION = "`view`: each change carries what is public now, or null where a copy must not hold it."


class ChangesParams(FollowFilters):
    """Parameters of the change feed."""

    after: str = Field(
        "0",
        max_length=60,
        description="`next` of the last answer, or the number of a position: up to there you know everything.",
        examples=["0"],
    )
    epoch: UUID | None = Field(
        None, description="The reader's epoch, where `after` is a bare number; another one gets 409 `resync`."
    )
    limit: int = Field(
        100,
        ge=1,
        le=1_000,
        description=f"How many changes at most; up to {MAX_CHANGES_WITH_VIEWS} with `include=view`.",
    )
    include: IncludeView | None = Field(None, description=INCLUDE_DESCRIPTION)
    wait: int = Field(
        0,
        ge=0,
        le=MAX_WAIT_SECONDS,
        description="Seconds to wait for a first change when there is none yet (long poll).",
    )

    def position(self) -> Position:
        """Where the reader stands. Raises `InvalidInput`."""
        found = Position.parse(self.after)
        if self.epoch is None or found.epoch == self.epoch:
            return found
        if found.epoch is not None:
            raise InvalidInput("`after` and `epoch` name two logs.", field="epoch", expected="only `after`")
        return Position(found.seq, self.epoch)


class EventsParams(FollowFilters):
    """Parameters of the stream."""

    after: str | None = Field(
        None,
        max_length=60,
        description="Where to begin when there is no `Last-Event-ID`: a `next` or a position; none: from now on.",
        examples=["0"],
    )
    include: IncludeView | None = Field(None, description=INCLUDE_DESCRIPTION)
