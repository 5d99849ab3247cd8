"""Facts that the figures count, as the public can read them: policies and consultations of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.clocks.queries import read_minimums
from hub.consultation.answers.models import CommentAnswer
from hub.consultation.comments.body_models import ConsultationBody
from hub.consultation.comments.models import Comment, CommentState
from hub.consultation.minimum import WINDOW_RULE, counted_start
from hub.consultation.queries import READABLE_STATES
from hub.consultation.records import CONSULTATION, MEMBER
from hub.content.visibility import LISTED_STATES, VIEW
from hub.db import table
from hub.domain.consultations import ConsultationStage, stage_at
from hub.domain.kinds.impact import ImpactStatement
from hub.domain.kinds.policy import POLICY
from hub.errors import InvalidInput
from hub.problem_texts.templates import fill
from hub.times import LAST_DAY, midnight, now

COMMENT, ANSWER, BODY = table(Comment), table(CommentAnswer), table(ConsultationBody)

MAX_ITEMS = 20_000
"""Most policies, and most consultations, that one request counts."""


@dataclass(frozen=True)
class PolicyFact:
    """A policy that was adopted in the period, by the day of its issue."""

    id: UUID
    agency: str
    card: bytes
    impact: ImpactStatement
    is_consulted: bool
    """It came of a public consultation."""


@dataclass(frozen=True)
class ConsultationFact:
    """A consultation that was announced in the period."""

    id: UUID
    agency: str
    draft_id: UUID
    card: bytes
    """Card of its latest public draft."""
    impact: ImpactStatement
    stage: ConsultationStage
    days_open: float
    is_below_minimum: bool | None
    """True if the window is shorter than the legal minimum; None without a rule."""
    opinions: int
    opinions_answered: int
    answers_changed: int
    """Answers that name the passage that was changed for them."""
    days_to_answer: float | None
    bodies_asked: int
    bodies_answered: int
    without_answers: bool

    @property
    def has_ended(self) -> bool:
        """True if nobody can comment any more and it was not dropped."""
        return self.stage in (ConsultationStage.closed, ConsultationStage.answered, ConsultationStage.adopted)


@dataclass(frozen=True)
class Facts:
    """Facts of a period."""

    policies: list[PolicyFact]
    consultations: list[ConsultationFact]


async def read_facts(
    connection: AsyncConnection, agencies: frozenset[str] | None, first: date, last: date, lang: str
) -> Facts:
    """Read the facts of a period, of some agencies or of all: four statements. Raises `InvalidInput`."""
    policies = await _read_policies(connection, agencies, first, last, lang)
    return Facts(policies, await _read_consultations(connection, agencies, first, last, lang))


def _impact(row: Any) -> ImpactStatement:
    if row.high_impact:
        return ImpactStatement.yes
    return ImpactStatement.no if row.impact_stated else ImpactStatement.not_stated


def _in_agencies(column: ColumnElement[str], agencies: frozenset[str] | None) -> list[ColumnElement[bool]]:
    return [] if agencies is None else [column.in_(sorted(agencies))]


def _best_language(lang: str) -> tuple[ColumnElement[Any], ...]:
    return case((VIEW.c.lang == lang, 1), else_=0).desc(), VIEW.c.lang.desc()


async def _read_policies(
    connection: AsyncConnection, agencies: frozenset[str] | None, first: date, last: date, lang: str
) -> list[PolicyFact]:
    consulted = exists().where(
        CONSULTATION.c.policy_id == VIEW.c.document_id,
        CONSULTATION.c.state == ConsultationStage.adopted,
        _has_draft(READABLE_STATES),
    )
    columns = (VIEW.c.document_id, VIEW.c.agency, VIEW.c.card, VIEW.c.high_impact, VIEW.c.impact_stated)
    query = (
        select(*columns, consulted.label("is_consulted"))
        .ext(distinct_on(VIEW.c.document_id))
        .where(VIEW.c.seq_to.is_(None), VIEW.c.state.in_(LISTED_STATES), VIEW.c.kind == POLICY.name)
        .where(VIEW.c.issued_on.between(first, last), *_in_agencies(VIEW.c.agency, agencies))
        .order_by(VIEW.c.document_id, *_best_language(lang))
    )
    return [
        PolicyFact(row.document_id, row.agency, row.card, _impact(row), row.is_consulted)
        for row in await _read_some(connection, query)
    ]


async def _read_some(connection: AsyncConnection, query: Select[Any]) -> Sequence[Any]:
    """Read rows, up to the most that one request counts. Raises `InvalidInput`: figures of a part would be wrong."""
    rows: Sequence[Any] = (await connection.execute(query.limit(MAX_ITEMS + 1))).all()
    if len(rows) > MAX_ITEMS:
        raise InvalidInput(
            fill("The period has more than {max_items} items.", max_items=MAX_ITEMS),
            field="first_on",
            expected="a shorter period, or an agency",
        )
    return rows


def _has_draft(states: list[Any]) -> ColumnElement[bool]:
    draft = VIEW.alias("draft")
    return exists().where(
        MEMBER.c.consultation_id == CONSULTATION.c.id,
        draft.c.document_id == MEMBER.c.document_id,
        draft.c.seq_to.is_(None),
        draft.c.state.in_(states),
    )


def _count(target: Any, *conditions: ColumnElement[bool]) -> Any:
    query = select(func.count()).select_from(target)
    return query.where(target.c.consultation_id == CONSULTATION.c.id, *conditions).scalar_subquery()


async def _read_consultations(
    connection: AsyncConnection, agencies: frozenset[str] | None, first: date, last: date, lang: str
) -> list[ConsultationFact]:
    latest = (
        select(VIEW.c.document_id, VIEW.c.card, VIEW.c.high_impact, VIEW.c.impact_stated)
        .join(MEMBER, MEMBER.c.document_id == VIEW.c.document_id)
        .where(MEMBER.c.consultation_id == CONSULTATION.c.id)
        .where(VIEW.c.seq_to.is_(None), VIEW.c.state.in_(READABLE_STATES))
        .order_by(MEMBER.c.position.desc(), *_best_language(lang))
        .limit(1)
        .lateral("latest")
    )
    is_public = COMMENT.c.state == CommentState.public
    is_answered = exists().where(
        or_(
            ANSWER.c.comment_id == COMMENT.c.id,
            and_(ANSWER.c.group_id == COMMENT.c.group_id, COMMENT.c.group_id.is_not(None)),
        )
    )
    counts = {
        "opinions": _count(COMMENT, is_public),
        "answered": _count(COMMENT, is_public, is_answered),
        "changed": _count(ANSWER, ANSWER.c.changed_ref.is_not(None)),
        "asked": _count(BODY),
        "replied": _count(BODY, BODY.c.answered_on.is_not(None)),
    }
    query = (
        select(CONSULTATION, latest, *(column.label(name) for name, column in counts.items()))
        .select_from(CONSULTATION.join(latest, CONSULTATION.c.id.is_not(None)))
        .where(CONSULTATION.c.announced_at >= midnight(first))
        .where(CONSULTATION.c.announced_at < midnight(min(last, LAST_DAY - timedelta(days=1)) + timedelta(days=1)))
        .where(*_in_agencies(CONSULTATION.c.agency, agencies))
        .order_by(CONSULTATION.c.announced_at, CONSULTATION.c.id)
    )
    rows = await _read_some(connection, query)
    # As `minimum` of each consultation says: from the first moment at which people could comment, to the announced end.
    starts = [counted_start(row.opens_at, row.announced_closes_at, row.announced_at) for row in rows]
    minimums = await read_minimums(connection, WINDOW_RULE, set(starts))
    moment = now()
    return [_consultation_fact(row, minimums[start].ends_at, moment) for row, start in zip(rows, starts, strict=True)]


def _consultation_fact(row: Any, minimum_end: datetime | None, moment: datetime) -> ConsultationFact:
    stage = stage_at(ConsultationStage(row.state), row.opens_at, row.closes_at, moment)
    shows_answers = stage in (ConsultationStage.answered, ConsultationStage.adopted) and row.answered_at is not None
    answered_after = row.answered_at - row.closes_at if shows_answers else None
    return ConsultationFact(
        id=row.id,
        agency=row.agency,
        draft_id=row.document_id,
        card=row.card,
        impact=_impact(row),
        stage=stage,
        days_open=_days(row.closes_at - row.opens_at),
        is_below_minimum=None if minimum_end is None else row.announced_closes_at < minimum_end,
        opinions=row.opinions,
        opinions_answered=row.answered if shows_answers else 0,
        answers_changed=row.changed if shows_answers else 0,
        days_to_answer=None if answered_after is None else max(0.0, _days(answered_after)),
        bodies_asked=row.asked,
        bodies_answered=row.replied,
        without_answers=row.without_answers,
    )


def _days(duration: timedelta) -> float:
    return round(duration / timedelta(days=1), 2)
