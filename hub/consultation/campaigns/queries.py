"""Reads of groups. Only public comments count; a group of which one is left is shown as a single comment."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.auth.principal import Principal
from hub.consultation.access import read_managed_stage, read_public_stage
from hub.consultation.answers.subjects import ANSWERS_PUBLIC
from hub.consultation.campaigns.kind_counts import break_down
from hub.consultation.campaigns.tables import ANSWER, COMMENT, GROUP, SHOWN_KIND
from hub.consultation.campaigns.views import (
    AuthorKindCount,
    CommentCountsView,
    CommentGroupPage,
    CommentGroupRef,
    CommentGroupView,
    ManagedGroupPage,
    ManagedGroupView,
)
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import CommentState
from hub.consultation.comments.sealed_content import SealedContent, open_contents
from hub.paging import decode_cursor, encode_cursor, list_digest, position_part, uuid_part
from hub.web.parameters import PageParams

IS_PUBLIC = COMMENT.c.state == CommentState.public


def _sizes(*conditions: ColumnElement[bool]) -> FromClause:
    """Build the read of groups with their number of public comments: two and more."""
    query = select(COMMENT.c.group_id.label("id"), func.count().label("count"))
    grouped = query.where(IS_PUBLIC, COMMENT.c.group_id.is_not(None), *conditions).group_by(COMMENT.c.group_id)
    return grouped.having(func.count() > 1).subquery("sizes")


async def read_groups(connection: AsyncConnection, groups: Collection[UUID]) -> dict[UUID, CommentGroupRef]:
    """Read groups by their ids: one statement. One that has a single public comment left is missing."""
    if not groups:
        return {}
    sizes = _sizes(COMMENT.c.group_id.in_(groups))
    return {row.id: CommentGroupRef(id=row.id, count=row.count) for row in await connection.execute(select(sizes))}


async def count_comments(connection: AsyncConnection, consultation: UUID) -> CommentCountsView:
    """Count the public comments of a consultation and its groups."""
    own = COMMENT.c.consultation_id == consultation
    sizes = _sizes(own)
    everything = select(func.count()).select_from(COMMENT).where(own, IS_PUBLIC).scalar_subquery()
    grouped = select(func.count(), func.coalesce(func.sum(sizes.c.count), 0), everything).select_from(sizes)
    groups, in_groups, total = (await connection.execute(grouped)).one()
    return CommentCountsView(comments=total, alone=total - in_groups, groups=groups, in_groups=in_groups)


async def list_public_groups(
    connection: AsyncConnection, keys: CommentKeys, consultation: UUID, params: PageParams
) -> CommentGroupPage:
    """List the groups of a public consultation, the largest first. Raises `NotFound` or `InvalidCursor`."""
    stage = await read_public_stage(connection, consultation)
    page = await _list(connection, keys, consultation, params, with_answers=stage in ANSWERS_PUBLIC)
    names = CommentGroupView.model_fields.keys()
    items = [CommentGroupView(**{name: getattr(item, name) for name in names}) for item in page.items]
    return CommentGroupPage(items=items, next=page.next, counts=page.counts)


async def list_managed_groups(
    connection: AsyncConnection, keys: CommentKeys, by: Principal, consultation: UUID, params: PageParams
) -> ManagedGroupPage:
    """List the groups of a consultation for an editor. Raises `NotFound`, `Forbidden` or `InvalidCursor`."""
    await read_managed_stage(connection, by, consultation)
    return await _list(connection, keys, consultation, params, with_answers=True)


def groups_digest(consultation: UUID) -> str:
    """Return the name of a list of groups in its cursors."""
    return list_digest("comment_groups", consultation)


def group_cursor(name: str, group: CommentGroupView) -> str:
    """Return the cursor of a group."""
    return encode_cursor(name, group.count, str(group.id))


async def _list(
    connection: AsyncConnection, keys: CommentKeys, consultation: UUID, params: PageParams, *, with_answers: bool
) -> ManagedGroupPage:
    sizes, name = _sizes(COMMENT.c.consultation_id == consultation), groups_digest(consultation)
    answer = and_(ANSWER.c.group_id == sizes.c.id, literal(with_answers))
    query = (
        select(sizes, GROUP.c.representative_id, GROUP.c.changed_at, ANSWER.c.id.label("answer"), ANSWER.c.written_at)
        .join(GROUP, GROUP.c.id == sizes.c.id)
        .join(ANSWER, answer, isouter=True)
    )
    if params.cursor is not None:
        count, id_ = decode_cursor(name, params.cursor, position_part, uuid_part)
        smaller = and_(sizes.c.count == count, sizes.c.id > id_)
        query = query.where(or_(sizes.c.count < count, smaller))
    query = query.order_by(sizes.c.count.desc(), sizes.c.id).limit(params.limit + 1)
    rows = (await connection.execute(query)).all()
    shown = rows[: params.limit]
    texts = await _read_representatives(connection, keys, [row.id for row in shown])
    kinds = await _count_kinds(connection, [row.id for row in shown])
    items = [_view(row, texts[row.id], kinds.get(row.id, {})) for row in shown if row.id in texts]
    more = encode_cursor(name, shown[-1].count, str(shown[-1].id)) if len(rows) > params.limit else None
    return ManagedGroupPage(items=items, next=more, counts=await count_comments(connection, consultation))


def _view(row: Any, text: tuple[UUID, SealedContent | None], counts: dict[str, int]) -> ManagedGroupView:
    told, others = break_down(counts)
    comment, content = text
    return ManagedGroupView(
        id=row.id,
        count=row.count,
        comment=comment,
        text=content and content.text,
        kinds=[AuthorKindCount(kind=kind, count=count) for kind, count in told.items()],
        others=others,
        kinds_not_shown=row.count - sum(counts.values()),
        changed_at=row.changed_at,
        answered=row.answer is not None,
        changed_after_answer=row.answer is not None and row.changed_at > row.written_at,
        answer=row.answer,
    )


async def _read_representatives(
    connection: AsyncConnection, keys: CommentKeys, groups: Sequence[UUID]
) -> dict[UUID, tuple[UUID, SealedContent | None]]:
    """Read the comment that stands for each group; while that is not public, the first that is."""
    is_first = COMMENT.c.id == GROUP.c.representative_id
    query = (
        select(COMMENT.c.group_id, COMMENT.c.id, COMMENT.c.content_sealed)
        .ext(distinct_on(COMMENT.c.group_id))
        .join(GROUP, GROUP.c.id == COMMENT.c.group_id)
        .where(IS_PUBLIC, COMMENT.c.group_id.in_(groups))
        .order_by(COMMENT.c.group_id, is_first.desc(), COMMENT.c.number)
    )
    rows = (await connection.execute(query)).all()
    opened = await open_contents(connection, keys, rows)
    return {row.group_id: (row.id, opened.get(row.id)) for row in rows}


async def _count_kinds(connection: AsyncConnection, groups: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    query = select(COMMENT.c.group_id, SHOWN_KIND.label("kind"), func.count().label("number"))
    is_shown = SHOWN_KIND.is_not(None)
    query = query.where(IS_PUBLIC, is_shown, COMMENT.c.group_id.in_(groups)).group_by(COMMENT.c.group_id, SHOWN_KIND)
    found: dict[UUID, dict[str, int]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.group_id, {})[row.kind] = row.number
    return found
