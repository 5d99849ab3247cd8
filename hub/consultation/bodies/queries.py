"""Reads of the bodies that were asked: for everybody, for editors, and what is overdue."""

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Uuid, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.consultation.access import read_managed_stage, read_public_stage
from hub.consultation.bodies.views import (
    BodyParams,
    ConsultationBodyList,
    ConsultationBodyView,
    ManagedBodyList,
    ManagedBodyPage,
    ManagedBodyView,
    OverdueBodyParams,
)
from hub.consultation.comments.body_models import ConsultationBody
from hub.consultation.comments.models import Comment
from hub.consultation.records import CONSULTATION
from hub.db import table
from hub.domain.consultations import RUNNING, ConsultationStage, stage_at
from hub.errors import Forbidden
from hub.paging import day_part, decode_cursor, encode_cursor, list_digest, text_part, uuid_part
from hub.problem_texts.templates import fill
from hub.registry.queries import require_agency
from hub.times import now, today

BODY, COMMENT = table(ConsultationBody), table(Comment)

_WAITING = (*sorted(RUNNING), ConsultationStage.closed.value)
"""Stages in which an answer is waited for."""
_PUBLIC = frozenset(ConsultationBodyView.model_fields) - {"late", "unanswered"}


class BodyListing(NamedTuple):
    """A page of bodies, with the cursor of each."""

    page: ManagedBodyPage
    cursors: list[str]


def is_overdue() -> ColumnElement[bool]:
    """Return the condition that a body's term is over, it has not answered, and its answer is waited for."""
    is_over = func.coalesce(BODY.c.due_on < today(), False)
    return and_(BODY.c.answered_on.is_(None), is_over, CONSULTATION.c.state.in_(_WAITING))


def _select() -> Select[Any]:
    opinions = (
        select(func.array_agg(aggregate_order_by(COMMENT.c.id, COMMENT.c.number)))
        .where(COMMENT.c.body_id == BODY.c.id)
        .scalar_subquery()
    )
    return (
        select(BODY, CONSULTATION.c.state, CONSULTATION.c.opens_at, CONSULTATION.c.closes_at)
        .add_columns(is_overdue().label("overdue"), opinions.label("opinions"))
        .join(CONSULTATION, CONSULTATION.c.id == BODY.c.consultation_id)
        .order_by(BODY.c.asked_on, BODY.c.name, BODY.c.id)
    )


def _members(row: Any) -> dict[str, Any]:
    stage = stage_at(ConsultationStage(row.state), row.opens_at, row.closes_at, now())
    return {
        **{name: getattr(row, name) for name in _PUBLIC},
        "late": row.answered_on is not None and row.due_on is not None and row.answered_on > row.due_on,
        "unanswered": row.answered_on is None and stage not in RUNNING,
    }


def _managed_view(row: Any) -> ManagedBodyView:
    names = ("id", "version", "overdue", "reminded_at", "file_name", "file_sha256")
    return ManagedBodyView(
        **_members(row),
        **{name: getattr(row, name) for name in names},
        consultation=row.consultation_id,
        opinions=row.opinions or [],
    )


async def list_bodies(connection: AsyncConnection, consultation: UUID) -> ConsultationBodyList:
    """List the bodies of a public consultation. Raises `NotFound`."""
    await read_public_stage(connection, consultation)
    rows = await connection.execute(_select().where(BODY.c.consultation_id == consultation))
    return ConsultationBodyList(items=[ConsultationBodyView(**_members(row)) for row in rows])


async def list_managed_bodies(
    connection: AsyncConnection, by: Principal, consultation: UUID, params: BodyParams
) -> ManagedBodyList:
    """List the bodies of a consultation for its editors. Raises `NotFound` or `Forbidden`."""
    await read_managed_stage(connection, by, consultation)
    query = _select().where(BODY.c.consultation_id == consultation)
    if params.overdue is not None:
        query = query.where(is_overdue() if params.overdue else ~is_overdue())
    return ManagedBodyList(items=[_managed_view(row) for row in await connection.execute(query)])


