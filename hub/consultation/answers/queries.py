"""Reads of official answers: for everybody once they are public, and for their editors."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Subquery, and_, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal
from hub.consultation.access import read_managed_stage, read_public_stage
from hub.consultation.answers.completeness import count_answers
from hub.consultation.answers.subjects import ANSWER, ANSWERS_PUBLIC, COMMENT, OWN, order_of, select_subjects
from hub.consultation.answers.views import (
    AnswerListParams,
    AnswerSubjectPage,
    AnswerSubjectParams,
    AnswerSubjectView,
    ManagedAnswerView,
    OfficialAnswerPage,
    OfficialAnswerView,
)
from hub.consultation.comments.models import CommentState
from hub.consultation.node_conditions import is_at
from hub.consultation.records import CONSULTATION
from hub.domain.consultations import ConsultationStage
from hub.paging import decode_cursor, encode_cursor, list_digest, position_part, text_part


class AnswerListing(NamedTuple):
    """A page of official answers, with the cursor of each."""

    page: OfficialAnswerPage
    cursors: list[str]


class SubjectListing(NamedTuple):
    """A page of subjects, with the cursor of each."""

    page: AnswerSubjectPage
    cursors: list[str]


_CURSOR = (position_part, text_part, position_part, text_part, position_part)


async def read_public_answers(
    connection: AsyncConnection | AsyncSession, comments: Collection[UUID]
) -> dict[UUID, OfficialAnswerView]:
    """Read the public answers to comments, by the id of the comment: one statement, none for no comments.

    An answer of its own goes before that of its group. Comments whose consultation is not answered yet are missing.
    """
    if not comments:
        return {}
    members = COMMENT.alias("member")
    together = (
        select(func.count())
        .where(members.c.group_id == ANSWER.c.group_id, members.c.state == CommentState.public)
        .where(~exists().where(OWN.c.comment_id == members.c.id))
        .scalar_subquery()
    )
    query = (
        select(ANSWER, COMMENT.c.id.label("of"), COMMENT.c.number, COMMENT.c.draft_position, COMMENT.c.ref)
        .add_columns(together.label("comments"))
        .join(COMMENT, or_(ANSWER.c.comment_id == COMMENT.c.id, ANSWER.c.group_id == COMMENT.c.group_id))
        .join(CONSULTATION, CONSULTATION.c.id == ANSWER.c.consultation_id)
        .where(COMMENT.c.id.in_(comments), CONSULTATION.c.state.in_(ANSWERS_PUBLIC))
        .order_by(COMMENT.c.id, ANSWER.c.comment_id.is_(None).desc())
    )
    return {row.of: _official_answer(row, row.of) for row in await connection.execute(query)}


def _official_answer(row: Any, comment: UUID) -> OfficialAnswerView:
    return OfficialAnswerView(
        id=row.id,
        comment=comment,
        number=row.number,
        group=row.group_id,
        comments=1 if row.group_id is None else row.comments,
        draft=row.draft_position,
        ref=row.ref,
        outcome=row.outcome,
        reason=row.reason,
        changed_draft=row.changed_position,
        changed_ref=row.changed_ref,
        written_at=row.written_at,
    )


async def list_answers(connection: AsyncConnection, consultation: UUID, params: AnswerListParams) -> AnswerListing:
    """List the official answers of a public consultation; none before they are public: three statements.

    Raises `NotFound` or `InvalidCursor`.
    """
    if await read_public_stage(connection, consultation) not in ANSWERS_PUBLIC:
        return AnswerListing(OfficialAnswerPage(items=[], next=None, counts=None), [])
    return await list_public_answers(connection, consultation, params)


async def list_public_answers(
    connection: AsyncConnection, consultation: UUID, params: AnswerListParams
) -> AnswerListing:
    """List the official answers of a consultation whose answers are public: two statements. Raises `InvalidCursor`."""
    name = answers_digest(consultation, params)
    subjects = select_subjects(consultation)
    query = _select_page(subjects, params, name).where(ANSWER.c.id.is_not(None))
    rows = (await connection.execute(query)).all()
    items = [_official_answer(row, row.comment) for row in rows[: params.limit]]
    cursors = [answer_cursor(name, row) for row in rows[: params.limit]]
    counts = await count_answers(connection, consultation)
    following = cursors[-1] if len(rows) > params.limit else None
    return AnswerListing(OfficialAnswerPage(items=items, next=following, counts=counts), cursors)


async def list_subjects(
    connection: AsyncConnection, by: Principal, consultation: UUID, params: AnswerSubjectParams
) -> SubjectListing:
    """List the public comments and groups of a consultation with their answers, for its editors.

    Raises `NotFound`, `Forbidden` or `InvalidCursor`.
    """
    stage = await read_managed_stage(connection, by, consultation)
    name = answers_digest(consultation, params)
    query = _select_page(select_subjects(consultation), params, name)
    if params.missing is not None:
        query = query.where(ANSWER.c.id.is_(None) if params.missing else ANSWER.c.id.is_not(None))
    rows = (await connection.execute(query)).all()
    items = [_subject(row, stage, consultation) for row in rows[: params.limit]]
    cursors = [answer_cursor(name, row) for row in rows[: params.limit]]
    counts = await count_answers(connection, consultation)
    following = cursors[-1] if len(rows) > params.limit else None
    return SubjectListing(AnswerSubjectPage(items=items, next=following, counts=counts), cursors)


def answers_digest(consultation: UUID, params: AnswerListParams) -> str:
    """Return the digest of a list of answers."""
    filters = params.model_dump(mode="json", exclude={"limit", "cursor"}, exclude_none=True)
    return list_digest("answers", str(consultation), filters)


def answer_cursor(name: str, row: Any) -> str:
    """Return the cursor of a row of `_select_page`."""
    return encode_cursor(name, *(getattr(row, f"order_{place}") for place in range(len(_CURSOR))))


def _select_page(subjects: Subquery, params: AnswerListParams, name: str) -> Select[Any]:
    order = order_of(subjects)
    query = select(
        *(subjects.c[one] for one in ("number", "draft_position", "ref", "stance", "author_kind", "late", "group_id")),
        subjects.c.id.label("comment"),
        subjects.c.comments,
        subjects.c.answer_id.label("id"),
        *(ANSWER.c[one] for one in ("outcome", "reason", "changed_position", "changed_ref", "by", "written_at")),
        ANSWER.c.version,
        func.coalesce(ANSWER.c.group_id.is_not(None) & (ANSWER.c.written_at < subjects.c.changed_at), False).label(
            "changed_after_answer"
        ),
        *(column.label(f"order_{place}") for place, column in enumerate(order)),
    ).outerjoin(ANSWER, ANSWER.c.id == subjects.c.answer_id)
    conditions = []
    if params.draft is not None:
        conditions.append(subjects.c.draft_position == params.draft)
    if params.ref is not None:
        conditions.append(is_at(subjects.c.ref, params.ref))
    if params.outcome is not None:
        conditions.append(ANSWER.c.outcome == params.outcome)
    if params.cursor is not None:
        conditions.append(tuple_(*order) > tuple_(*decode_cursor(name, params.cursor, *_CURSOR)))
    return query.where(and_(True, *conditions)).order_by(*order).limit(params.limit + 1)


def _subject(row: Any, stage: ConsultationStage, consultation: UUID) -> AnswerSubjectView:
    answer = None
    if row.id is not None:
        answer = managed_answer(row, stage, consultation, None if row.group_id else row.comment)
    return AnswerSubjectView(
        comment=row.comment,
        number=row.number,
        group=row.group_id,
        comments=row.comments,
        draft=row.draft_position,
        ref=row.ref,
        stance=row.stance,
        author_kind=row.author_kind,
        late=row.late,
        answer=answer,
        changed_after_answer=row.changed_after_answer,
    )


def managed_answer(row: Any, stage: ConsultationStage, consultation: UUID, comment: UUID | None) -> ManagedAnswerView:
    """Return an answer for its editors."""
    stored: Mapping[str, Any] = {
        name: getattr(row, name) for name in ("id", "version", "outcome", "reason", "changed_ref", "by", "written_at")
    }
    return ManagedAnswerView(
        **stored,
        consultation=consultation,
        comment=comment,
        group=row.group_id,
        changed_draft=row.changed_position,
        public=stage in ANSWERS_PUBLIC,
    )
