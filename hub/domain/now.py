"""Facts about an item that depend on today: its legal force and the state of its consultation. Pure.

They stand in `now` beside the stored card, computed when it is read. A stored view tells the day on which it was
stored, and its bytes never change; so changes, exports and hashes never contain `now`.
"""

from datetime import date, timedelta

from pydantic import Field

from hub.domain.kinds.draft import ConsultationState
from hub.domain.kinds.policy import LegalForce
from hub.domain.scalars import DerivedMoment
from hub.domain.types import View
from hub.times import midnight


class ConsultationNow(View):
    """A draft's consultation today (lấy ý kiến hiện nay)."""

    state: ConsultationState = Field(description="`upcoming`, `open` or `closed`, as of today in Việt Nam.")
    opens_at: DerivedMoment = Field(description="First moment at which people may comment, with the offset +07:00.")
    closes_at: DerivedMoment = Field(
        description="First moment after the consultation, with the offset +07:00: the midnight after its last day."
    )


class NowView(View):
    """Facts about an item that depend on today in Việt Nam (hiện trạng)."""

    legal_force: LegalForce | None = Field(
        None,
        description="Legal force of a policy today (hiệu lực hiện nay), from its dates and from later documents that "
        "replace or amend it; null for other kinds.",
    )
    consultation: ConsultationNow | None = Field(
        None, description="Consultation on a draft today (lấy ý kiến hiện nay); null for other kinds."
    )


NOW_DESCRIPTION = (
    "Facts that depend on today (hiện trạng): computed when the item is read, never part of its stored text. Null if "
    "nothing about the item depends on today. Told in lists, details and searches, not for an item as it was in the "
    "past, in changes, or as another item's relation or citation."
)


def consultation_state(day: date, opens_on: date, closes_on: date) -> ConsultationState:
    """Return the state of a consultation on a day; its first and last day belong to it."""
    if day < opens_on:
        return ConsultationState.upcoming
    return ConsultationState.closed if day > closes_on else ConsultationState.open


def consultation_now(day: date, opens_on: date, closes_on: date) -> ConsultationNow:
    """Build the consultation of a draft as of a day."""
    return ConsultationNow(
        state=consultation_state(day, opens_on, closes_on),
        opens_at=midnight(opens_on),
        closes_at=midnight(closes_on + timedelta(days=1)),
    )
