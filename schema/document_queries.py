"""Queries about one document: its history, differences of editions, relations, citations, legal force.

They are fields of the root, not of items, so no list can request them for each of its items, and each stays one
statement. The result is null if no public document has the id, as with `item`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import orjson
import strawberry
from pydantic import Field

from hub.citations.params import CitedByParams, CitesParams
from hub.citations.queries import CitationPage, list_citations, list_citing_documents
from hub.citations.views import CitationView, CitedByView
from hub.content.history import HistoryEntryView, list_history, load_edition_pair
from hub.content.legal_force import LegalForceOnView, load_legal_force
from hub.content.params import DiffParams, HistoryParams, LegalForceParams, RelationParams
from hub.content.relations import RelatedPage, RelatedView, list_related
from hub.content.visibility import Pointer
from hub.domain.diff import DiffView
from hub.errors import InvalidInput, NotFound
from hub.problem_texts.templates import as_words, fill
from hub.times import today
from schema import types
from schema.arguments import query_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import class_description, object_type, view_fields, view_type
from schema.selection import is_selected

Info = strawberry.Info[Context, None]

DOCUMENT_SELECTION = ("edges", "node", "document")
MAX_FULL_DOCUMENTS = 20
"""Related documents on a page that may include whole texts."""

_ID = Field(description="UUID of the document.")


class HistoryArguments(HistoryParams):
    id: UUID = _ID


class DiffArguments(DiffParams):
    id: UUID = _ID


class RelationArguments(RelationParams):
    id: UUID = _ID


class LegalForceArguments(LegalForceParams):
    id: UUID = _ID


class CitesArguments(CitesParams):
    id: UUID = _ID


class CitedByArguments(CitedByParams):
    id: UUID = _ID


History: Any = connection_type(view_type(HistoryEntryView), "a document's history (lịch sử)")
Related: Any = object_type(
    "Related",
    class_description(RelatedView),
    {
        **view_fields(RelatedView, without=frozenset({"document"})),
        "document": (types.Item, RelatedView.model_fields["document"].description),
    },
)
Relations: Any = connection_type(Related, "a document's relations (quan hệ văn bản)")


def _view_type_with_document(view: Any, name: str, document: Any) -> Any:
    """Build the type of a view whose `document` is an item of any kind."""
    fields = view_fields(view, without=frozenset({"document"}))
    return object_type(
        name, class_description(view), {**fields, "document": (document, view.model_fields["document"].description)}
    )


Citations: Any = connection_type(
    _view_type_with_document(CitationView, "Citation", types.Item | None), "a document's citations (viện dẫn)"
)
CitedBy: Any = connection_type(
    _view_type_with_document(CitedByView, "CitedBy", types.Item),
    "documents that cite a document (văn bản viện dẫn đến)",
)

T = TypeVar("T")


async def none_if_missing(query: Awaitable[T]) -> T | None:
    """Await a query about a document; return None if no public document has its id."""
    try:
        return await query
    except NotFound as missing:
        if missing.field == "id":
            return None
        raise


async def follow_pointers(document_id: UUID, read: Callable[[UUID], Awaitable[T | Pointer]]) -> T:
    """Run a query about a document, or about the one it is redirected to: one more statement for each pointer."""
    while isinstance(found := await read(document_id), Pointer):
        document_id = found.document_id
    return found


async def _resolve_history(info: Info, params: HistoryArguments) -> dict[str, Any] | None:
    lang = None if params.lang is None else info.context.lang(params.lang)
    async with info.context.parts.database.read() as connection:
        found = await none_if_missing(
            list_history(connection, params.id, lang=lang, limit=params.limit, cursor=params.cursor)
        )
    if found is None:
        return None
    items = (item.model_dump(mode="json") for item in found.items)
    edges = ({"cursor": cursor, "node": item} for cursor, item in zip(found.cursors, items, strict=True))
    return to_connection(edges, after=params.cursor, next_cursor=found.next)


async def _resolve_diff(info: Info, params: DiffArguments) -> dict[str, Any] | None:
    lang = info.context.lang(params.lang)
    async with info.context.parts.database.read() as connection:
        found = await none_if_missing(
            load_edition_pair(connection, params.id, lang=lang, before=params.from_, after=params.to)
        )
    return None if found is None else await asyncio.to_thread(lambda: found.compare().model_dump(mode="json"))


def _selects_full_texts(info: Info, limit: int, items: str) -> bool:
    """Return True if whole texts of other documents are selected. Raises `InvalidInput` for too many of them."""
    whole = is_selected(info._raw_info, DOCUMENT_SELECTION, types.ANY_FULL_ONLY)
    if whole and limit > MAX_FULL_DOCUMENTS:
        raise InvalidInput(
            fill("A page of {limit} {items} would be too large with whole texts.", limit=limit, items=as_words(items)),
            field="first",
            expected=fill(
                "`first` up to {max_full_documents}, or only fields of cards", max_full_documents=MAX_FULL_DOCUMENTS
            ),
        )
    return whole


async def _resolve_relations(info: Info, params: RelationArguments) -> dict[str, Any] | None:
    whole = _selects_full_texts(info, params.limit, "relations")
    lang = info.context.lang(params.lang)

    async def read() -> RelatedPage | None:
        async with info.context.parts.database.read() as connection:
            return await none_if_missing(
                follow_pointers(
                    params.id,
                    lambda document_id: list_related(
                        connection,
                        document_id,
                        lang=lang,
                        direction=params.direction,
                        type=params.type,
                        limit=params.limit,
                        cursor=params.cursor,
                        text=whole,
                    ),
                )
            )

    found = await info.context.read_views(
        read, lambda page: (item.json for item in page.items) if page else (), whole=whole
    )
    if found is None:
        return None
    edges = (
        {
            "cursor": item.cursor,
            "node": {
                "type": item.type,
                "direction": item.direction,
                "note": item.note,
                "document": orjson.loads(item.json),
            },
        }
        for item in found.items
    )
    return to_connection(edges, after=params.cursor, next_cursor=found.next)


async def _resolve_legal_force(info: Info, params: LegalForceArguments) -> dict[str, Any] | None:
    lang, day = info.context.lang(params.lang), params.on or today()
    async with info.context.parts.database.read() as connection:
        found = await none_if_missing(
            follow_pointers(
                params.id, lambda document_id: load_legal_force(connection, document_id, day=day, lang=lang)
            )
        )
    return None if found is None else found.model_dump(mode="json")


async def _resolve_cites(info: Info, params: CitesArguments) -> dict[str, Any] | None:
    whole = _selects_full_texts(info, params.limit, "citations")
    return await _resolve_citations(info, params, partial(list_citations, by=params.by, text=whole), whole=whole)


async def _resolve_cited_by(info: Info, params: CitedByArguments) -> dict[str, Any] | None:
    whole = _selects_full_texts(info, params.limit, "citing documents")
    return await _resolve_citations(
        info, params, partial(list_citing_documents, node=params.node, text=whole), whole=whole
    )


async def _resolve_citations(
    info: Info,
    params: CitesArguments | CitedByArguments,
    list_mentions: Callable[..., Awaitable[CitationPage | Pointer]],
    *,
    whole: bool,
) -> dict[str, Any] | None:
    lang = info.context.lang(params.lang)

    async def read() -> CitationPage | None:
        async with info.context.parts.database.read() as connection:
            page = partial(list_mentions, connection, lang=lang, limit=params.limit, cursor=params.cursor)
            return await none_if_missing(follow_pointers(params.id, page))

    found = await info.context.read_views(
        read, lambda page: (one.json for one in page.items) if page else (), whole=whole
    )
    if found is None:
        return None
    edges = (
        {
            "cursor": one.cursor,
            "node": one.facts | {"document": None if one.json is None else orjson.loads(one.json)},
        }
        for one in found.items
    )
    return to_connection(edges, after=params.cursor, next_cursor=found.next)


DOCUMENT_FIELDS: dict[str, Any] = {
    "history": query_field(
        HistoryArguments,
        History,
        "Publication history of an item, newest first (lịch sử): editions with their change notes, corrections linked "
        "in both directions, withdrawals. The entries remain after the item is gone, without its text.",
        _resolve_history,
    ),
    "diff": query_field(
        DiffArguments,
        view_type(DiffView),
        "Differences between two public editions of an item in one language (so sánh phiên bản), with the changed "
        "words marked. An edition that does not exist fails with the error `not_found`, which lists the existing ones.",
        _resolve_diff,
    ),
    "relations": query_field(
        RelationArguments,
        Relations,
        "Relations of an item to other live documents, in both directions (quan hệ văn bản). A root field, so that a "
        "list cannot request it for each item. For a redirected item, returns the relations of its replacement.",
        _resolve_relations,
    ),
    "cites": query_field(
        CitesArguments,
        Citations,
        "Citations in an item's Vietnamese text, in reading order (viện dẫn): every mention with its position and, if "
        "it is public in this hub, the cited document. A root field, as `relations`.",
        _resolve_cites,
    ),
    "citedBy": query_field(
        CitedByArguments,
        CitedBy,
        "Live items of every kind whose text cites an item or one of its nodes, newest first (được viện dẫn bởi).",
        _resolve_cited_by,
    ),
    "legalForce": query_field(
        LegalForceArguments,
        view_type(LegalForceOnView),
        "Legal force of a policy on a date, with the reasons (hiệu lực tại ngày); null for other kinds.",
        _resolve_legal_force,
    ),
}
"""Fields of `Query`, by their names in GraphQL."""
