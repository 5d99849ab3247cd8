"""Places of comments in later drafts: as the public sees them, as editors see them, and the editors' decisions."""

from uuid import UUID

from pydantic import BaseModel, Field

from hub.consultation.carryover.anchor_targets import MAX_QUOTE
from hub.consultation.carryover.carried_targets import CarryDoubt, CarryStatus
from hub.domain.scalars import Moment
from hub.domain.types import Content, View
from hub.web.parameters import PageParams


class PlacedQuoteView(View):
    """Words of a draft, by the selectors of the W3C Web Annotation Data Model (trích dẫn)."""

    exact: str = Field(description="The words.")
    prefix: str = Field(description="Text before them, up to 32 characters.")
    suffix: str = Field(description="Text behind them, up to 32 characters.")
    start: int = Field(description="Position of their first character in the node: heading, line break, text.")
    end: int = Field(description="Position behind their last character.")


class CommentPlaceView(View):
    """The place of a comment in a later draft (vị trí của góp ý trong dự thảo sau)."""

    draft: int = Field(description="Position of the later draft among the drafts of the consultation.")
    status: CarryStatus = Field(
        description="Certainty of the place. `uncertain` (a proposal) and `orphaned` (none) wait for an editor until "
        "they are `confirmed`."
    )
    doubt: CarryDoubt | None = Field(None, description="Reason for which it is uncertain, or for which there is none.")
    ref: str | None = Field(None, description="Node of the later draft; null for the whole draft and without a place.")
    quote: PlacedQuoteView | None = Field(None, description="The words there; null for a whole node.")
    confirmed: bool = Field(description="True if an editor confirmed it or chose it.")


class ManagedPlaceView(CommentPlaceView):
    """The place of a comment in a later draft as editors see it, beside what the comment was written about."""

    comment: UUID = Field(description="UUID of the comment.")
    number: int = Field(description="Number of the comment, in the order of arrival.")
    version: int = Field(description="Version for `If-Match`; incremented by every decision.")
    score: float | None = Field(None, description="Score of the place that was found, from 0 to 1.")
    confirmed_at: Moment | None = Field(None, description="Time of the decision.")
    from_draft: int = Field(description="Position of the draft that the comment was written about.")
    from_ref: str | None = Field(None, description="Node of that draft; null for the whole draft.")
    from_quote: PlacedQuoteView | None = Field(None, description="The words that it quoted.")


class CommentPlacePage(BaseModel):
    """A page of places."""

    items: list[ManagedPlaceView] = Field(description="Places.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")


class CommentPlaceParams(PageParams):
    """Parameters of the list of places."""

    draft: int | None = Field(None, ge=1, le=1_000_000, description="Only places in the draft at this position.")
    status: list[CarryStatus] = Field(
        [], max_length=len(CarryStatus), description="Only places with one of these statuses."
    )
    pending: bool = Field(
        True,
        description="True for what needs a person: places that are uncertain or orphaned and not confirmed. False "
        "for all.",
    )


class PlaceQuote(Content):
    """Words of a draft that a comment is placed on."""

    exact: str = Field(min_length=1, max_length=MAX_QUOTE, description="The words.")
    prefix: str = Field("", max_length=200, description="Text before them.")
    suffix: str = Field("", max_length=200, description="Text behind them.")
    start: int = Field(0, ge=0, le=10_000_000, description="Position of their first character in the node.")
    end: int = Field(0, ge=0, le=10_000_000, description="Position behind their last character.")


class MovePlace(Content):
    """The place that an editor chose for a comment."""

    ref: str | None = Field(None, max_length=200, description="Node of the later draft; null for the whole draft.")
    quote: PlaceQuote | None = Field(None, description="The words there; null for the whole node.")
