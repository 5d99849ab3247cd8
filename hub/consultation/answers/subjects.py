"""Subjects of answers as SQL: each public comment, or the members of its group that one answer answers together."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Subquery, and_, case, cast, func, literal, or_, select

from hub.consultation.answers.models import CommentAnswer, CommentGroup
from hub.consultation.comments.models import Comment, CommentState
from hub.consultation.records import CONSULTATION
from hub.db import table
from hub.domain.consultations import ConsultationStage

COMMENT, ANSWER, GROUP = table(Comment), table(CommentAnswer), table(CommentGroup)
OWN = ANSWER.alias("own")

ANSWERS_PUBLIC = (ConsultationStage.answered, ConsultationStage.adopted)
"""Stages in which answers are public."""


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
            (COMMENT.c.received_at >= CONSULTATION.c.closes_at).label("late"),
            (COMMENT.c.id == GROUP.c.representative_id).label("stands"),
            GROUP.c.changed_at,
        )
        .join(CONSULTATION, CONSULTATION.c.id == COMMENT.c.consultation_id)
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


def select_states(consultation: UUID) -> Select[Any]:
    """Select the numbers of comments by state; of public ones, by answer and arrival."""
    of_group = ANSWER.alias("of_group")
    answered = or_(OWN.c.id.is_not(None), of_group.c.id.is_not(None))
    late = COMMENT.c.received_at >= CONSULTATION.c.closes_at
    return (
        select(COMMENT.c.state, answered.label("answered"), late.label("late"), func.count().label("comments"))
        .join(CONSULTATION, CONSULTATION.c.id == COMMENT.c.consultation_id)
        .outerjoin(OWN, OWN.c.comment_id == COMMENT.c.id)
        .outerjoin(of_group, of_group.c.group_id == COMMENT.c.group_id)
        .where(COMMENT.c.consultation_id == consultation)
        .group_by(COMMENT.c.state, answered, late)
    )


def select_unanswered(consultation: UUID) -> Select[Any]:
    """Select the number of public comments in time without an answer, once answers are public: a breach; else 0.

    A moderator may publish what was hidden at any time: hiding it for ever would be the greater wrong.
    """
    states = select_states(consultation).subquery("states")
    own = select(CONSULTATION.c.id).where(CONSULTATION.c.id == consultation)
    return select(cast(func.coalesce(func.sum(states.c.comments), 0), Integer).label("comments")).where(
        states.c.state == CommentState.public,
        states.c.answered.is_(False),
        states.c.late.is_(False),
        own.where(CONSULTATION.c.state.in_(ANSWERS_PUBLIC)).exists(),
    )
