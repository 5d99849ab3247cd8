"""What the public reads of citations. Each question is one statement, and joins only views that are public now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Date, Integer, Text, Uuid, and_, column, func, literal, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.citations.eraser import CITABLE, CITATION
from hub.content.visibility import (
    LISTED_STATES,
    VIEW,
    Pointer,
    best_language,
    check_visible,
    currently_open,
    select_visibility,
)
from hub.errors import InvalidCursor
from hub.legal.citations.resolver import CatalogueEntry, InMemoryCatalogue, Outcome
from hub.legal.citations.types import MIN_CONFIDENCE, CitationKind
from hub.paging import decode_cursor, encode_cursor, list_digest

SOURCE_VIEW, CHOICE_VIEW, MENTION_ROW = VIEW.alias("read"), VIEW.alias("choice"), CITATION.alias("mention")
MAX_MENTIONS = 5
"""Places that are named of each citing document."""
_NOTHING_PUBLIC = "No public document of this name or number is here."
MAX_CANDIDATES = 200
"""Live policies that one question can mean."""
_MENTION_COLUMNS = {"place": "place", "text": "text", "field": "field", "node": "ref", "target_nodes": "target_refs"}
_COMMON_COLUMNS = ("place", "text", "field", "type", "number", "name", "year", "issuer", "attached", "amends")

Json = Mapping[str, Any]


@dataclass(frozen=True)
class CitationItem:
    """What is said of one mention or citing document (`facts`, all but `document`), and that document's JSON."""

    cursor: str
    facts: dict[str, Any]
    json: bytes | None


@dataclass(frozen=True)
class CitationPage:
    """A page of mentions or of citing documents."""

    items: Sequence[CitationItem]
    next: str | None


def _source_view_condition(citation: Any, view: Any) -> Any:
    """A citation beside the very view that it was read from, while that is public."""
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
    """What a document's text mentions, in reading order; mentions of itself only where they are asked for.

    Documents are told in `lang` where they have it; the text that is read is the Vietnamese one.
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
    wanted = CITATION.c.kind != CitationKind.here.value if by is None else CITATION.c.kind == by.value
    query = (
        select(CITATION, payload.label("json"), choices.label("cards"))
        .select_from(CITATION.join(SOURCE_VIEW, _source_view_condition(CITATION, SOURCE_VIEW)).outerjoin(VIEW, target))
        .where(CITATION.c.document_id == document_id, wanted)
        .order_by(CITATION.c.place)
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(CITATION.c.place > _decode_place(name, cursor))
    rows, pointer = await _fetch_rows(connection, query, document_id, kind, lang, order=("place",))
    if pointer is not None:
        return pointer
    items = [CitationItem(encode_cursor(name, row["place"]), _citation_facts(row), row["json"]) for row in rows[:limit]]
    return CitationPage(items, items[-1].cursor if len(rows) > limit else None)


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
    """The live documents whose text mentions this one (or its `node`, or what is below that), the newest first."""
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
    told = {name: MENTION_ROW.c[column] for name, column in _MENTION_COLUMNS.items()}
    one = func.json_build_object(*(each for pair in told.items() for each in (literal(pair[0]), pair[1])))
    first = (
        select(one.label("one"), MENTION_ROW.c.place)
        .where(MENTION_ROW.c.target_id == document_id, *_node_conditions(MENTION_ROW, node))
        .where(MENTION_ROW.c.document_id == groups.c.document_id)
        .order_by(MENTION_ROW.c.place)
        .limit(MAX_MENTIONS)
        .correlate(groups)
        .subquery("first")
    )
    places = select(func.json_agg(aggregate_order_by(first.c.one, first.c.place)))
    payload = VIEW.c.full if text else VIEW.c.card
    query = (
        select(*order, groups.c.count, payload.label("json"), places.scalar_subquery().label("mentions"))
        .join(groups, groups.c.document_id == VIEW.c.document_id)
        .where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES), best_language(lang))
        .order_by(*(each.desc() for each in order))
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(tuple_(*order) < tuple_(*_decode_position(name, cursor)))
    rows, pointer = await _fetch_rows(connection, query, document_id, kind, lang, order=("-issued_on", "-document_id"))
    if pointer is not None:
        return pointer
    items = [
        CitationItem(
            encode_cursor(name, row["issued_on"], row["document_id"]),
            {"count": row["count"], "mentions": row["mentions"] or []},
            row["json"],
        )
        for row in rows[:limit]
    ]
    return CitationPage(items, items[-1].cursor if len(rows) > limit else None)


async def list_cited_documents(connection: AsyncConnection, document_id: UUID, *, lang: str, limit: int) -> list[bytes]:
    """The cards of the live documents that a document's text surely means, in the order in which it first does."""
    first = (
        select(CITATION.c.target_id, func.min(CITATION.c.place).label("place"))
        .select_from(CITATION.join(SOURCE_VIEW, _source_view_condition(CITATION, SOURCE_VIEW)))
        .where(CITATION.c.document_id == document_id, CITATION.c.target_id != document_id)
        .where(CITATION.c.confidence >= MIN_CONFIDENCE)
        .group_by(CITATION.c.target_id)
        .subquery("first")
    )
    query = (
        select(VIEW.c.card)
        .join(first, first.c.target_id == VIEW.c.document_id)
        .where(currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES), best_language(lang))
        .order_by(first.c.place)
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())


