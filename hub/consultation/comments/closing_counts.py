"""Counts of the comments at the end of a consultation, and the root over the commitments of those that were counted.

Both stand in its entry of the log. Single comments never do.
"""

from uuid import UUID

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.comments.commitments import merkle_root
from hub.consultation.comments.models import Comment, CommentState
from hub.consultation.models import Consultation
from hub.db import table

COMMENT = table(Comment)
COUNTED = (CommentState.public, CommentState.waiting)
"""States in which a comment is counted at the end: a moderator who has not come to it takes nothing from its author."""


async def count_at_closing(session: AsyncSession, consultation: Consultation) -> None:
    """Write counts and root to a consultation, whose row the caller has locked, and mark the comments it counts."""
    of_it = COMMENT.c.consultation_id == consultation.id
    is_counted = and_(COMMENT.c.state.in_(COUNTED), COMMENT.c.commitment.is_not(None))
    await session.execute(update(COMMENT).where(of_it).values(is_counted=is_counted))
    by_state = select(COMMENT.c.state, func.count()).where(of_it).group_by(COMMENT.c.state)
    found: dict[str, int] = {}
    for state, count in await session.execute(by_state):
        found[state] = count
    commitments = await load_commitments(session, consultation.id)
    counts = {state.value: found.get(state, 0) for state in CommentState}
    consultation.closing_counts = counts | {"counted": len(commitments)}
    consultation.comments_root = merkle_root([commitment for _, commitment in commitments])


async def load_commitments(session: AsyncSession | AsyncConnection, consultation_id: UUID) -> list[tuple[UUID, bytes]]:
    """Load ids and commitments of the comments that were counted, in the order of their numbers."""
    query = select(COMMENT.c.id, COMMENT.c.commitment).where(
        COMMENT.c.consultation_id == consultation_id, COMMENT.c.is_counted
    )
    return [(row.id, row.commitment) for row in await session.execute(query.order_by(COMMENT.c.number))]


async def has_comments(session: AsyncSession, consultation_id: UUID) -> bool:
    """Return True if a consultation has a comment, in whatever state."""
    query = select(exists().where(COMMENT.c.consultation_id == consultation_id))
    return bool((await session.execute(query)).scalar_one())
