"""Versions of drafts that people may comment on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.queries import is_public, no_consultation
from hub.consultation.records import CONSULTATION, DRAFT
from hub.content.visibility import VIEW
from hub.domain.lifecycle import DocumentState
from hub.errors import InvalidInput
from hub.problem_texts.templates import fill


@dataclass(frozen=True)
class OpenDraft:
    """A version of a draft that people may comment on, as far as its consultation is open."""

    consultation_id: UUID
    state: str
    opens_at: datetime
    closes_at: datetime
    review_first: bool
    document_id: UUID
    lang: str
    edition: int


async def read_open_draft(connection: AsyncConnection | AsyncSession, id_: UUID, position: int) -> OpenDraft:
    """Read a version of a draft that is live, with its consultation. Raises `NotFound` or `InvalidInput`."""
    is_live = exists().where(
        VIEW.c.document_id == DRAFT.c.document_id, VIEW.c.seq_to.is_(None), VIEW.c.state == DocumentState.live
    )
    named = (DRAFT.c.consultation_id == CONSULTATION.c.id) & (DRAFT.c.position == position)
    names = ("state", "opens_at", "closes_at", "review_first")
    query = (
        select(
            *(CONSULTATION.c[name] for name in names),
            DRAFT.c.document_id,
            DRAFT.c.lang,
            DRAFT.c.edition,
            is_live.label("is_live"),
        )
        .select_from(CONSULTATION.outerjoin(DRAFT, named))
        .where(CONSULTATION.c.id == id_, is_public(CONSULTATION.c.id))
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise no_consultation()
    if row.document_id is None or not row.is_live:
        raise InvalidInput(
            fill("The consultation has no public draft {position}.", position=position),
            field="draft",
            expected="the `position` of one of its `drafts`",
        )
    facts = {name: getattr(row, name) for name in (*names, "document_id", "lang", "edition")}
    return OpenDraft(consultation_id=id_, **facts)
