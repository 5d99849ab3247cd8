"""Public reads of comments: the list with its numbers, and one comment. Only what is public, in a public consultation.

The kind of an author who does not want to be shown is neither shown nor searched; numbers count it with the others.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.consultation.answers.subjects import ANSWERS_PUBLIC
from hub.consultation.campaigns.kind_counts import break_down
from hub.consultation.campaigns.tables import COMMENT
from hub.consultation.campaigns.views import AuthorKindCount
from hub.consultation.carryover.carried_targets import CarryStatus
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import AuthorKind, AuthorShown, CommentState, Stance
from hub.consultation.comments.sealed_content import SealedContent, open_contents
from hub.consultation.records import CONSULTATION
from hub.consultation.submission.additions import PLACE, CommentAdditions, load_additions, quote_view
from hub.consultation.submission.errors import CommentNotFound
from hub.consultation.submission.inputs import public_name
from hub.consultation.submission.open_drafts import is_public, no_consultation
from hub.consultation.submission.params import CommentListParams
from hub.consultation.submission.views import (
    NodeCount,
    OpinionCounts,
    OpinionView,
    PublicAuthorView,
    StanceCount,
)
from hub.paging import encode_cursor, list_digest, select_page_before

MAX_NODES = 1_000
CERTAIN = (CarryStatus.exact, CarryStatus.moved, CarryStatus.reworded)
"""Places that are shown as such; the others wait for a person."""
_NOT_SHOWN = {"commitment", "contact_sealed", "code_sha256", "body_id", "hidden_reason", "held_for", "lineage"}
_COLUMNS = [column for column in COMMENT.c if column.name not in _NOT_SHOWN]


@dataclass(frozen=True)
class PublicCommentPage:
    """A page of comments, with the cursor after each."""

    items: Sequence[OpinionView]
    cursors: Sequence[str]
    next: str | None


def _select_public(consultation_id: UUID) -> Select[Any]:
    return select(*_COLUMNS).where(
        COMMENT.c.consultation_id == consultation_id,
        COMMENT.c.state == CommentState.public,
        COMMENT.c.content_sealed.is_not(None),
    )


async def _are_answers_public(connection: AsyncConnection, consultation_id: UUID) -> bool:
    """Return True if the answers of a public consultation are public. Raises `NotFound`."""
    query = select(CONSULTATION.c.state).where(CONSULTATION.c.id == consultation_id)
    row = (await connection.execute(query.where(is_public(CONSULTATION.c.id)))).one_or_none()
    if row is None:
        raise no_consultation()
    return row.state in ANSWERS_PUBLIC


async def list_comments(
    connection: AsyncConnection, keys: CommentKeys, consultation_id: UUID, params: CommentListParams
) -> PublicCommentPage:
    """Return a page of public comments, the newest first. Raises `NotFound` or `InvalidCursor`."""
    is_answered = await _are_answers_public(connection, consultation_id)
    name = list_digest(
        "comments",
        consultation_id,
        params.draft,
        params.ref,
        sorted(params.stance),
        sorted(params.author_kind),
        params.group,
    )
    query = _select_public(consultation_id).where(*_conditions(params))
    query = select_page_before(query, COMMENT.c.number, name, params.cursor, params.limit)
    rows = (await connection.execute(query)).all()
    shown = rows[: params.limit]
    contents = await open_contents(connection, keys, shown)
    additions = await load_additions(connection, shown, is_answered=is_answered, draft=params.draft)
    readable = [row for row in shown if row.id in contents]
    return PublicCommentPage(
        [_comment_view(row, contents[row.id], additions) for row in readable],
        [encode_cursor(name, row.number) for row in readable],
        encode_cursor(name, shown[-1].number) if len(rows) > params.limit else None,
    )


def _conditions(params: CommentListParams) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if params.draft is not None:
        there = [PLACE.c.comment_id == COMMENT.c.id, PLACE.c.draft_position == params.draft]
        own = [COMMENT.c.draft_position == params.draft]
        if params.ref is not None:
            there += [PLACE.c.ref == params.ref, PLACE.c.status.in_(CERTAIN)]
            own.append(COMMENT.c.ref == params.ref)
        found.append(or_(and_(*own), exists().where(*there)))
    elif params.ref is not None:
        found.append(COMMENT.c.ref == params.ref)
    if params.stance:
        found.append(COMMENT.c.stance.in_(params.stance))
    if params.author_kind:
        found += [COMMENT.c.author_kind.in_(params.author_kind), COMMENT.c.shown != AuthorShown.nothing]
    if params.group is not None:
        found.append(COMMENT.c.group_id == params.group)
    return found


async def get_comment(
    connection: AsyncConnection, keys: CommentKeys, consultation_id: UUID, comment_id: UUID
) -> OpinionView:
    """Return one public comment. Raises `NotFound` or `CommentNotFound`."""
    is_answered = await _are_answers_public(connection, consultation_id)
    row = (await connection.execute(_select_public(consultation_id).where(COMMENT.c.id == comment_id))).one_or_none()
    contents = {} if row is None else await open_contents(connection, keys, [row])
    if row is None or row.id not in contents:
        raise CommentNotFound("There is no public comment with this id.", field="comment")
    additions = await load_additions(connection, [row], is_answered=is_answered)
    return _comment_view(row, contents[row.id], additions)


def _comment_view(row: Any, content: SealedContent, additions: CommentAdditions) -> OpinionView:
    is_named, is_hidden = row.shown == AuthorShown.name, row.shown == AuthorShown.nothing
    return OpinionView(
        id=row.id,
        number=row.number,
        draft=row.draft_position,
        ref=row.ref,
        quote=quote_view(row.quote),
        stance=row.stance,
        text=content.text,
        author=PublicAuthorView(
            kind=None if is_hidden else row.author_kind,
            name=public_name(row.author_kind, content.name, content.organisation) if is_named else None,
        ),
        received_at=row.received_at,
        changed_at=row.changed_at,
        **additions.members(row),
    )


async def count_comments(connection: AsyncConnection, consultation_id: UUID) -> OpinionCounts:
    """Count the public comments of a consultation: two statements."""
    facts = (COMMENT.c.stance, COMMENT.c.author_kind, COMMENT.c.draft_position, COMMENT.c.ref)
    public = (COMMENT.c.consultation_id == consultation_id) & (COMMENT.c.state == CommentState.public)
    rows = (await connection.execute(select(*facts, func.count()).where(public).group_by(*facts))).all()
    stances, kinds, nodes = Counter[str](), Counter[str](), Counter[tuple[int, str | None]]()
    for stance, kind, draft, ref, count in rows:
        stances[stance] += count
        kinds[kind] += count
        nodes[draft, ref] += count
    groups = select(func.count(COMMENT.c.group_id.distinct()), func.count(COMMENT.c.group_id)).where(public)
    group_count, members = (await connection.execute(groups)).one()
    apart, others = break_down(kinds)
    most = sorted(nodes.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or ""))[:MAX_NODES]
    return OpinionCounts(
        total=kinds.total(),
        stances=[StanceCount(stance=one, count=stances[one]) for one in Stance if stances[one]],
        author_kinds=[AuthorKindCount(kind=AuthorKind(kind), count=count) for kind, count in apart.items()],
        other_kinds=others,
        nodes=[NodeCount(draft=draft, ref=ref, count=count) for (draft, ref), count in most],
        groups=group_count,
        group_members=members,
    )
