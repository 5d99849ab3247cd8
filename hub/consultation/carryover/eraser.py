"""Erasure of places: of words that they quote of a draft that was removed for good, and of an erased comment."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, delete, exists, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.carryover.backlog import COMMENT, PLACE
from hub.consultation.comments.models import CommentState
from hub.consultation.eraser import lock_consultations_of
from hub.consultation.records import CONSULTATION, DRAFT
from hub.content.eraser_registry import Eraser


def _quotes_of(quoted: Table, documents: Collection[UUID]) -> ColumnElement[bool]:
    own = and_(DRAFT.c.consultation_id == quoted.c.consultation_id, DRAFT.c.position == quoted.c.draft_position)
    return and_(quoted.c.quote.is_not(None), exists().where(own, DRAFT.c.document_id.in_(documents)))


async def lock_quotes(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Lock the consultations of these drafts, and then the comments that quote them, in the order of their ids.

    Whoever writes a quote holds its consultation, and looks again for the text: none is written after the erasure.
    """
    await lock_consultations_of(session, documents)
    of_places = select(PLACE.c.comment_id).where(_quotes_of(PLACE, documents))
    quoting = select(COMMENT.c.id).where(or_(_quotes_of(COMMENT, documents), COMMENT.c.id.in_(of_places)))
    await session.execute(quoting.order_by(COMMENT.c.id).with_for_update())


async def erase_quotes(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase what comments quote of these drafts; each keeps its node. Public ones have changed then."""
    await lock_quotes(session, documents)
    changed = set[UUID]()
    for quoted in (COMMENT, PLACE):
        erased = update(quoted).where(_quotes_of(quoted, documents)).values(quote=None)
        is_public = COMMENT.c.state == CommentState.public if quoted is COMMENT else true()
        rows = await session.execute(erased.returning(quoted.c.consultation_id, is_public.label("is_public")))
        changed |= {row.consultation_id for row in rows if row.is_public}
    counted = update(CONSULTATION).where(CONSULTATION.c.id.in_(changed))
    await session.execute(counted.values(comment_changes=CONSULTATION.c.comment_changes + 1))


async def forget_places(session: AsyncSession, comment_id: UUID) -> None:
    """Delete all places of a comment whose target was changed, or that was erased. The caller holds the comment."""
    await session.execute(delete(PLACE).where(PLACE.c.comment_id == comment_id))


ERASER = Eraser("carryover", frozenset({COMMENT.name, PLACE.name}), erase_quotes, lock_quotes)
