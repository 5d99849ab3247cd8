"""Completeness of answers: every public comment that came in time has one, and none waits for a moderator."""

from collections import Counter
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.answers.subjects import select_states
from hub.consultation.answers.views import AnswerCountsView
from hub.consultation.comments.models import CommentState
from hub.errors import AnswersMissing


async def count_answers(session: AsyncSession | AsyncConnection, consultation: UUID) -> AnswerCountsView:
    """Count the comments of a consultation by answer and by state: one statement."""
    found = Counter[str]()
    for row in await session.execute(select_states(consultation)):
        found[row.state] += row.comments
        if row.state == CommentState.public:
            found["answered" if row.answered else "late" if row.late else "missing"] += row.comments
    return AnswerCountsView(**{name: found[name] for name in AnswerCountsView.model_fields})


async def require_answers(session: AsyncSession, consultation: UUID) -> None:
    """Require that a consultation, whose row is locked, can be called answered. Raises `AnswersMissing`.

    Every public change of its comments locks the row too, so none comes between this and the commit.
    """
    counts = await count_answers(session, consultation)
    if counts.missing or counts.waiting:
        raise AnswersMissing(
            f"{counts.missing} public comments have no answer, and {counts.waiting} wait for a moderator.",
            field="state",
            expected="an answer to each public comment or its group, and a decision on each that waits",
            counts=counts.model_dump(),
        )