async def list_overdue_bodies(connection: AsyncConnection, by: Principal, params: OverdueBodyParams) -> BodyListing:
    """List the bodies that have not answered in their term, of all consultations of a principal's agencies.

    Raises `Forbidden`, `UnknownReference` or `InvalidCursor`.
    """
    agencies = await readable_agencies(connection, by, params.agency)
    name = list_digest("overdue-bodies", agencies)
    query = _select().where(is_overdue(), CONSULTATION.c.agency.in_(agencies)).limit(params.limit + 1)
    if params.cursor is not None:
        asked_on, body, id_ = decode_cursor(name, params.cursor, day_part, text_part, uuid_part)
        there = tuple_(literal(asked_on, Date), literal(body), literal(id_, Uuid))
        query = query.where(tuple_(BODY.c.asked_on, BODY.c.name, BODY.c.id) > there)
    rows = (await connection.execute(query)).all()
    shown = rows[: params.limit]
    cursors = [encode_cursor(name, row.asked_on, row.name, row.id) for row in shown]
    following = cursors[-1] if len(rows) > params.limit else None
    return BodyListing(ManagedBodyPage(items=[_managed_view(row) for row in shown], next=following), cursors)


async def readable_agencies(connection: AsyncConnection, by: Principal, agency: str | None) -> list[str]:
    """Return the agencies whose consultations a principal reads: the one of a filter, or all of theirs.

    Raises `Forbidden` or `UnknownReference`.
    """
    await require_agency(connection, agency)
    if agency is not None:
        by.require(Scope.read_working, agency)
        return [agency]
    if Scope.read_working not in by.scopes:
        raise Forbidden(
            fill("This requires the scope `{read_working}`.", read_working=Scope.read_working),
            expected="a key with this scope",
        )
    return sorted(by.agencies)


async def count_overdue(connection: AsyncConnection, consultations: Collection[UUID]) -> dict[UUID, int]:
    """Count the overdue bodies of consultations; those without any are missing."""
    query = (
        select(BODY.c.consultation_id, func.count().label("bodies"))
        .join(CONSULTATION, CONSULTATION.c.id == BODY.c.consultation_id)
        .where(BODY.c.consultation_id.in_(consultations), is_overdue())
        .group_by(BODY.c.consultation_id)
    )
    return {row.consultation_id: row.bodies for row in await connection.execute(query)}


async def read_body(session: AsyncSession | AsyncConnection, body: UUID) -> ManagedBodyView:
    """Read one body, whose existence and rights were checked."""
    return _managed_view((await session.execute(_select().where(BODY.c.id == body))).one())


async def count_bodies(session: AsyncSession, consultation: UUID) -> int:
    """Count the bodies of a consultation."""
    query = select(func.count()).where(BODY.c.consultation_id == consultation)
    return int((await session.execute(query)).scalar_one())


async def read_body_alarms(connection: AsyncConnection) -> dict[str, int]:
    """Count the overdue bodies that nobody has reminded since their term ended: one statement."""
    reminded_on = func.timezone("Asia/Ho_Chi_Minh", BODY.c.reminded_at).cast(Date)
    query = (
        select(func.count())
        .select_from(BODY)
        .join(CONSULTATION, CONSULTATION.c.id == BODY.c.consultation_id)
        .where(is_overdue(), or_(BODY.c.reminded_at.is_(None), reminded_on <= BODY.c.due_on))
    )
    return {"bodies_overdue": (await connection.execute(query)).scalar_one()}


async def has_bodies(session: AsyncSession, consultation: UUID) -> bool:
    """Return True if a body was asked in a consultation."""
    query = select(exists().where(BODY.c.consultation_id == consultation))
    return bool((await session.execute(query)).scalar_one())