def _node_conditions(citation: Any, node: str | None) -> list[Any]:
    if node is None:
        return []
    held = func.unnest(citation.c.target_refs).table_valued(column("ref", Text)).render_derived()
    inside = or_(held.c.ref == node, held.c.ref.startswith(f"{node}/"))
    return [select(literal(1)).select_from(held).where(inside).correlate(citation).exists()]


async def _fetch_rows(
    connection: AsyncConnection, query: Any, document_id: UUID, kind: str | None, lang: str, *, order: Sequence[str]
) -> tuple[list[Json], Pointer | None]:
    """The rows of a question about a document, or where the document has gone; raises as `met` does."""
    found = query.subquery("found")
    by = [found.c[name.removeprefix("-")].desc() if name.startswith("-") else found.c[name] for name in order]
    whole = (
        select_visibility(document_id, lang).add_columns(found).select_from(VIEW.outerjoin(found, true())).order_by(*by)
    )
    rows = (await connection.execute(whole)).all()
    pointer = check_visible(rows[0] if rows else None, document_id, kind)
    named = [dict(row._mapping) for row in rows]
    return [row for row in named if row[order[-1].removeprefix("-")] is not None], pointer


def _citation_facts(row: Json) -> dict[str, Any]:
    """A mention as `CitationView`; what is not public any more is not told, whatever the row remembers."""
    outcome, why = row["outcome"], row["why"]
    cards = [orjson.loads(card) for card in row["cards"] or ()]
    if (outcome == Outcome.matched and row["json"] is None) or (outcome == Outcome.choices and not cards):
        outcome, why = Outcome.unresolved.value, _NOTHING_PUBLIC
    return {name: row[name] for name in _COMMON_COLUMNS} | {
        "by": row["kind"],
        "node": row["ref"],
        "start": row["begins"],
        "end": row["ends"],
        "dates": row["dates"],
        "parts": row["parts"],
        "outcome": outcome,
        "why": why,
        "confidence": round(row["confidence"] if outcome == row["outcome"] else row["reading"], 2),
        "target_nodes": row["target_refs"] if row["json"] is not None else [],
        "choices": [choice_facts(card) for card in cards],
    }


def choice_facts(card: Json) -> dict[str, Any]:
    """A policy as `ChoiceView`, from its card."""
    kept = {name: card[name] for name in ("id", "number", "title", "issued_on", "path")}
    return kept | {"issuers": [issuer["name"] for issuer in card["issuers"]]}


def _decode_place(name: str, cursor: str) -> Any:
    (place,) = decode_cursor(name, cursor, 1)
    if not isinstance(place, int) or not 0 <= place < 2**31:
        raise InvalidCursor("The cursor is damaged.", field="cursor")
    return literal(place, Integer())


def _decode_position(name: str, cursor: str) -> list[Any]:
    issued_on, document_id = decode_cursor(name, cursor, 2)
    try:
        return [literal(date.fromisoformat(issued_on), Date()), literal(UUID(document_id), Uuid())]
    except (AttributeError, TypeError, ValueError) as problem:
        raise InvalidCursor("The cursor is damaged.", field="cursor") from problem


@dataclass(frozen=True)
class CitationCandidates:
    """Live policies that a citation may mean: for judging, and the card of each by its id."""

    catalogue: InMemoryCatalogue
    cards: Mapping[str, bytes]


async def find_candidates(connection: AsyncConnection, exact: Sequence[str], near: Sequence[str]) -> CitationCandidates:
    """The live policies under the keys of a citation: those under its exact keys first, then the newest."""
    columns = [CITABLE.c[name] for name in ("document_id", "number", "type", "title", "issuers", "issued_on")]
    wanted = CITABLE.c.lookup.overlap([*exact, *near])
    query = (
        select(*columns, VIEW.c.card)
        .join(VIEW, VIEW.c.document_id == CITABLE.c.document_id)
        .where(wanted, currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES), best_language("vi"))
        .order_by(CITABLE.c.lookup.overlap(list(exact)).desc(), CITABLE.c.issued_on.desc(), CITABLE.c.document_id)
        .limit(MAX_CANDIDATES)
    )
    rows = (await connection.execute(query)).all()
    known = (
        CatalogueEntry(str(row.document_id), row.number, row.type, row.title, tuple(row.issuers), row.issued_on)
        for row in rows
    )
    return CitationCandidates(InMemoryCatalogue(known), {str(row.document_id): row.card for row in rows})


async def load_refs(connection: AsyncConnection, document_id: UUID) -> frozenset[str]:
    """The nodes of a policy."""
    query = select(CITABLE.c.refs).where(CITABLE.c.document_id == document_id)
    return frozenset((await connection.execute(query)).scalar_one_or_none() or ())
