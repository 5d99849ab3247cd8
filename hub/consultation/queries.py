"""Public reads of consultations, one statement for a page and five for one; and the read of its editors.

A consultation is public while one of its drafts is: lists need a live draft, a detail also shows a withdrawn one.
Nothing here reads editions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.clocks.queries import read_clocks
from hub.consultation.answer_term import KIND
from hub.consultation.minimum import read_window_minimum
from hub.consultation.params import ConsultationListParams, ConsultationSort
from hub.consultation.records import CONSULTATION, DRAFT, MEMBER
from hub.consultation.views import (
    AdoptedPolicyView,
    ConsultationDraftView,
    DraftConsultationCardView,
    DraftConsultationView,
    ManagedConsultation,
)
from hub.content.stored_views import parse_view
from hub.content.visibility import LISTED_STATES, READABLE, VIEW
from hub.db import Database
from hub.domain.consultations import RUNNING, ConsultationStage, stage_at
from hub.domain.lifecycle import SHOWS, DocumentState, Surface
from hub.errors import NotFound
from hub.paging import any_moment_part, decode_cursor, encode_cursor, list_digest, uuid_part
from hub.registry.hierarchy import get_registry
from hub.times import FIRST_DAY, LAST_DAY, midnight, now

READABLE_STATES = [state for state in DocumentState if SHOWS[state][Surface.detail] in READABLE]

_COLUMNS = ("id", "state", "opens_at", "closes_at", "without_answers")


def is_public(consultation_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Build the condition that a consultation is public: one of its drafts is live or withdrawn."""
    return exists().where(
        MEMBER.c.consultation_id == consultation_id,
        VIEW.c.document_id == MEMBER.c.document_id,
        VIEW.c.seq_to.is_(None),
        VIEW.c.state.in_(READABLE_STATES),
    )


def no_consultation() -> NotFound:
    """Build the refusal of a consultation that is not public."""
    return NotFound("There is no public consultation with this id.", field="id")


async def require_public(connection: AsyncConnection | AsyncSession, id_: UUID) -> None:
    """Raise `NotFound` unless a consultation is public."""
    query = select(CONSULTATION.c.id).where(CONSULTATION.c.id == id_, is_public(CONSULTATION.c.id))
    if (await connection.execute(query)).first() is None:
        raise no_consultation()


@dataclass(frozen=True)
class ConsultationPage:
    """A page of consultations, with the cursor after each."""

    items: Sequence[DraftConsultationCardView]
    cursors: Sequence[str]
    next: str | None


def _latest_draft(lang: str, states: Sequence[str]) -> FromClause:
    """Build the lateral read of the card of a consultation's latest public draft, in the best language."""
    rank = case((VIEW.c.lang == lang, 1), else_=0)
    return (
        select(VIEW.c.document_id, VIEW.c.lang, VIEW.c.card, VIEW.c.high_impact)
        .join(MEMBER, MEMBER.c.document_id == VIEW.c.document_id)
        .where(MEMBER.c.consultation_id == CONSULTATION.c.id)
        .where(VIEW.c.seq_to.is_(None), VIEW.c.state.in_(states))
        .order_by(MEMBER.c.position.desc(), rank.desc(), VIEW.c.lang.desc())
        .limit(1)
        .lateral("latest")
    )


def _select_cards(lang: str, states: Sequence[str]) -> tuple[Select[Any], FromClause]:
    latest = _latest_draft(lang, states)
    query = select(*(CONSULTATION.c[name] for name in _COLUMNS), latest).select_from(CONSULTATION.join(latest, true()))
    return query, latest


def stage_condition(stage: ConsultationStage, moment: datetime) -> ColumnElement[bool]:
    """Build the condition for consultations in a stage at a moment, as `stage_at` decides."""
    state, is_running = CONSULTATION.c.state, CONSULTATION.c.state.in_(sorted(RUNNING))
    begun, ended = CONSULTATION.c.opens_at <= moment, CONSULTATION.c.closes_at <= moment
    if stage is ConsultationStage.announced:
        return and_(is_running, ~begun, ~ended)
    if stage is ConsultationStage.open:
        return and_(is_running, begun, ~ended)
    if stage is ConsultationStage.closed:
        return or_(state == stage, and_(is_running, ended))
    return and_(state == stage)


