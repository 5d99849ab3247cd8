"""Members of comments that stand in other tables: places, answers, groups of near copies, and files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.consultation.answers.models import CommentAnswer
from hub.consultation.campaigns.queries import read_groups
from hub.consultation.campaigns.views import CommentGroupRef
from hub.consultation.carryover.models import CommentPlace
from hub.consultation.carryover.views import CommentPlaceView, PlacedQuoteView
from hub.consultation.comments.models import CommentFile
from hub.consultation.submission.views import CommentAnswerView, PublicCommentFileView
from hub.db import table

ANSWER, PLACE, FILE = table(CommentAnswer), table(CommentPlace), table(CommentFile)
CLEAN = "clean"


@dataclass(frozen=True)
class CommentAdditions:
    """Members of comments from other tables, by the id of the comment or of its group."""

    places: Mapping[UUID, CommentPlaceView] = field(default_factory=dict)
    answers: Mapping[UUID, CommentAnswerView] = field(default_factory=dict)
    groups: Mapping[UUID, CommentGroupRef] = field(default_factory=dict)
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
    connection: AsyncConnection,
    rows: Sequence[Any],
    *,
    is_answered: bool,
    draft: int | None = None,
) -> CommentAdditions:
    """Load what belongs to comments, in four statements; answers only where they are public.

    The place is that in a version, `draft`, or else in the latest one that a comment was carried to.
    """
    ids = [row.id for row in rows]
    if not ids:
        return CommentAdditions()
    group_ids = {row.group_id for row in rows if row.group_id is not None}
    return CommentAdditions(
        await _load_places(connection, ids, draft),
        await _load_answers(connection, ids, group_ids) if is_answered else {},
        await read_groups(connection, group_ids),
        await _load_files(connection, ids),
    )


def quote_view(stored: Mapping[str, Any] | None) -> PlacedQuoteView | None:
    """Return the view of quoted words, as they are stored."""
    return PlacedQuoteView(**stored) if stored else None


async def _load_places(
    connection: AsyncConnection, ids: Sequence[UUID], draft: int | None
) -> dict[UUID, CommentPlaceView]:
    query = select(PLACE).where(PLACE.c.comment_id.in_(ids)).order_by(PLACE.c.draft_position)
    if draft is not None:
        query = query.where(PLACE.c.draft_position == draft)
    return {
        row.comment_id: CommentPlaceView(
            draft=row.draft_position,
            status=row.status,
            doubt=row.doubt,
            ref=row.ref,
            quote=quote_view(row.quote),
            confirmed=row.confirmed_at is not None,
        )
        for row in await connection.execute(query)
    }


async def _load_answers(
    connection: AsyncConnection, ids: Sequence[UUID], group_ids: Collection[UUID]
) -> dict[UUID, CommentAnswerView]:
    query = select(ANSWER).where(or_(ANSWER.c.comment_id.in_(ids), ANSWER.c.group_id.in_(group_ids)))
    return {
        row.comment_id or row.group_id: CommentAnswerView(
            outcome=row.outcome, reason=row.reason, draft=row.changed_position, ref=row.changed_ref
        )
        for row in await connection.execute(query)
    }


async def _load_files(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[PublicCommentFileView]]:
    query = select(FILE.c.comment_id, FILE.c.position, FILE.c.media_type, FILE.c.size).where(
        FILE.c.comment_id.in_(ids), FILE.c.state == CLEAN, FILE.c.blob_sha256.is_not(None)
    )
    found: dict[UUID, list[PublicCommentFileView]] = {}
    for row in await connection.execute(query.order_by(FILE.c.comment_id, FILE.c.position)):
        file = PublicCommentFileView(position=row.position, media_type=row.media_type, size=row.size)
        found.setdefault(row.comment_id, []).append(file)
    return found
