"""Rows of consultations: found, locked, and kept in step with the open views of their drafts.

Locks are taken in one order everywhere: documents, consultations by id, comments by id, the head of the log. Whoever
locks comments holds their consultation.
"""

from collections.abc import Collection, Iterable
from uuid import UUID, uuid5

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from hub.consultation.models import Consultation, ConsultationDocument, ConsultationDraft
from hub.consultation.windows import Window
from hub.content.publishing import VIEW
from hub.db import table

CONSULTATION, MEMBER, DRAFT = table(Consultation), table(ConsultationDocument), table(ConsultationDraft)

_NAMESPACE = UUID("5d4b8f0a-6f5e-4a43-9d5c-0c8a1b7f3e21")


def consultation_id(document_id: UUID) -> UUID:
    """Return the id of the consultation that a document begins: the same on every machine."""
    return uuid5(_NAMESPACE, str(document_id))


def window_of(consultation: Consultation) -> Window:
    """Return the window of a consultation."""
    return Window(consultation.opens_at, consultation.closes_at)


async def find_memberships(session: AsyncSession, documents: Collection[UUID]) -> dict[UUID, UUID]:
    """Find the consultations of documents."""
    query = select(MEMBER.c.document_id, MEMBER.c.consultation_id).where(MEMBER.c.document_id.in_(documents))
    return {row.document_id: row.consultation_id for row in await session.execute(query)}


async def lock_consultations(
    session: AsyncSession, ids: Collection[UUID], *, skip_locked: bool = False
) -> dict[UUID, Consultation]:
    """Lock consultations in the order of their ids; with `skip_locked`, only those that nobody else has locked.

    Rows that refer to them may be inserted meanwhile (`FOR NO KEY UPDATE`): whoever stores a comment takes this lock
    before it commits.
    """
    query = select(Consultation).where(col(Consultation.id).in_(ids)).order_by(col(Consultation.id))
    locked = query.with_for_update(key_share=True, skip_locked=skip_locked).execution_options(populate_existing=True)
    return {row.id: row for row in (await session.execute(locked)).scalars()}


async def list_documents(session: AsyncSession, consultation: UUID) -> list[UUID]:
    """List the documents of a consultation that were public in it, in order."""
    was_public = select(DRAFT.c.document_id).where(DRAFT.c.consultation_id == consultation)
    query = select(MEMBER.c.document_id).where(
        MEMBER.c.consultation_id == consultation, MEMBER.c.document_id.in_(was_public)
    )
    return list((await session.execute(query.order_by(MEMBER.c.position))).scalars())


async def next_position(session: AsyncSession, rows: type[ConsultationDocument | ConsultationDraft], of: UUID) -> int:
    """Return the next position among the documents or drafts of a consultation, whose row is locked."""
    target = table(rows)
    query = select(func.coalesce(func.max(target.c.position), 0) + 1).where(target.c.consultation_id == of)
    found: int = (await session.execute(query)).scalar_one()
    return found


async def sync_views(
    session: AsyncSession, consultation: Consultation, *, without: Iterable[tuple[UUID, str]] = ()
) -> None:
    """Write window and stage to the open views of a consultation's documents; `without` those about to be closed."""
    members = select(MEMBER.c.document_id).where(MEMBER.c.consultation_id == consultation.id)
    change = update(VIEW).where(VIEW.c.document_id.in_(members), VIEW.c.seq_to.is_(None))
    if left_out := list(without):
        change = change.where(tuple_(VIEW.c.document_id, VIEW.c.lang).not_in(left_out))
    await session.execute(change.values(**view_columns(consultation)))


def view_columns(consultation: Consultation) -> dict[str, object]:
    """Return the columns of `published_view` that a consultation fills."""
    return {
        "consultation_id": consultation.id,
        "consultation_stage": consultation.stage.value,
        "consultation_version": consultation.version,
        "opens_at": consultation.opens_at,
        "closes_at": consultation.closes_at,
    }


VIEW_COLUMNS = frozenset({"consultation_id", "consultation_stage", "consultation_version", "opens_at", "closes_at"})
