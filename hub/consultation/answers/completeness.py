"""Completeness of answers: every public comment that came in time has one, and none waits for a moderator."""

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.answers.subjects import select_states
from hub.consultation.answers.views import AnswerCountsView
from hub.consultation.comments.models import CommentState
from hub.errors import AnswersMissing
from hub.problem_texts.templates import fill


async def count_answers(session: AsyncSession | AsyncConnection, consultation: UUID) -> AnswerCountsView:
    """Count the comments of a consultation by answer and by state: one statement."""
    return (await count_all_answers(session, [consultation]))[consultation]


async def count_all_answers(
    session: AsyncSession | AsyncConnection, consultations: Collection[UUID]
) -> dict[UUID, AnswerCountsView]:
    """Count the comments of each of several consultations, as `count_answers` does: one statement."""
    found: dict[UUID, Counter[str]] = {id_: Counter() for id_ in consultations}
    for row in await session.execute(select_states(consultations)):
        counts = found[row.consultation_id]
        counts[row.state] += row.comments
        if row.state == CommentState.public:
            counts["answered" if row.answered else "late" if row.late else "missing"] += row.comments
    names = AnswerCountsView.model_fields
    return {id_: AnswerCountsView(**{name: counts[name] for name in names}) for id_, counts in found.items()}


async def require_answers(session: AsyncSession, consultation: UUID) -> None:
    """Require that a consultation, whose row is locked, can be called answered. Raises `AnswersMissing`.

    Every public change of its comments locks the row too, so none comes between this and the commit.
    """
    counts = await count_answers(session, consultation)
    if counts.missing or counts.waiting:
        raise AnswersMissing(
            fill(
                "{missing} public comments have no answer, and {waiting} wait for a moderator.",
                missing=counts.missing,
                waiting=counts.waiting,
            ),
            field="state",
            expected="an answer to each public comment or its group, and a decision on each that waits",
            counts=counts.model_dump(),
        )
