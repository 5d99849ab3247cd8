"""Eraser of consultations: the reason for a short window is a part of the text of their drafts."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.records import CONSULTATION, MEMBER, find_memberships, lock_consultations
from hub.content.eraser_registry import Eraser
from hub.content.models import Document
from hub.db import table
from hub.domain.lifecycle import DocumentState

DOCUMENT = table(Document)


async def lock_consultations_of(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Lock the consultations of documents, in the order of their ids. The caller holds the documents."""
    await lock_consultations(session, set((await find_memberships(session, documents)).values()))


async def erase_reasons(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase the reasons of consultations none of whose drafts stays, in the transaction that removes the last one."""
    stays = exists(
        select(MEMBER.c.document_id)
        .join(DOCUMENT, DOCUMENT.c.id == MEMBER.c.document_id)
        .where(MEMBER.c.consultation_id == CONSULTATION.c.id, MEMBER.c.document_id.not_in(documents))
        .where(DOCUMENT.c.state.in_((DocumentState.live, DocumentState.withdrawn)))
    )
    theirs = select(MEMBER.c.consultation_id).where(MEMBER.c.document_id.in_(documents))
    erased = update(CONSULTATION).where(CONSULTATION.c.id.in_(theirs), CONSULTATION.c.short_reason.is_not(None), ~stays)
    await session.execute(erased.values(short_reason=None))


ERASER = Eraser("consultation", frozenset({CONSULTATION.name}), erase_reasons, lock_consultations_of)
