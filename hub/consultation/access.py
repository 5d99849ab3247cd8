"""Right to read what belongs to a consultation, and its stage as of now: one statement for everybody, or an editor."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.principal import Principal, Scope
from hub.consultation.queries import is_public, no_consultation
from hub.consultation.records import CONSULTATION
from hub.domain.consultations import ConsultationStage, stage_at
from hub.errors import NotFound
from hub.times import now


async def read_public_stage(connection: AsyncConnection, id_: UUID) -> ConsultationStage:
    """Read the stage of a public consultation. Raises `NotFound`."""
    row = await _find(connection, CONSULTATION.c.id == id_, is_public(CONSULTATION.c.id))
    if row is None:
        raise no_consultation()
    return _stage(row)


async def read_managed_stage(connection: AsyncConnection, by: Principal, id_: UUID) -> ConsultationStage:
    """Read the stage of a consultation for an editor of its agency. Raises `NotFound` or `Forbidden`."""
    row = await _find(connection, CONSULTATION.c.id == id_)
    if row is None:
        raise NotFound("There is no consultation with this id.", field="id")
    by.require(Scope.read_working, row.agency)
    return _stage(row)


async def _find(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> Any:
    names = ("agency", "state", "opens_at", "closes_at")
    return (await connection.execute(select(*(CONSULTATION.c[one] for one in names)).where(*conditions))).one_or_none()


def _stage(row: Any) -> ConsultationStage:
    return stage_at(ConsultationStage(row.state), row.opens_at, row.closes_at, now())
