"""Reads of places: for public views of comments, and the list of what needs a person."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal
from hub.consultation.access import read_managed_stage
from hub.consultation.carryover.backlog import COMMENT, PLACE
from hub.consultation.carryover.carried_targets import CarryStatus
from hub.consultation.carryover.views import (
    CommentPlacePage,
    CommentPlaceParams,
    CommentPlaceView,
    ManagedPlaceView,
    PlacedQuoteView,
)
from hub.consultation.comments.models import CommentState
from hub.errors import NotFound
from hub.paging import decode_cursor, encode_cursor, list_digest, position_part

DOUBTFUL = (CarryStatus.uncertain, CarryStatus.orphaned)


async def read_places(
    connection: AsyncConnection | AsyncSession, comment_ids: Collection[UUID], draft_position: int
) -> dict[UUID, CommentPlaceView]:
    """Read the places of comments in a draft, by the id of the comment: one statement.

    Comments on that draft itself, on later ones, and those that are not carried yet are missing.
    """
    if not comment_ids:
        return {}
    query = select(PLACE).where(PLACE.c.comment_id.in_(comment_ids), PLACE.c.draft_position == draft_position)
    return {row.comment_id: CommentPlaceView(**_members(row)) for row in await connection.execute(query)}


def _members(row: Any) -> dict[str, Any]:
    return {
        "draft": row.draft_position,
        "status": row.status,
        "doubt": row.doubt,
        "ref": row.ref,
        "quote": _quote(row.quote),
        "confirmed": row.confirmed_at is not None,
    }


def _quote(stored: dict[str, Any] | None) -> PlacedQuoteView | None:
    return PlacedQuoteView(**stored) if stored else None


def _select_managed(consultation: UUID) -> Select[Any]:
    """Select the places of public comments in a consultation, beside their original targets."""
    own = (COMMENT.c[name].label(f"from_{name}") for name in ("draft_position", "ref", "quote"))
    return (
        select(PLACE, COMMENT.c.number, *own)
        .join(COMMENT, COMMENT.c.id == PLACE.c.comment_id)
        .where(PLACE.c.consultation_id == consultation, COMMENT.c.state == CommentState.public)
    )


def _managed_view(row: Any) -> ManagedPlaceView:
    return ManagedPlaceView(
        **_members(row),
        comment=row.comment_id,
        number=row.number,
        version=row.version,
        score=row.score,
        confirmed_at=row.confirmed_at,
        from_draft=row.from_draft_position,
        from_ref=row.from_ref,
        from_quote=_quote(row.from_quote),
    )


def places_digest(consultation: UUID, params: CommentPlaceParams) -> str:
    """Return the name of a list of places in its cursors."""
    return list_digest("comment_places", consultation, params.draft, sorted(params.status), params.pending)


def place_cursor(name: str, place: ManagedPlaceView) -> str:
    """Return the cursor of a place."""
    return encode_cursor(name, place.draft, place.number)


async def list_places(
    connection: AsyncConnection, by: Principal, consultation: UUID, params: CommentPlaceParams
) -> CommentPlacePage:
    """List places by draft and arrival of the comment, by default those that need a person.

    Raises `NotFound`, `Forbidden` or `InvalidCursor`.
    """
    await read_managed_stage(connection, by, consultation)
    query = _select_managed(consultation)
    if params.pending:
        query = query.where(PLACE.c.status.in_(DOUBTFUL), PLACE.c.confirmed_at.is_(None))
    if params.draft is not None:
        query = query.where(PLACE.c.draft_position == params.draft)
    if params.status:
        query = query.where(PLACE.c.status.in_(params.status))
    keys, name = (PLACE.c.draft_position, COMMENT.c.number), places_digest(consultation, params)
    if params.cursor is not None:
        query = query.where(tuple_(*keys) > tuple_(*decode_cursor(name, params.cursor, position_part, position_part)))
    rows = (await connection.execute(query.order_by(*keys).limit(params.limit + 1))).all()
    items = [_managed_view(row) for row in rows[: params.limit]]
    return CommentPlacePage(items=items, next=place_cursor(name, items[-1]) if len(rows) > params.limit else None)


async def load_place(session: AsyncConnection | AsyncSession, consultation: UUID, key: "PlaceKey") -> ManagedPlaceView:
    """Load one place without checking any right. Raises `NotFound`."""
    of = and_(PLACE.c.comment_id == key[0], PLACE.c.draft_position == key[1])
    row = (await session.execute(_select_managed(consultation).where(of))).one_or_none()
    if row is None:
        raise NotFound("There is no place of this comment in this draft.", field="comment")
    return _managed_view(row)


PlaceKey = tuple[UUID, int]
"""Id of a comment, and position of a later draft."""


async def read_place(connection: AsyncConnection, by: Principal, consultation: UUID, key: PlaceKey) -> ManagedPlaceView:
    """Return one place to an editor of the agency. Raises `NotFound` or `Forbidden`."""
    await read_managed_stage(connection, by, consultation)
    return await load_place(connection, consultation, key)
