"""Erasure of places: of words that they quote of a draft that was removed for good, and of an erased comment."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, delete, exists, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.carryover.backlog import COMMENT, PLACE
from hub.consultation.records import DRAFT
from hub.content.eraser_registry import Eraser


async def erase_quotes(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase what comments quote of these drafts; each keeps its node."""
    for quoted in (COMMENT, PLACE):
        own = and_(DRAFT.c.consultation_id == quoted.c.consultation_id, DRAFT.c.position == quoted.c.draft_position)
        of_them = exists().where(own, DRAFT.c.document_id.in_(documents))
        await session.execute(update(quoted).where(quoted.c.quote.is_not(None), of_them).values(quote=None))


async def forget_places(session: AsyncSession, comment_id: UUID) -> None:
    """Delete all places of a comment whose target was changed, or that was erased. The caller holds the comment."""
    await session.execute(delete(PLACE).where(PLACE.c.comment_id == comment_id))


ERASER = Eraser("carryover", frozenset({COMMENT.name, PLACE.name}), erase_quotes)
