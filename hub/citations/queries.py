"""Public reads of citations. Each is one statement, and joins only views that are public now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    column,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.citations.eraser import CITATION
from hub.content.as_of import currently_open
from hub.content.language_fallback import best_language
from hub.content.stored_views import is_whole, parse_view
from hub.content.visibility import LISTED_STATES, VIEW, Pointer, VisibilityRow, check_visible, select_visibility
from hub.legal.citations.resolver import Outcome
from hub.legal.citations.types import MIN_CONFIDENCE, CitationKind
from hub.paging import day_part, decode_cursor, encode_cursor, list_digest, position_part, uuid_part

SOURCE_VIEW, CHOICE_VIEW, MENTION_ROW = VIEW.alias("read"), VIEW.alias("choice"), CITATION.alias("mention")
MAX_MENTIONS = 5
"""Maximum number of mentions that are listed of each citing document."""
_NOTHING_PUBLIC = "No public document of this name or number is here."
_MENTION_COLUMNS = {"place": "place", "text": "text", "field": "field", "node": "ref", "target_nodes": "target_refs"}
_COMMON_COLUMNS = ("place", "text", "field", "type", "number", "name", "year", "issuer", "attached", "amends")

Json = Mapping[str, Any]


@dataclass(frozen=True)
class CitationItem:
    """One item of a page: the members of its JSON except `document`, and the JSON of that document."""

    cursor: str
    facts: dict[str, Any]
    json: bytes | None


@dataclass(frozen=True)
class CitationPage:
    """A page of mentions or of citing documents."""

    items: Sequence[CitationItem]
    next: str | None


@dataclass(frozen=True, slots=True)
class CitationRow:
    """A stored mention with the JSON of its target and the cards of its choices, as far as these are public now."""

    place: int
    kind: str
    field: str
    ref: str | None
    begins: int
    ends: int
    text: str
    type: str | None
    number: str | None
    year: int | None
    name: str | None
    issuer: str | None
    dates: list[date]
    parts: list[dict[str, Any]]
    attached: str | None
    amends: int | None
    reading: float
    outcome: str
    confidence: float
    why: str
    target_id: UUID | None
    target_refs: list[str]
    json: bytes | None
    cards: list[bytes] | None


@dataclass(frozen=True, slots=True)
class CitingRow:
    """A citing document with the number of its mentions and the first of them."""

    issued_on: date
    document_id: UUID
    count: int
    json: bytes
    mentions: list[dict[str, Any]] | None


_UNKNOWN_ID = UUID(int=0)
"""Id in the report of a broken card that comes without its document's id."""
_RowT = TypeVar("_RowT", CitationRow, CitingRow)
_CITATION_COLUMNS = [CITATION.c[field.name] for field in fields(CitationRow) if field.name in CITATION.c]


def _source_view_condition(citation: FromClause, view: FromClause) -> ColumnElement[bool]:
    """Join condition of a citation with the exact view that it was extracted from, while that view is public."""
    return and_(
        view.c.document_id == citation.c.document_id,
        view.c.lang == citation.c.lang,
        view.c.seq_from == citation.c.seq,
        currently_open(view),
        view.c.state.in_(LISTED_STATES),
    )


