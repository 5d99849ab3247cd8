"""Alarm about comments that wait for a moderator for too long."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.consultation.comments.models import Comment, CommentState
from hub.consultation.moderation.models import CommentDecision
from hub.consultation.records import CONSULTATION
from hub.db import table
from hub.domain.consultations import ConsultationStage

COMMENT, DECISION = table(Comment), table(CommentDecision)

_OVER = (ConsultationStage.dropped, ConsultationStage.adopted)
"""Stages after which nothing depends on a comment that waits."""


def waiting_alarms(hours: int) -> Callable[[AsyncConnection], Coroutine[Any, Any, dict[str, int]]]:
    """Return a function that counts the comments that have waited for more than these hours: one statement.

    They wait since they came or were changed, or since a moderator held them.
    """

    async def read(connection: AsyncConnection) -> dict[str, int]:
        decided = select(func.max(DECISION.c.at)).where(DECISION.c.comment_id == COMMENT.c.id).scalar_subquery()
        since = func.greatest(COMMENT.c.received_at, COMMENT.c.changed_at, decided)
        query = (
            select(func.count())
            .select_from(COMMENT)
            .join(CONSULTATION, CONSULTATION.c.id == COMMENT.c.consultation_id)
            .where(COMMENT.c.state == CommentState.waiting, CONSULTATION.c.state.not_in(_OVER))
            .where(since < func.now() - timedelta(hours=hours))
        )
        return {"comments_waiting": (await connection.execute(query)).scalar_one()}

    return read
