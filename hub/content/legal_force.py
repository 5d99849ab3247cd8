"""Legal force (hiệu lực) on a date, from the dates of a policy and from later documents that affect it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Select, and_, exists, literal, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.as_of import currently_open
from hub.content.models import PublishedRelation
from hub.content.stored_views import parse_view
from hub.content.visibility import LISTED_STATES, VIEW, Pointer, VisibilityRow, check_visible, select_visibility
from hub.db import table
from hub.domain.kinds.policy import POLICY, LegalForce, force_by_dates
from hub.domain.types import RelationType, View
from hub.errors import NotInForce
from hub.problem_texts.templates import as_data, fill
from hub.times import VIETNAM

RELATION = table(PublishedRelation)
LATER = VIEW.alias("later")

MAX_REASONS = 100
"""Most later documents in an answer; the earliest ones are kept."""

_STATED_ONLY = frozenset({LegalForce.suspended, LegalForce.partly_expired})
"""Legal force that dates never imply, so editors must have stated it."""

_AMENDABLE = frozenset({LegalForce.in_force, LegalForce.unknown, LegalForce.partly_expired})
"""Legal force that an amendment makes, or leaves, partly expired."""


class ForceGround(StrEnum):
    """Kind of reason for the legal force on a date (căn cứ xác định hiệu lực)."""

    dates = "dates"
    replaced = "replaced"
    amended = "amended"
    stated = "stated"


GROUND_BY_EFFECT = {RelationType.replaces: ForceGround.replaced, RelationType.amends: ForceGround.amended}
"""Relations of later documents that affect the legal force, each with its ground."""


class ForceReasonView(View):
    """A reason for the legal force on a date."""

    reason: ForceGround = Field(description="Kind of reason.")
    id: UUID | None = Field(None, description="UUID of the later document, if the reason is one.")
    title: str | None = Field(None, description="Title of the later document, if the reason is one.")
    since: date | None = Field(None, description="First day on which the reason counts.", examples=["2026-03-01"])


class LegalForceOnView(View):
    """Legal force of a policy on a date, with the reasons (hiệu lực tại ngày)."""

    on: date = Field(description="Legal date of the request.", examples=["2026-03-01"])
    legal_force: LegalForce = Field(description="Legal force on that date; `unknown` if nothing determines it.")
    because: list[ForceReasonView] = Field(description="Reasons for the legal force; empty if nothing is known.")


@dataclass(frozen=True, slots=True)
class LaterDocument:
    """A live document, in effect by the requested date, that replaces or amends a policy."""

    type: RelationType
    id: UUID
    title: str
    since: date


def select_in_effect(day: date, types: Sequence[RelationType]) -> Select[tuple[UUID]]:
    """Select live documents in effect on a day that have such a relation to the policy of the enclosing query's row."""
    return (
        select(LATER.c.document_id)
        .select_from(RELATION)
        .join(
            LATER,
            and_(
                LATER.c.document_id == RELATION.c.document_id,
                LATER.c.lang == RELATION.c.lang,
                currently_open(LATER),
                LATER.c.state.in_(LISTED_STATES),
            ),
        )
        .where(
            RELATION.c.target_id == VIEW.c.document_id,
            RELATION.c.document_id != VIEW.c.document_id,
            RELATION.c.type.in_(types),
            LATER.c.effective_on <= day,
        )
    )


def replacement_id(day: date) -> ColumnElement[UUID]:
    """Select the id of the document that replaces the row's policy on a day; the earliest of several, null if none."""
    query = select_in_effect(day, [RelationType.replaces]).order_by(LATER.c.effective_on, LATER.c.document_id).limit(1)
    return query.correlate(VIEW).scalar_subquery()


def in_force_conditions(day: date) -> list[ColumnElement[bool]]:
    """Build the conditions for views in force on a day according to dates and replacements."""
    return [
        VIEW.c.effective_on <= day,
        VIEW.c.expires_on.is_(None) | (VIEW.c.expires_on > day),
        ~exists(select_in_effect(day, [RelationType.replaces]).with_only_columns(literal(1)).correlate(VIEW)),
    ]


def require_in_force(day: date, effective: date | None, expires: date | None, replacement: UUID | None) -> None:
    """Raise `NotInForce` with the dates of the policy if it is not in force on a day."""
    if effective is None:
        raise NotInForce("The first day of effect of the policy is not known.", field="in_force_on", on=day)
    dates: dict[str, Any] = {"on": day, "effective_on": effective, "expires_on": expires}
    if day < effective:
        raise NotInForce(
            fill("The policy comes into force on {effective}, after {day}.", effective=effective, day=day),
            field="in_force_on",
            **dates,
        )
    if expires is not None and day >= expires:
        raise NotInForce(
            fill("The policy expired on {expires}; it is not in force on {day}.", expires=expires, day=day),
            field="in_force_on",
            **dates,
        )
    if replacement is not None:
        raise NotInForce(
            fill("Another document has replaced the policy by {day}.", day=day),
            field="in_force_on",
            expected=as_data(Pointer(replacement, POLICY.name).path),
            replaced_by=str(replacement),
            **dates,
        )