async def list_consultations(database: Database, params: ConsultationListParams, lang: str) -> ConsultationPage:
    """Return a page of consultations with a live draft. Raises `InvalidCursor` or `UnknownReference`."""
    moment = now()
    query, latest = _select_cards(lang, LISTED_STATES)
    if params.agency is not None:
        registry = await get_registry(database)
        registry.check_codes(agency=[params.agency])
        query = query.where(CONSULTATION.c.agency.in_(sorted(registry.agency_with_descendants(params.agency))))
    if params.state:
        query = query.where(or_(*(stage_condition(stage, moment) for stage in params.state)))
    if params.open_on is not None:
        day = min(params.open_on, LAST_DAY)
        begins, ends = midnight(day), midnight(day + timedelta(days=1))
        query = query.where(CONSULTATION.c.opens_at < ends, CONSULTATION.c.closes_at > begins)
    if params.closing_before is not None:
        query = query.where(CONSULTATION.c.closes_at <= midnight(min(max(params.closing_before, FIRST_DAY), LAST_DAY)))
    if params.high_impact is not None:
        query = query.where(latest.c.high_impact == params.high_impact)
    later = {"closing_before": params.closing_before} if params.closing_before else {}
    name = list_digest(
        "consultations", sorted(params.state), params.agency, params.open_on, params.high_impact, params.sort, **later
    )
    keys = (CONSULTATION.c.closes_at, CONSULTATION.c.id)
    descending = params.sort is ConsultationSort.closes_desc
    if params.cursor is not None:
        closes_at, id_ = decode_cursor(name, params.cursor, any_moment_part, uuid_part)
        there = tuple_(literal(closes_at, DateTime(timezone=True)), id_)
        query = query.where(tuple_(*keys) < there if descending else tuple_(*keys) > there)
    query = query.order_by(*(key.desc() if descending else key.asc() for key in keys)).limit(params.limit + 1)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    shown = rows[: params.limit]
    cursors = [encode_cursor(name, row.closes_at.isoformat(), str(row.id)) for row in shown]
    items, kept = [], []
    for row, cursor in zip(shown, cursors, strict=True):
        if (members := _card_members(row, moment)) is not None:
            items.append(DraftConsultationCardView(**members))
            kept.append(cursor)
    return ConsultationPage(items, kept, cursors[-1] if len(rows) > params.limit else None)


def _card_members(row: Any, moment: datetime) -> dict[str, Any] | None:
    """Return the members of a card; None if the stored draft is damaged."""
    draft = parse_view(row.card, row.document_id, "consultations")
    if draft is None:
        return None
    return {
        "id": row.id,
        "path": consultation_path(row.id),
        "agency": draft["agency"],
        "title": draft["title"],
        "lang": row.lang,
        "draft": row.document_id,
        "draft_version": draft["draft_version"],
        "high_impact": row.high_impact,
        "state": stage_at(ConsultationStage(row.state), row.opens_at, row.closes_at, moment),
        "opens_at": row.opens_at,
        "closes_at": row.closes_at,
        "without_answers": row.without_answers,
    }


def consultation_path(id_: UUID) -> str:
    """Return the path of a consultation, relative to the base URL of the hub."""
    return f"/api/v1/consultations/{id_}"


