"""List of consultations for their editors, with what waits for them: five statements for a page."""

from typing import Any, NamedTuple

from sqlalchemy import DateTime, case, literal, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.principal import Principal
from hub.consultation.answers.completeness import count_all_answers
from hub.consultation.bodies.queries import count_overdue, readable_agencies
from hub.consultation.params import ManagedConsultationParams
from hub.consultation.queries import READABLE_STATES, stage_condition
from hub.consultation.records import CONSULTATION, MEMBER
from hub.consultation.views import ManagedConsultationCardView, ManagedConsultationPage
from hub.content.stored_views import parse_view
from hub.content.visibility import VIEW
from hub.domain.consultations import ConsultationStage, stage_at
from hub.paging import any_moment_part, decode_cursor, encode_cursor, list_digest, uuid_part
from hub.times import now


class ManagedListing(NamedTuple):
    """A page of consultations, with the cursor of each."""

    page: ManagedConsultationPage
    cursors: list[str]


async def list_managed(
    connection: AsyncConnection, by: Principal, params: ManagedConsultationParams, lang: str
) -> ManagedListing:
    """List the consultations of a principal's agencies, also those of which no draft is public.

    Raises `Forbidden`, `UnknownReference` or `InvalidCursor`.
    """
    moment = now()
    agencies = await readable_agencies(connection, by, params.agency)
    name = list_digest("managed-consultations", agencies, sorted(params.state))
    latest = (
        select(VIEW.c.document_id, VIEW.c.card)
        .join(MEMBER, MEMBER.c.document_id == VIEW.c.document_id)
        .where(MEMBER.c.consultation_id == CONSULTATION.c.id)
        .where(VIEW.c.seq_to.is_(None), VIEW.c.state.in_(READABLE_STATES))
        .order_by(MEMBER.c.position.desc(), case((VIEW.c.lang == lang, 1), else_=0).desc(), VIEW.c.lang.desc())
        .limit(1)
        .lateral("latest")
    )
    names = ("id", "version", "agency", "state", "opens_at", "closes_at")
    query = (
        select(*(CONSULTATION.c[one] for one in names), latest)
        .select_from(CONSULTATION.outerjoin(latest, true()))
        .where(CONSULTATION.c.agency.in_(agencies))
    )
    if params.state:
        query = query.where(or_(*(stage_condition(stage, moment) for stage in params.state)))
    if params.cursor is not None:
        closes_at, id_ = decode_cursor(name, params.cursor, any_moment_part, uuid_part)
        there = tuple_(literal(closes_at, DateTime(timezone=True)), id_)
        query = query.where(tuple_(CONSULTATION.c.closes_at, CONSULTATION.c.id) < there)
    query = query.order_by(CONSULTATION.c.closes_at.desc(), CONSULTATION.c.id.desc()).limit(params.limit + 1)
    rows = (await connection.execute(query)).all()
    shown = rows[: params.limit]
    ids = [row.id for row in shown]
    counts = await count_all_answers(connection, ids)
    overdue = await count_overdue(connection, ids)
    items = [
        ManagedConsultationCardView(
            **{one: getattr(row, one) for one in names if one != "state"},
            title=_title(row),
            state=stage_at(ConsultationStage(row.state), row.opens_at, row.closes_at, moment),
            comments_waiting=counts[row.id].waiting,
            answers_missing=counts[row.id].missing,
            bodies_overdue=overdue.get(row.id, 0),
        )
        for row in shown
    ]
    cursors = [encode_cursor(name, row.closes_at.isoformat(), str(row.id)) for row in shown]
    following = cursors[-1] if len(rows) > params.limit else None
    return ManagedListing(ManagedConsultationPage(items=items, next=following), cursors)


def _title(row: Any) -> str | None:
    card = None if row.card is None else parse_view(row.card, row.document_id, "consultations")
    return card["title"] if card else None