def legal_force_on(
    day: date,
    *,
    effective: date | None,
    expires: date | None,
    stated: LegalForce,
    stated_since: date,
    effects: Collection[RelationType] = (),
) -> tuple[LegalForce, tuple[ForceGround, ...]]:
    """Determine the legal force on a day, with its grounds. `effects` are those of later documents in effect by then.

    A replacement ends it regardless of the dates. A stated legal force counts from the day on which its edition became
    public, and only if dates alone cannot determine it.
    """
    force = force_by_dates(day, effective, expires)
    grounds = () if force is LegalForce.unknown else (ForceGround.dates,)
    if RelationType.replaces in effects:
        return LegalForce.expired, (*(grounds if force is LegalForce.expired else ()), ForceGround.replaced)
    if force in (LegalForce.expired, LegalForce.not_yet):
        return force, grounds
    # `expired` together with an expiry date was not stated: it follows from that date when the view was built.
    says_more = stated in _STATED_ONLY or (
        force is LegalForce.unknown and (stated is not LegalForce.expired or not expires)
    )
    if day >= stated_since and says_more:
        force, grounds = stated, (() if stated is LegalForce.unknown else (ForceGround.stated,))
    if RelationType.amends in effects and force in _AMENDABLE:
        return LegalForce.partly_expired, (*grounds, ForceGround.amended)
    return force, grounds


def explain_legal_force(
    day: date,
    *,
    effective: date | None,
    expires: date | None,
    stated: LegalForce,
    stated_since: date,
    later: Sequence[LaterDocument] = (),
) -> LegalForceOnView:
    """Determine the legal force on a day, with a reason for each of its grounds, or for each document behind one."""
    effects = {one.type for one in later}
    force, grounds = legal_force_on(
        day, effective=effective, expires=expires, stated=stated, stated_since=stated_since, effects=effects
    )
    dates_since = expires if force is LegalForce.expired else effective
    reasons = {
        ForceGround.dates: [ForceReasonView(reason=ForceGround.dates, since=dates_since)],
        ForceGround.stated: [ForceReasonView(reason=ForceGround.stated, since=stated_since)],
    }
    for one in later:
        ground = GROUND_BY_EFFECT[one.type]
        reason = ForceReasonView(reason=ground, id=one.id, title=one.title, since=one.since)
        reasons.setdefault(ground, []).append(reason)
    return LegalForceOnView(on=day, legal_force=force, because=[one for ground in grounds for one in reasons[ground]])


async def load_legal_force(
    connection: AsyncConnection, document_id: UUID, *, day: date, lang: str
) -> LegalForceOnView | Pointer:
    """Load the legal force of a public policy on a day, in one statement; or a `Pointer` if the policy redirects.

    Raises `NotFound` or `DocumentGone`.
    """
    later = (
        select_in_effect(day, list(GROUND_BY_EFFECT))
        .with_only_columns(
            RELATION.c.type, LATER.c.document_id.label("later_id"), LATER.c.effective_on.label("since"), LATER.c.card
        )
        .ext(distinct_on(LATER.c.effective_on, RELATION.c.type, LATER.c.document_id))
        .order_by(LATER.c.effective_on, RELATION.c.type, LATER.c.document_id, (LATER.c.lang == lang).desc())
        .limit(MAX_REASONS)
        .correlate(VIEW)
        .lateral("later_documents")
    )
    query = (
        select_visibility(document_id, lang)
        .add_columns(VIEW.c.effective_on, VIEW.c.expires_on, VIEW.c.modified_at, VIEW.c.card)
        .add_columns(later.c.type, later.c.later_id, later.c.since, later.c.card.label("later_card"))
        .select_from(VIEW.outerjoin(later, true()))
        .order_by(later.c.since, later.c.type.desc(), later.c.later_id)
    )
    rows = (await connection.execute(query)).all()
    if (pointer := check_visible(VisibilityRow.first_of(rows), document_id, POLICY.name)) is not None:
        return pointer
    first = rows[0]
    modified: datetime = first.modified_at
    card = parse_view(first.card, document_id, "legal_force")
    return explain_legal_force(
        day,
        effective=first.effective_on,
        expires=first.expires_on,
        stated=LegalForce(card["legal_force"] if card else LegalForce.unknown),
        stated_since=modified.astimezone(VIETNAM).date(),
        later=[
            LaterDocument(RelationType(row.type), row.later_id, later_card["title"], row.since)
            for row in rows
            if row.later_id is not None
            and (later_card := parse_view(row.later_card, row.later_id, "legal_force")) is not None
        ],
    )
