"""Rows of the exported list of consultations: the card and the life of each that has a live draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from hub.consultation.params import ConsultationListParams
from hub.consultation.queries import list_consultations
from hub.consultation.records import CONSULTATION
from hub.consultation.views import DraftConsultationCardView
from hub.db import Database
from hub.domain.scalars import DerivedMoment, Moment

LANG = "vi"
PAGE_SIZE = 100


class ConsultationRow(DraftConsultationCardView):
    """A consultation as a line of a table (dòng dữ liệu): its card, the times of its life, and its public reasons."""

    announced_closes_at: DerivedMoment = Field(description="Furthest end that was ever announced.")
    announced_at: Moment = Field(description="Time at which it was announced.")
    opened_at: Moment | None = Field(None, description="Time at which its opening was logged.")
    closed_at: Moment | None = Field(None, description="Time at which its end was logged.")
    answered_at: Moment | None = Field(None, description="Time at which its comments were answered.")
    adopted_at: Moment | None = Field(None, description="Time at which it was linked to its policy.")
    dropped_at: Moment | None = Field(None, description="Time at which it was dropped.")
    short_reason: str | None = Field(None, description="Public reason for a window below the legal minimum.")
    adopted_reason: str | None = Field(None, description="Public reason for adopting it without answers.")
    dropped_reason: str | None = Field(None, description="Public reason for dropping it.")
    policy_id: UUID | None = Field(None, description="UUID of the policy that came of it.")


@dataclass(frozen=True)
class RowPage:
    """A page of rows and the cursor of the next one."""

    items: Sequence[ConsultationRow]
    next: str | None


_OWN = tuple(ConsultationRow.model_fields.keys() - DraftConsultationCardView.model_fields.keys())


async def list_export_rows(database: Database, cursor: str | None = None) -> RowPage:
    """Return a page of rows, the latest end first: two statements."""
    params = ConsultationListParams(limit=PAGE_SIZE, cursor=cursor)
    found = await list_consultations(database, params, LANG)
    query = select(CONSULTATION.c.id, *(CONSULTATION.c[name] for name in _OWN))
    async with database.read() as connection:
        rows = await connection.execute(query.where(CONSULTATION.c.id.in_([card.id for card in found.items])))
        lives: dict[UUID, dict[str, Any]] = {row["id"]: dict(row) for row in rows.mappings()}
    items = [ConsultationRow(**card.model_dump() | lives[card.id]) for card in found.items if card.id in lives]
    return RowPage(items, found.next)
