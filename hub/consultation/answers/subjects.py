"""Subjects of answers as SQL: each public comment, or the members of its group that one answer answers together."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Subquery, and_, case, cast, func, literal, or_, select

from hub.consultation.answers.models import CommentAnswer, CommentGroup
from hub.consultation.comments.body_models import ConsultationBody
from hub.consultation.comments.models import AuthorKind, Comment, CommentState
from hub.consultation.records import CONSULTATION
from hub.db import table
from hub.domain.consultations import ConsultationStage

COMMENT, ANSWER, GROUP = table(Comment), table(CommentAnswer), table(CommentGroup)
BODY = table(ConsultationBody)
OWN = ANSWER.alias("own")

ANSWERS_PUBLIC = (ConsultationStage.answered, ConsultationStage.adopted)
"""Stages in which answers are public."""


def is_late() -> ColumnElement[bool]:
    """Return the condition that a comment came too late, in a query that joins `CONSULTATION` and `BODY`.

    Too late is after the end; for the letter of a body, also after its own term.
    """
    is_over = or_(BODY.c.due_on.is_(None), func.coalesce(BODY.c.answered_on, BODY.c.due_on) > BODY.c.due_on)
    return and_(COMMENT.c.received_at >= CONSULTATION.c.closes_at, is_over)


def select_subjects(consultation: UUID) -> Subquery:
    """Select the subjects of a consultation, each with its first comment and the id of its answer.

    A comment with an answer of its own leaves its group. The text that stands for a group is that of its
    representative while that one is public, else of its first public member.
    """
    alone = or_(COMMENT.c.group_id.is_(None), OWN.c.id.is_not(None))
    members = (
        select(
            case((alone, COMMENT.c.id), else_=COMMENT.c.group_id).label("subject"),
            case((alone, None), else_=COMMENT.c.group_id).label("group_id"),
            OWN.c.id.label("own_answer"),
            *(COMMENT.c[name] for name in ("id", "number", "draft_position", "ref", "stance", "author_kind")),
            is_late().label("late"),
            (COMMENT.c.id == GROUP.c.representative_id).label("stands"),
            GROUP.c.changed_at,
        )
        .join(CONSULTATION, CONSULTATION.c.id == COMMENT.c.consultation_id)
        .outerjoin(BODY, BODY.c.id == COMMENT.c.body_id)
        .outerjoin(OWN, OWN.c.comment_id == COMMENT.c.id)
        .outerjoin(GROUP, GROUP.c.id == COMMENT.c.group_id)
        .where(COMMENT.c.consultation_id == consultation, COMMENT.c.state == CommentState.public)
        .subquery("member")
    )
    order = (members.c.stands.desc().nulls_last(), members.c.number)
    ranked = select(
        members,
        func.count().over(partition_by=members.c.subject).label("comments"),
        func.row_number().over(partition_by=members.c.subject, order_by=order).label("rank"),
    ).subquery("ranked")
    firsts = select(ranked).where(ranked.c.rank == 1).subquery("first")
    answer = func.coalesce(firsts.c.own_answer, ANSWER.c.id).label("answer_id")
    return (
        select(firsts, answer)
        .outerjoin(ANSWER, and_(ANSWER.c.group_id == firsts.c.group_id, firsts.c.group_id.is_not(None)))
        .subquery("subject")
    )


def order_of(subjects: Subquery) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of the order by version, article as a number, ref, and number of the comment.

    What is about the whole draft comes last.
    """
    ref = subjects.c.ref
    before = func.coalesce(func.regexp_replace(ref, r"(^|/)dieu-\d.*$", ""), literal("~")).collate("C")
    article = func.coalesce(cast(func.substring(ref, r"(?:^|/)dieu-(\d{1,6})"), Integer), 0)
    return subjects.c.draft_position, before, article, func.coalesce(ref, "").collate("C"), subjects.c.number


def is_at(subjects: Subquery, ref: str) -> ColumnElement[bool]:
    """Return the condition that a subject is about a node or one below it."""
    return or_(subjects.c.ref == ref, subjects.c.ref.startswith(f"{ref}/", autoescape=True))


def select_states(consultations: Collection[UUID]) -> Select[Any]:
    """Select the numbers of comments of consultations by state; of public ones, by answer and by need of one.

    What came too late needs none, apart from a letter of the Fatherland Front: its critique never stays unanswered.
    """
    of_group = ANSWER.alias("of_group")
    answered = or_(OWN.c.id.is_not(None), of_group.c.id.is_not(None))
    needs_none = and_(is_late(), COMMENT.c.author_kind != AuthorKind.front)
    each = (
        select(COMMENT.c.consultation_id, COMMENT.c.state, answered.label("answered"), needs_none.label("late"))
        .join(CONSULTATION, CONSULTATION.c.id == COMMENT.c.consultation_id)
        .outerjoin(BODY, BODY.c.id == COMMENT.c.body_id)
        .outerjoin(OWN, OWN.c.comment_id == COMMENT.c.id)
        .outerjoin(of_group, of_group.c.group_id == COMMENT.c.group_id)
        .where(COMMENT.c.consultation_id.in_(consultations))
        .subquery("each")
    )
    return select(each, func.count().label("comments")).group_by(*each.c)


def select_unanswered(consultation: UUID) -> Select[Any]:
    """Select the number of public comments in time without an answer, once answers are public: a breach; else 0.

    A moderator may publish what was hidden at any time: hiding it for ever would be the greater wrong.
    """
    states = select_states([consultation]).subquery("states")
    own = select(CONSULTATION.c.id).where(CONSULTATION.c.id == consultation)
    return select(cast(func.coalesce(func.sum(states.c.comments), 0), Integer).label("comments")).where(
        states.c.state == CommentState.public,
        states.c.answered.is_(False),
        states.c.late.is_(False),
        own.where(CONSULTATION.c.state.in_(ANSWERS_PUBLIC)).exists(),
    )
