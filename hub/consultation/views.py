"""Public views of consultations, the bodies of an editor's changes, and a consultation as its editors see it."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from hub.clocks.models import Certainty, ClockEffect
from hub.clocks.views import ClockView
from hub.domain.consultations import ConsultationStage
from hub.domain.scalars import DerivedMoment, Flag, Moment, StoredDay, Text
from hub.domain.types import AgencyRef, Content, View
from hub.domain.working_days import TermDoubt, TermUnit
from hub.times import midnight

MAX_REASON = 2_000


class ConsultationDraftView(View):
    """An edition of a draft that was public in a consultation (lần dự thảo)."""

    position: int = Field(description="Order in which the editions became public, starting at 1.")
    id: UUID = Field(description="UUID of the draft document.")
    lang: str = Field(description="Language of the edition.")
    edition: int = Field(description="Number of the edition in this language.")
    draft_version: int = Field(description="Number of the draft, as the edition states it (lần dự thảo).")
    published_at: Moment = Field(description="Time at which the edition became public, with the offset +07:00.")
    title: str = Field(description="Title of the draft now.")
    path: str = Field(description="Path of the draft, relative to the base URL of the hub.")


class AdoptedPolicyView(View):
    """The policy that came of a consultation (văn bản được ban hành)."""

    id: UUID = Field(description="UUID of the policy.")
    title: str = Field(description="Title of the policy.")
    path: str = Field(description="Path of the policy, relative to the base URL of the hub.")


class DraftConsultationCardView(View):
    """A consultation on a draft as lists show it (đợt lấy ý kiến)."""

    id: UUID = Field(description="UUID of the consultation.")
    path: str = Field(description="Path of the consultation, relative to the base URL of the hub.")
    agency: AgencyRef = Field(description="Agency that asks for comments (cơ quan lấy ý kiến).")
    title: str = Field(description="Title of its latest draft.")
    lang: str = Field(description="Language of the title.")
    draft: UUID = Field(description="UUID of its latest draft.")
    draft_version: int = Field(description="Number of the latest draft, as it states it (lần dự thảo).")
    high_impact: bool = Field(description="True if its latest draft has a high impact on society.")
    state: ConsultationStage = Field(
        description="Stage of its life, as of now: `announced` or `open`, after its end `closed`, then `answered`, "
        "`adopted` or `dropped`."
    )
    opens_at: DerivedMoment = Field(description="First moment at which people may comment, with the offset +07:00.")
    closes_at: DerivedMoment = Field(description="First moment after the consultation, with the offset +07:00.")
    without_answers: bool = Field(description="True if it was adopted before the comments were answered: a breach.")


class WindowMinimumView(View):
    """The legal minimum of a window (thời gian lấy ý kiến tối thiểu), under the row that was valid at its start."""

    rule: str = Field(description="Code of the rule.", examples=["consultation.window"])
    amount: int = Field(description="Length of the minimum, in units.")
    unit: TermUnit = Field(description="Unit: `hours`, `days` or `working_days`.")
    certainty: Certainty = Field(description="Certainty of the row: `confirmed`, `reported` or `assumed`.")
    effect: ClockEffect = Field(
        description="Effect of a shorter window: `warn` unless the row is confirmed; else a public reason is required."
    )
    basis: str = Field(description="Legal basis (căn cứ).")
    basis_url: str | None = Field(None, description="Address of the legal basis.")
    ends_at: DerivedMoment = Field(description="Earliest end that keeps it, with the offset +07:00.")
    is_kept: bool = Field(description="True if the furthest end that was announced keeps it.")
    doubts: list[TermDoubt] = Field(description="Reasons why the earliest end may be another one.")


class DraftConsultationView(DraftConsultationCardView):
    """A consultation on a draft (đợt lấy ý kiến): its window, its life, and its drafts in order."""

    announced_closes_at: DerivedMoment = Field(
        description="Furthest end that was ever announced; later than `closes_at` only if it was dropped."
    )
    announced_at: Moment = Field(description="Time at which it was announced.")
    opened_at: Moment | None = Field(None, description="Time at which its opening was logged.")
    closed_at: Moment | None = Field(None, description="Time at which its end was logged.")
    answered_at: Moment | None = Field(None, description="Time at which its comments were answered.")
    adopted_at: Moment | None = Field(None, description="Time at which it was linked to its policy.")
    dropped_at: Moment | None = Field(None, description="Time at which it was dropped.")
    dropped_reason: str | None = Field(None, description="Public reason for dropping it.")
    adopted_reason: str | None = Field(None, description="Public reason for adopting it without answers.")
    short_reason: str | None = Field(None, description="Public reason for a window below the legal minimum.")
    minimum: WindowMinimumView | None = Field(
        None, description="Legal minimum of its window; null if no rule was valid when it began."
    )
    policy: AdoptedPolicyView | None = Field(None, description="The policy that came of it, while it is readable.")
    drafts: list[ConsultationDraftView] = Field(description="Editions of its drafts, in order.")
    comment_changes: int = Field(description="Number of public changes of its comments, for whoever keeps copies.")
    clocks: list[ClockView] = Field(
        description="Terms that run or have run for it (thời hạn): `consultation.answers`, from its end."
    )


class DraftConsultationPage(BaseModel):
    """A page of consultations."""

    items: list[DraftConsultationCardView] = Field(description="Consultations.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")


class ManagedConsultation(View):
    """A consultation for its editors: with its version, and with drafts that are not public yet."""

    id: UUID = Field(description="UUID of the consultation.")
    version: int = Field(description="Version for `If-Match`; incremented by every change.")
    agency: str = Field(description="Code of the agency that asks for comments.")
    state: ConsultationStage = Field(description="Stage of its life, as of now.")
    opens_at: DerivedMoment = Field(description="First moment at which people may comment.")
    closes_at: DerivedMoment = Field(description="First moment after the consultation.")
    announced_closes_at: DerivedMoment = Field(description="Furthest end that was ever announced.")
    review_first: bool = Field(description="True if each new comment waits for a moderator (duyệt trước).")
    dropped_reason: str | None = Field(None, description="Public reason for dropping it.")
    adopted_reason: str | None = Field(None, description="Public reason for adopting it without answers.")
    short_reason: str | None = Field(None, description="Public reason for a window below the legal minimum.")
    minimum: WindowMinimumView | None = Field(None, description="Legal minimum of its window.")
    policy_id: UUID | None = Field(None, description="UUID of the policy that came of it.")
    without_answers: bool = Field(description="True if it was adopted before the comments were answered.")
    documents: list[UUID] = Field(description="UUIDs of its draft documents in order, also unpublished ones.")


class ManagedConsultationCardView(View):
    """A consultation in the list of its editors, with what waits for them."""

    id: UUID = Field(description="UUID of the consultation.")
    version: int = Field(description="Version for `If-Match`; incremented by every change.")
    agency: str = Field(description="Code of the agency that asks for comments.")
    title: str | None = Field(description="Title of its latest draft that is live or withdrawn; null without one.")
    state: ConsultationStage = Field(description="Stage of its life, as of now.")
    opens_at: DerivedMoment = Field(description="First moment at which people may comment.")
    closes_at: DerivedMoment = Field(description="First moment after the consultation.")
    comments_waiting: int = Field(description="Comments that wait for a moderator.")
    answers_missing: int = Field(description="Public comments that still need an answer.")
    bodies_overdue: int = Field(description="Bodies that did not answer in their term.")


class ManagedConsultationPage(BaseModel):
    """A page of consultations for their editors."""

    items: list[ManagedConsultationCardView] = Field(description="Consultations, the last end first.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")


class Extend(Content):
    """Another end of a window, later than the one that was announced: a day or a moment."""

    closes_on: StoredDay | None = Field(None, description="Last day (hết ngày).", examples=["2026-12-31"])
    closes_at: Moment | None = Field(
        None, description="First moment after the consultation, with an offset.", examples=["2026-12-31T17:00:00+07:00"]
    )
    reason: Text | None = Field(None, max_length=MAX_REASON, description="Public reason.")
    short_reason: Text | None = Field(
        None,
        max_length=MAX_REASON,
        description="Public reason for a window that is below the legal minimum even so; stays if absent.",
    )

    @model_validator(mode="after")
    def _check_one_end(self) -> "Extend":
        if (self.closes_on is None) is (self.closes_at is None):
            raise ValueError("closes_on: give one end, `closes_on` or `closes_at`")
        return self

    def end(self) -> datetime:
        """Return the first moment after the consultation."""
        if self.closes_at is not None:
            return self.closes_at
        assert self.closes_on is not None  # noqa: S101 - the model has checked that one is given
        return midnight(self.closes_on + timedelta(days=1))


class Adopt(Content):
    """The policy that came of a consultation."""

    policy: UUID = Field(description="UUID of a live policy.")
    without_answers: Flag = Field(
        False, description="True to adopt it before the comments were answered: a breach on record."
    )
    reason: Text | None = Field(
        None, max_length=MAX_REASON, description="Public reason; required when it is adopted without answers."
    )


class Drop(Content):
    """The end of a consultation that comes to nothing."""

    reason: Text = Field(max_length=MAX_REASON, description="Public reason.")


class LinkDraft(Content):
    """A draft document that becomes the next draft of a consultation."""

    document: UUID = Field(description="UUID of a draft that is public or not yet.")
