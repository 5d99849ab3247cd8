"""Facts about an item that depend on the present: its legal force and its consultation. Pure.

They stand in `now` beside the stored card, computed when it is read. A stored view tells the day on which it was
stored, and its bytes never change; so changes, exports and hashes never contain `now`.
"""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from hub.domain.consultations import ConsultationStage, stage_at
from hub.domain.kinds.draft import ConsultationState
from hub.domain.kinds.policy import LegalForce
from hub.domain.scalars import DerivedMoment
from hub.domain.types import View


class ConsultationNow(View):
    """A draft's consultation now (lấy ý kiến hiện nay): the window that holds, whatever days the text states."""

    id: UUID | None = Field(
        None, description="UUID of the consultation; null for a moment after an upgrade of the hub, until it has one."
    )
    state: ConsultationState = Field(description="`upcoming`, `open` or `closed`, as of now: by its window alone.")
    stage: ConsultationStage = Field(
        description="Stage of its life, as of now: `announced` or `open`, after its end `closed`, then `answered`, "
        "`adopted` or `dropped` (giai đoạn)."
    )
    opens_at: DerivedMoment = Field(description="First moment at which people may comment, with the offset +07:00.")
    closes_at: DerivedMoment = Field(
        description="First moment after the consultation, with the offset +07:00: the midnight after its last day, or "
        "another moment to which it was extended."
    )


class NowView(View):
    """Facts about an item that depend on today in Việt Nam (hiện trạng)."""

    legal_force: LegalForce | None = Field(
        None,
        description="Legal force of a policy today (hiệu lực hiện nay), from its dates and from later documents that "
        "replace or amend it; null for other kinds.",
    )
    consultation: ConsultationNow | None = Field(
        None, description="Consultation on a draft now (lấy ý kiến hiện nay); null for other kinds."
    )


NOW_DESCRIPTION = (
    "Facts that depend on today (hiện trạng): computed when the item is read, never part of its stored text. Null if "
    "nothing about the item depends on today. Told in lists, details and searches, not for an item as it was in the "
    "past, in changes, or as another item's relation or citation."
)


def consultation_state(moment: datetime, opens_at: datetime, closes_at: datetime) -> ConsultationState:
    """Return the state of a consultation at a moment; the moment of its end is after it."""
    if moment < opens_at:
        return ConsultationState.upcoming
    return ConsultationState.closed if moment >= closes_at else ConsultationState.open


def consultation_now(
    moment: datetime, opens_at: datetime, closes_at: datetime, id_: UUID | None, stage: str | None
) -> ConsultationNow:
    """Build the consultation of a draft as of a moment; `stage` is the stored one."""
    stored = ConsultationStage(stage) if stage else ConsultationStage.announced
    return ConsultationNow(
        id=id_,
        state=consultation_state(moment, opens_at, closes_at),
        stage=stage_at(stored, opens_at, closes_at, moment),
        opens_at=opens_at,
        closes_at=closes_at,
    )