async def list_citations(
    connection: AsyncConnection,
    document_id: UUID,
    *,
    kind: str | None = None,
    lang: str,
    by: CitationKind | None = None,
    limit: int,
    cursor: str | None = None,
    text: bool = False,
) -> CitationPage | Pointer:
    """List the mentions in a document's text in reading order; mentions of itself only with `by=CitationKind.here`.

    Cited documents are returned in `lang` where they have it; mentions are always extracted from the Vietnamese text.
    Raises like `check_visible`; returns a pointer when the document was redirected.
    """
    name = list_digest("cites", document_id, lang, by)
    choices = (
        select(
            func.array_agg(
                aggregate_order_by(CHOICE_VIEW.c.card, CHOICE_VIEW.c.issued_on.desc(), CHOICE_VIEW.c.document_id)
            )
        )
        .where(
            CHOICE_VIEW.c.document_id == func.any(CITATION.c.choices),
            currently_open(CHOICE_VIEW),
            CHOICE_VIEW.c.state.in_(LISTED_STATES),
        )
        .where(CHOICE_VIEW.c.lang == CITATION.c.lang)
        .correlate(CITATION)
        .scalar_subquery()
    )
    target = and_(
        VIEW.c.document_id == CITATION.c.target_id,
        currently_open(VIEW),
        VIEW.c.state.in_(LISTED_STATES),
        best_language(lang),
    )
    payload = VIEW.c.full if text else VIEW.c.card
    of_kind = CITATION.c.kind != CitationKind.here.value if by is None else CITATION.c.kind == by.value
    query = (
        select(*_CITATION_COLUMNS, payload.label("json"), choices.label("cards"))
        .select_from(CITATION.join(SOURCE_VIEW, _source_view_condition(CITATION, SOURCE_VIEW)).outerjoin(VIEW, target))
        .where(CITATION.c.document_id == document_id, of_kind)
        .order_by(CITATION.c.place)
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(CITATION.c.place > _decode_place(name, cursor))
    rows = await _fetch_rows(connection, query, CitationRow, document_id, kind, lang, order=("place",))
    if isinstance(rows, Pointer):
        return rows
    rows, more = [_without_broken_target(row, text) for row in rows[:limit]], len(rows) > limit
    items = [CitationItem(encode_cursor(name, row.place), _citation_facts(row), row.json) for row in rows]
    return CitationPage(items, items[-1].cursor if more else None)


def _without_broken_target(row: CitationRow, text: bool) -> CitationRow:
    """Treat a target whose view cannot be shown like one that is not public."""
    if row.json is None or is_whole(row.json, row.target_id or _UNKNOWN_ID, "citations", full=text):
        return row
    return replace(row, json=None)


async def list_citing_documents(
    connection: AsyncConnection,
    document_id: UUID,
    *,
    kind: str | None = None,
    lang: str,
    node: str | None = None,
    limit: int,
    cursor: str | None = None,
    text: bool = False,
) -> CitationPage | Pointer:
    """List the live documents whose text mentions this one, the newest first.

    With `node` only those that mention this node or one below it. Raises like `check_visible`; returns a pointer when
    the document was redirected.
    """
    name = list_digest("cited-by", document_id, lang, node)
    order = (VIEW.c.issued_on, VIEW.c.document_id)
    about = [
        CITATION.c.target_id == document_id,
        CITATION.c.document_id != document_id,
        *_node_conditions(CITATION, node),
    ]
    groups = (
        select(CITATION.c.document_id, func.count().label("count"))
        .select_from(CITATION.join(SOURCE_VIEW, _source_view_condition(CITATION, SOURCE_VIEW)))
        .where(*about)
        .group_by(CITATION.c.document_id)
        .subquery("citing")
    )
    members = ((literal(name), MENTION_ROW.c[column]) for name, column in _MENTION_COLUMNS.items())
    mention = func.json_build_object(*(part for pair in members for part in pair))
    first = (
        select(mention.label("mention"), MENTION_ROW.c.place)
        .where(MENTION_ROW.c.target_id == document_id, *_node_conditions(MENTION_ROW, node))
        .where(MENTION_ROW.c.document_id == groups.c.document_id)
        .order_by(MENTION_ROW.c.place)
        .limit(MAX_MENTIONS)
        .correlate(groups)
        .subquery("first")
    )
    mentions = select(func.json_agg(aggregate_order_by(first.c.mention, first.c.place)))
    payload = VIEW.c.full if text else VIEW.c.card
    query = (
        select(*order, groups.c.count, payload.label("json"), mentions.scalar_subquery().label("mentions"))
        .join(groups, groups.c.document_id == VIEW.c.document_id)
        .where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES), best_language(lang))
        .order_by(*(each.desc() for each in order))
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(tuple_(*order) < tuple_(*_decode_position(name, cursor)))
    order_names = ("-issued_on", "-document_id")
    rows = await _fetch_rows(connection, query, CitingRow, document_id, kind, lang, order=order_names)
    if isinstance(rows, Pointer):
        return rows
    items = [
        CitationItem(
            encode_cursor(name, row.issued_on, row.document_id),
            {"count": row.count, "mentions": row.mentions or []},
            row.json,
        )
        for row in rows[:limit]
        if is_whole(row.json, row.document_id, "citations", full=text)
    ]
    last = rows[limit - 1] if len(rows) > limit else None
    return CitationPage(items, encode_cursor(name, last.issued_on, last.document_id) if last else None)