async def get_consultation(connection: AsyncConnection, id_: UUID, lang: str) -> DraftConsultationView:
    """Return a consultation of which a draft is live or withdrawn: five statements. Raises `NotFound`."""
    moment = now()
    query, _ = _select_cards(lang, READABLE_STATES)
    own = [column for column in CONSULTATION.c if column.name not in _COLUMNS]
    policy = (
        select(VIEW.c.card)
        .where(VIEW.c.document_id == CONSULTATION.c.policy_id, VIEW.c.seq_to.is_(None))
        .where(VIEW.c.state.in_(READABLE_STATES))
        .order_by(case((VIEW.c.lang == lang, 1), else_=0).desc(), VIEW.c.lang.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = query.add_columns(*own, policy.label("policy_card")).where(CONSULTATION.c.id == id_)
    row = (await connection.execute(query)).one_or_none()
    members = None if row is None else _card_members(row, moment)
    if row is None or members is None:
        raise no_consultation()
    names = {column.name for column in own} & DraftConsultationView.model_fields.keys() - members.keys()
    return DraftConsultationView(
        **members,
        **{name: getattr(row, name) for name in names},
        policy=_policy_view(row),
        drafts=await _list_drafts(connection, id_, lang),
        minimum=await read_window_minimum(connection, row),
        clocks=(await read_clocks(connection, KIND, [id_]))[id_],
    )


def _policy_view(row: Any) -> AdoptedPolicyView | None:
    card = row.policy_card and parse_view(row.policy_card, row.policy_id, "consultations")
    return AdoptedPolicyView(id=row.policy_id, title=card["title"], path=card["path"]) if card else None


async def _list_drafts(connection: AsyncConnection, id_: UUID, lang: str) -> list[ConsultationDraftView]:
    """List the editions of drafts that are readable now, with the title that each draft has now."""
    rank = func.row_number().over(
        partition_by=VIEW.c.document_id,
        order_by=(case((VIEW.c.lang == lang, 1), else_=0).desc(), VIEW.c.lang.desc()),
    )
    shown = (
        select(VIEW.c.document_id, VIEW.c.card, rank.label("rank"))
        .join(MEMBER, MEMBER.c.document_id == VIEW.c.document_id)
        .where(MEMBER.c.consultation_id == id_, VIEW.c.seq_to.is_(None), VIEW.c.state.in_(READABLE_STATES))
        .subquery("shown")
    )
    query = (
        select(DRAFT, shown.c.card)
        .join(shown, shown.c.document_id == DRAFT.c.document_id)
        .where(DRAFT.c.consultation_id == id_, shown.c.rank == 1)
        .order_by(DRAFT.c.position)
    )
    found = []
    for row in await connection.execute(query):
        card = parse_view(row.card, row.document_id, "consultations")
        if card is not None:
            found.append(
                ConsultationDraftView(
                    position=row.position,
                    id=row.document_id,
                    lang=row.lang,
                    edition=row.edition,
                    draft_version=row.draft_version,
                    published_at=row.published_at,
                    title=card["title"],
                    path=card["path"],
                )
            )
    return found


async def load_managed(connection: AsyncConnection | AsyncSession, id_: UUID) -> ManagedConsultation:
    """Load a consultation as its editors see it, without checking any right. Raises `NotFound`."""
    row = (await connection.execute(select(CONSULTATION).where(CONSULTATION.c.id == id_))).one_or_none()
    if row is None:
        raise NotFound("There is no consultation with this id.", field="id")
    members = select(MEMBER.c.document_id).where(MEMBER.c.consultation_id == id_).order_by(MEMBER.c.position)
    names = ManagedConsultation.model_fields.keys() - {"state", "documents", "minimum"}
    return ManagedConsultation(
        **{name: getattr(row, name) for name in names},
        state=stage_at(ConsultationStage(row.state), row.opens_at, row.closes_at, now()),
        minimum=await read_window_minimum(connection, row),
        documents=list((await connection.execute(members)).scalars()),
    )


async def read_managed(connection: AsyncConnection, by: Principal, id_: UUID) -> ManagedConsultation:
    """Return a consultation to an editor of its agency. Raises `NotFound` or `Forbidden`."""
    found = await load_managed(connection, id_)
    by.require(Scope.read_working, found.agency)
    return found
