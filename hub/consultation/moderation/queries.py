"""The queue of moderators (hàng chờ kiểm duyệt): comments with opened texts and the private data found in them."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, any_, case, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.consultation.carryover.views import PlacedQuoteView
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import AuthorKind, AuthorShown, Comment, CommentState
from hub.consultation.comments.sealed_content import SealedContent, open_contents
from hub.consultation.moderation.counts import load_counts
from hub.consultation.moderation.models import CommentDecision
from hub.consultation.moderation.params import ModerationParams, ModerationState
from hub.consultation.moderation.private_data import find_private_data
from hub.consultation.moderation.views import (
    FindingPart,
    ModeratedAuthorView,
    ModeratedCommentView,
    ModeratedGroupView,
    ModerationPage,
    PrivateFindingView,
)
from hub.consultation.node_conditions import is_at
from hub.consultation.records import CONSULTATION
from hub.db import table
from hub.errors import NotFound
from hub.paging import decode_cursor, encode_cursor, list_digest, position_part

COMMENT, DECISION = table(Comment), table(CommentDecision)

_STATES = tuple(state.value for state in ModerationState)
_RANK = case((COMMENT.c.state == CommentState.waiting, 0), else_=1)
_COLUMNS = (
    "id", "number", "version", "state", "held_for", "hidden_reason", "draft_position", "ref", "quote", "stance",
    "author_kind", "shown", "content_sealed", "received_at", "changed_at", "group_id",
)  # fmt: skip


async def list_queue(
    connection: AsyncConnection, keys: CommentKeys, by: Principal, id_: UUID, params: ModerationParams
) -> ModerationPage:
    """Read a page of the queue: the comments that wait first, the oldest first; up to six statements.

    Raises `NotFound`, `Forbidden` or `InvalidCursor`.
    """
    await require_moderator(connection, by, id_)
    name = queue_digest(id_, params)
    query = select(*(COMMENT.c[one] for one in _COLUMNS)).where(COMMENT.c.consultation_id == id_)
    for condition in _conditions(params):
        query = query.where(condition)
    if params.cursor is not None:
        rank, number = decode_cursor(name, params.cursor, position_part, position_part)
        query = query.where(tuple_(_RANK, COMMENT.c.number) > tuple_(literal(rank), literal(number)))
    query = query.order_by(_RANK, COMMENT.c.number).limit(params.limit + 1)
    rows = (await connection.execute(query)).all()
    shown = rows[: params.limit]
    contents = await open_contents(connection, keys, shown)
    findings = await asyncio.to_thread(_find_all, shown, contents)
    groups = await _count_groups(connection, {row.group_id for row in shown if row.group_id is not None})
    batches = await _latest_batches(connection, [row.id for row in shown])
    items = [
        _comment_view(row, contents.get(row.id), findings[row.id], groups.get(row.group_id), batches.get(row.id))
        for row in shown
    ]
    last = queue_cursor(name, items[-1]) if len(rows) > params.limit else None
    return ModerationPage(items=items, next=last, counts=await load_counts(connection, id_))


async def require_moderator(connection: AsyncConnection | AsyncSession, by: Principal, id_: UUID) -> None:
    """Require the scope `moderate` for the agency of a consultation. Raises `NotFound` or `Forbidden`."""
    query = select(CONSULTATION.c.agency).where(CONSULTATION.c.id == id_)
    agency = (await connection.execute(query)).scalar_one_or_none()
    if agency is None:
        raise NotFound("There is no consultation with this id.", field="id")
    by.require(Scope.moderate, agency)


def queue_digest(id_: UUID, params: ModerationParams) -> str:
    """Return the digest of a queue."""
    return list_digest("moderation", id_, params.model_dump(mode="json", exclude={"limit", "cursor"}))


def queue_cursor(name: str, item: ModeratedCommentView) -> str:
    """Return the cursor of a comment in its queue."""
    return encode_cursor(name, 0 if item.state is CommentState.waiting else 1, item.number)


def _conditions(params: ModerationParams) -> list[ColumnElement[bool]]:
    states = params.state or _STATES
    found: list[ColumnElement[bool]] = [COMMENT.c.state.in_(states)]
    if params.held_for:
        found.append(or_(*(literal(one.value) == any_(COMMENT.c.held_for) for one in params.held_for)))
    if params.reason is not None:
        found.append(COMMENT.c.hidden_reason == params.reason)
    if params.ref is not None:
        found.append(is_at(COMMENT.c.ref, params.ref))
    if params.author_kind:
        found.append(COMMENT.c.author_kind.in_(params.author_kind))
    return found


async def _count_groups(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, ModeratedGroupView]:
    if not ids:
        return {}
    query = select(COMMENT.c.group_id, func.count().label("members")).where(
        COMMENT.c.group_id.in_(ids), COMMENT.c.state.in_(_STATES)
    )
    rows = await connection.execute(query.group_by(COMMENT.c.group_id))
    return {row.group_id: ModeratedGroupView(id=row.group_id, count=row.members) for row in rows}


async def _latest_batches(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, UUID]:
    if not ids:
        return {}
    query = select(DECISION.c.comment_id, DECISION.c.batch_id).where(
        DECISION.c.comment_id.in_(ids), DECISION.c.undone_at.is_(None)
    )
    return {row.comment_id: row.batch_id for row in await connection.execute(query.order_by(DECISION.c.id))}


def _find_all(
    rows: Collection[Row[Any]], contents: Mapping[UUID, SealedContent]
) -> dict[UUID, list[PrivateFindingView]]:
    found: dict[UUID, list[PrivateFindingView]] = defaultdict(list)
    for row in rows:
        content = contents.get(row.id)
        if content is None:
            continue
        for part, text in ((FindingPart.text, content.text), (FindingPart.name, _shown_name(row, content) or "")):
            found[row.id] += [
                PrivateFindingView(kind=one.kind, part=part, start=one.start, end=one.end)
                for one in find_private_data(text)
            ]
    return found


def _shown_name(row: Row[Any], content: SealedContent) -> str | None:
    """Return the name that would be public; moderators learn no other."""
    if row.shown != AuthorShown.name:
        return None
    return content.name if row.author_kind == AuthorKind.person else content.organisation or content.name


def _comment_view(
    row: Row[Any],
    content: SealedContent | None,
    findings: list[PrivateFindingView],
    group: ModeratedGroupView | None,
    batch: UUID | None,
) -> ModeratedCommentView:
    return ModeratedCommentView(
        id=row.id,
        number=row.number,
        version=row.version,
        state=row.state,
        held_for=row.held_for,
        reason=row.hidden_reason,
        draft=row.draft_position,
        ref=row.ref,
        quote=PlacedQuoteView(**row.quote) if row.quote else None,
        stance=row.stance,
        author=ModeratedAuthorView(
            kind=row.author_kind, shown=row.shown, name=_shown_name(row, content) if content else None
        ),
        text=content.text if content else None,
        findings=findings,
        received_at=row.received_at,
        changed_at=row.changed_at,
        group=group,
        batch=batch,
    )
