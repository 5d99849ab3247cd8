"""Comments that have no place yet in a later version of their draft, and the target from which each is carried.

A comment is carried from the version that it is about, or from the latest place that a person confirmed since. Only
versions in the same language belong to one chain; a linked document continues that of the one before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, select, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.carryover.anchor_targets import CommentTarget
from hub.consultation.carryover.carried_targets import CarryDoubt, CarryStatus
from hub.consultation.carryover.models import CommentPlace
from hub.consultation.carryover.packed_targets import read_quote
from hub.consultation.comments.models import Comment, CommentState
from hub.consultation.records import DRAFT
from hub.db import table

COMMENT, PLACE = table(Comment), table(CommentPlace)
_TARGET = ("ref", "lineage", "quote")


@dataclass(frozen=True)
class UnplacedComment:
    """A comment with the target that it is carried from; equal as long as nothing was changed."""

    id: UUID
    version: int
    base: int
    """Position of the version that the target belongs to."""
    target: CommentTarget
    was_orphaned: bool
    """True if a person decided that it had no place in a version between: only a person may find one again."""

    def check_place(self, found: dict[str, Any]) -> dict[str, Any]:
        """Return a place that was found, as it counts for this comment."""
        if not self.was_orphaned or found["status"] in (CarryStatus.uncertain, CarryStatus.orphaned):
            return found
        return found | {"status": CarryStatus.uncertain.value, "doubt": CarryDoubt.deleted.value}


async def list_unplaced(
    session: AsyncSession | AsyncConnection,
    draft: Any,
    *,
    ids: Sequence[UUID] | None = None,
    limit: int | None = None,
) -> list[UnplacedComment]:
    """List public comments on earlier versions without a place in a draft, a row of `consultation_draft`."""
    own = DRAFT.alias("own")
    base = (
        select(PLACE)
        .where(PLACE.c.comment_id == COMMENT.c.id, PLACE.c.confirmed_at.is_not(None))
        .where(PLACE.c.draft_position < draft.position)
        .order_by(PLACE.c.draft_position.desc())
        .limit(1)
        .lateral("base")
    )
    is_placed = exists().where(PLACE.c.comment_id == COMMENT.c.id, PLACE.c.draft_position == draft.position)
    query = (
        select(
            COMMENT.c.id,
            COMMENT.c.version,
            COMMENT.c.draft_position,
            *(COMMENT.c[name] for name in _TARGET),
            base.c.status.label("base_status"),
            base.c.draft_position.label("base_position"),
            *(base.c[name].label(f"base_{name}") for name in _TARGET),
        )
        .join(
            own,
            and_(own.c.consultation_id == COMMENT.c.consultation_id, own.c.position == COMMENT.c.draft_position),
        )
        .join(base, true(), isouter=True)
        .where(COMMENT.c.consultation_id == draft.consultation_id, COMMENT.c.state == CommentState.public)
        .where(COMMENT.c.draft_position < draft.position, own.c.lang == draft.lang, ~is_placed)
        .order_by(COMMENT.c.id)
        .limit(limit)
    )
    if ids is not None:
        query = query.where(COMMENT.c.id.in_(ids))
    return [_read(row) for row in await session.execute(query)]


def _read(row: Any) -> UnplacedComment:
    was_orphaned = row.base_status == CarryStatus.orphaned
    if row.base_status is None or was_orphaned:
        target = CommentTarget(row.ref, row.lineage, read_quote(row.quote))
        return UnplacedComment(row.id, row.version, row.draft_position, target, was_orphaned)
    target = CommentTarget(row.base_ref, row.base_lineage, read_quote(row.base_quote))
    return UnplacedComment(row.id, row.version, row.base_position, target, was_orphaned)
