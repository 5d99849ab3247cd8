"""Members of comments that stand in other tables: places, answers, groups of near copies, and files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.answers.models import CommentAnswer
from hub.consultation.carryover.models import CommentPlace
from hub.consultation.comments.models import Comment, CommentFile, CommentState
from hub.consultation.submission.views import (
    CommentAnswerView,
    CommentPlaceView,
    CopyGroupView,
    PublicCommentFileView,
    QuoteView,
)
from hub.db import table

COMMENT, ANSWER, PLACE, FILE = table(Comment), table(CommentAnswer), table(CommentPlace), table(CommentFile)
CLEAN = "clean"


@dataclass(frozen=True)
class CommentAdditions:
    """What is known about comments besides their rows, by the id of the comment or of its group."""

    places: Mapping[UUID, CommentPlaceView] = field(default_factory=dict)
    answers: Mapping[UUID, CommentAnswerView] = field(default_factory=dict)
    groups: Mapping[UUID, CopyGroupView] = field(default_factory=dict)
    files: Mapping[UUID, list[PublicCommentFileView]] = field(default_factory=dict)

    def members(self, row: Any) -> dict[str, Any]:
        """Return the members of one comment."""
        return {
            "group": self.groups.get(row.group_id),
            "files": self.files.get(row.id, []),
            "answer": self.answers.get(row.id) or self.answers.get(row.group_id),
            "place": self.places.get(row.id),
        }


async def load_additions(
    connection: AsyncConnection | AsyncSession,
    rows: Sequence[Any],
    *,
    is_answered: bool,
    draft: int | None = None,
) -> CommentAdditions:
    """Load what belongs to comments, in four statements; answers only once the consultation is answered.

    The place is that in a version, `draft`, or else in the latest one that a comment was carried to.
    """
    ids = [row.id for row in rows]
    if not ids:
        return CommentAdditions()
    group_ids = {row.group_id for row in rows if row.group_id is not None}
    return CommentAdditions(
        await _load_places(connection, ids, draft),
        await _load_answers(connection, ids, group_ids) if is_answered else {},
        await _load_groups(connection, group_ids) if group_ids else {},
        await _load_files(connection, ids),
    )


def quote_view(stored: Mapping[str, Any] | None) -> QuoteView | None:
    """Return the view of quoted words, as they are stored."""
    return QuoteView(**stored) if stored else None


async def _load_places(
    connection: AsyncConnection | AsyncSession, ids: Sequence[UUID], draft: int | None
) -> dict[UUID, CommentPlaceView]:
    query = select(PLACE).where(PLACE.c.comment_id.in_(ids)).order_by(PLACE.c.draft_position)
    if draft is not None:
        query = query.where(PLACE.c.draft_position == draft)
    return {
        row.comment_id: CommentPlaceView(
            draft=row.draft_position, status=row.status, ref=row.ref, quote=quote_view(row.quote)
        )
        for row in await connection.execute(query)
    }


async def _load_answers(
    connection: AsyncConnection | AsyncSession, ids: Sequence[UUID], group_ids: Collection[UUID]
) -> dict[UUID, CommentAnswerView]:
    query = select(ANSWER).where(or_(ANSWER.c.comment_id.in_(ids), ANSWER.c.group_id.in_(group_ids)))
    return {
        row.comment_id or row.group_id: CommentAnswerView(
            outcome=row.outcome, reason=row.reason, draft=row.changed_position, ref=row.changed_ref
        )
        for row in await connection.execute(query)
    }


async def _load_groups(
    connection: AsyncConnection | AsyncSession, group_ids: Collection[UUID]
) -> dict[UUID, CopyGroupView]:
    query = (
        select(COMMENT.c.group_id, func.count())
        .where(COMMENT.c.group_id.in_(group_ids), COMMENT.c.state == CommentState.public)
        .group_by(COMMENT.c.group_id)
    )
    return {id_: CopyGroupView(id=id_, count=count) for id_, count in await connection.execute(query)}


async def _load_files(
    connection: AsyncConnection | AsyncSession, ids: Sequence[UUID]
) -> dict[UUID, list[PublicCommentFileView]]:
    query = select(FILE.c.comment_id, FILE.c.position, FILE.c.media_type, FILE.c.size).where(
        FILE.c.comment_id.in_(ids), FILE.c.state == CLEAN, FILE.c.blob_sha256.is_not(None)
    )
    found: dict[UUID, list[PublicCommentFileView]] = {}
    for row in await connection.execute(query.order_by(FILE.c.comment_id, FILE.c.position)):
        file = PublicCommentFileView(position=row.position, media_type=row.media_type, size=row.size)
        found.setdefault(row.comment_id, []).append(file)
    return found