async def list_cited_documents(connection: AsyncConnection, document_id: UUID, *, lang: str, limit: int) -> list[bytes]:
    """Cards of the live documents that a text cites with at least `MIN_CONFIDENCE`, in order of their first mention."""
    first = (
        select(CITATION.c.target_id, func.min(CITATION.c.place).label("place"))
        .select_from(CITATION.join(SOURCE_VIEW, _source_view_condition(CITATION, SOURCE_VIEW)))
        .where(CITATION.c.document_id == document_id, CITATION.c.target_id != document_id)
        .where(CITATION.c.confidence >= MIN_CONFIDENCE)
        .group_by(CITATION.c.target_id)
        .subquery("first")
    )
    query = (
        select(VIEW.c.document_id, VIEW.c.card)
        .join(first, first.c.target_id == VIEW.c.document_id)
        .where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES), best_language(lang))
        .order_by(first.c.place)
        .limit(limit)
    )
    rows = (await connection.execute(query)).all()
    return [row.card for row in rows if is_whole(row.card, row.document_id, "citations")]


def _node_conditions(citation: FromClause, node: str | None) -> list[ColumnElement[bool]]:
    if node is None:
        return []
    cited = func.unnest(citation.c.target_refs).table_valued(column("ref", Text)).render_derived()
    inside = or_(cited.c.ref == node, cited.c.ref.startswith(f"{node}/"))
    return [select(literal(1)).select_from(cited).where(inside).correlate(citation).exists()]


async def _fetch_rows(
    connection: AsyncConnection,
    query: Select[Any],
    row_type: type[_RowT],
    document_id: UUID,
    kind: str | None,
    lang: str,
    *,
    order: Sequence[str],
) -> list[_RowT] | Pointer:
    """Run a query together with the visibility check of its document, in one statement.

    Returns a pointer when the document was redirected; raises as `check_visible` does. `order` names the columns to
    sort by, descending with a minus; the last one is never null in a row of the query.
    """
    found = query.subquery("found")
    by = [found.c[name.removeprefix("-")].desc() if name.startswith("-") else found.c[name] for name in order]
    statement = (
        select_visibility(document_id, lang).add_columns(found).select_from(VIEW.outerjoin(found, true())).order_by(*by)
    )
    rows = (await connection.execute(statement)).all()
    pointer = check_visible(VisibilityRow.first_of(rows), document_id, kind)
    if pointer is not None:
        return pointer
    names, present = [field.name for field in fields(row_type)], order[-1].removeprefix("-")
    mappings = (row._mapping for row in rows)
    return [row_type(**{name: row[name] for name in names}) for row in mappings if row[present] is not None]


def _citation_facts(row: CitationRow) -> dict[str, Any]:
    """The members of a `CitationView`. A target that is no longer public is left out, whatever the row says."""
    outcome, why = row.outcome, row.why
    parsed = [parse_view(card, _UNKNOWN_ID, "citations") for card in row.cards or ()]
    cards = [card for card in parsed if card is not None]
    if (outcome == Outcome.matched and row.json is None) or (outcome == Outcome.choices and not cards):
        outcome, why = Outcome.unresolved.value, _NOTHING_PUBLIC
    return {name: getattr(row, name) for name in _COMMON_COLUMNS} | {
        "by": row.kind,
        "node": row.ref,
        "start": row.begins,
        "end": row.ends,
        "dates": row.dates,
        "parts": row.parts,
        "outcome": outcome,
        "why": why,
        "confidence": round(row.confidence if outcome == row.outcome else row.reading, 2),
        "target_nodes": row.target_refs if row.json is not None else [],
        "choices": [choice_facts(card) for card in cards],
    }


def choice_facts(card: Json) -> dict[str, Any]:
    """The members of a `ChoiceView`, from the card of a policy."""
    unchanged = {name: card[name] for name in ("id", "number", "title", "issued_on", "path")}
    return unchanged | {"issuers": [issuer["name"] for issuer in card["issuers"]]}


def _decode_place(name: str, cursor: str) -> ColumnElement[int]:
    (place,) = decode_cursor(name, cursor, _place_part)
    return literal(place, Integer())


def _place_part(value: Any) -> int:
    place = position_part(value)
    if place >= 2**31:
        raise ValueError("no text has so many places")
    return place


def _decode_position(name: str, cursor: str) -> list[ColumnElement[Any]]:
    issued_on, document_id = decode_cursor(name, cursor, day_part, uuid_part)
    return [literal(issued_on, Date()), literal(document_id, Uuid())]
