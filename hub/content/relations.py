"""Relations between documents (quan hệ văn bản) in both directions; each is stored once, on the later document."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Date, String, Subquery, Uuid, literal, select, true, tuple_, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.content.as_of import currently_open
from hub.content.language_fallback import best_language
from hub.content.legal_force import RELATION
from hub.content.stored_views import is_whole
from hub.content.visibility import LISTED_STATES, VIEW, Pointer, VisibilityRow, check_visible, select_visibility
from hub.domain.kinds.bulletin import BulletinCard
from hub.domain.kinds.draft import DraftCard
from hub.domain.kinds.policy import PolicyCard
from hub.domain.kinds.statement import StatementCard
from hub.domain.types import RelationType, View
from hub.paging import day_part, decode_cursor, encode_cursor, list_digest, uuid_part


class RelationDirection(StrEnum):
    """Direction in which a relation is read (chiều quan hệ)."""

    outgoing = "out"
    incoming = "in"


class RelatedView(View):
    """A live document that is related to the requested one (văn bản liên quan)."""

    type: RelationType = Field(description="Type of the relation: the effect of the later document on the earlier one.")
    direction: RelationDirection = Field(
        description="`out`: from the requested document to this one; `in`: from this one to the requested document."
    )
    document: PolicyCard | DraftCard | BulletinCard | StatementCard = Field(description="Related document.")
    note: str | None = Field(None, description="The part that the relation is about, in words.")


@dataclass(frozen=True, slots=True)
class RelatedDocument:
    """A relation with the JSON of the other document."""

    type: str
    direction: str
    note: str | None
    json: bytes
    cursor: str


@dataclass(frozen=True)
class RelatedPage:
    """A page of relations."""

    items: Sequence[RelatedDocument]
    next: str | None


async def list_related(
    connection: AsyncConnection,
    document_id: UUID,
    *,
    kind: str | None = None,
    lang: str,
    direction: RelationDirection | None = None,
    type: RelationType | None = None,  # noqa: A002 - the public name
    limit: int,
    cursor: str | None = None,
    text: bool = False,
) -> RelatedPage | Pointer:
    """Return a page of relations to live documents, newest document first, in one statement.

    Documents that are not live are not listed, and a relation counts only while the document that states it is live.
    Returns a `Pointer` if the document redirects. Raises `NotFound`, `DocumentGone` or `InvalidCursor`.
    """
    name = list_digest("relations", document_id, lang, direction, type)
    ends = _relation_ends(document_id, lang, direction, type)
    payload = VIEW.c.full if text else VIEW.c.card
    order = (VIEW.c.issued_on, VIEW.c.document_id, ends.c.direction, ends.c.type)
    others = (
        select(*order, ends.c.note, payload.label("json"))
        .join(ends, ends.c.other == VIEW.c.document_id)
        .where(
            currently_open(VIEW),
            VIEW.c.state.in_(LISTED_STATES),
            best_language(lang),
            VIEW.c.document_id != document_id,
        )
        .order_by(*(column.desc() for column in order))
        .limit(limit + 1)
    )
    if cursor is not None:
        others = others.where(tuple_(*order) < tuple_(*_decode_position(name, cursor)))
    found = others.subquery("others")
    query = (
        select_visibility(document_id, lang)
        .add_columns(found)
        .select_from(VIEW.outerjoin(found, true()))
        .order_by(*(found.c[column.name].desc() for column in order))
    )
    rows = (await connection.execute(query)).all()
    if (pointer := check_visible(VisibilityRow.first_of(rows), document_id, kind)) is not None:
        return pointer
    kept = [row for row in rows if row.json is not None]
    following = None
    if len(kept) > limit:
        last = kept[limit - 1]
        following = encode_cursor(name, last.issued_on, last.document_id, last.direction, last.type)
    items = [
        RelatedDocument(
            row.type,
            row.direction,
            row.note,
            row.json,
            encode_cursor(name, row.issued_on, row.document_id, row.direction, row.type),
        )
        for row in kept[:limit]
        if is_whole(row.json, row.document_id, "relations", full=text)
    ]
    return RelatedPage(items, following)


def _relation_ends(
    document_id: UUID, lang: str, direction: RelationDirection | None, type_: RelationType | None
) -> Subquery:
    """Select each relation of a document once, with its note in `lang` if there is one."""
    columns_of = {
        RelationDirection.outgoing: (RELATION.c.document_id, RELATION.c.target_id),
        RelationDirection.incoming: (RELATION.c.target_id, RELATION.c.document_id),
    }
    stated = union_all(
        *(
            select(
                literal(end.value).label("direction"),
                RELATION.c.type,
                other.label("other"),
                RELATION.c.note,
                RELATION.c.lang,
            ).where(own == document_id, *([] if type_ is None else [RELATION.c.type == type_]))
            for end, (own, other) in columns_of.items()
            if direction in (None, end)
        )
    ).subquery("stated")
    columns = stated.c.direction, stated.c.type, stated.c.other
    query = select(*columns, stated.c.note).ext(distinct_on(*columns))
    return query.order_by(*columns, (stated.c.lang == lang).desc(), stated.c.lang.desc()).subquery("ends")


def _decode_position(name: str, cursor: str) -> list[ColumnElement[Any]]:
    issued_on, document_id, direction, type_ = decode_cursor(
        name, cursor, day_part, uuid_part, RelationDirection, RelationType
    )
    return [
        literal(issued_on, Date()),
        literal(document_id, Uuid()),
        literal(direction.value, String()),
        literal(type_.value, String()),
    ]
