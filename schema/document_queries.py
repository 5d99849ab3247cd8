"""Questions about one document: its history, its changes, its relations, its citations, its legal force.

They are fields of the root, not of the items: so no list can ask them of each of its items, and each stays one
statement. What nothing public has is null, as with `item`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import orjson
import strawberry
from pydantic import Field

from hub.citations.queries import Listing, cited_by, cites
from hub.citations.routes import CitedByParams, CitesParams
from hub.citations.views import CitationView, CitedByView
from hub.content.detail_routes import DiffParams, HistoryParams, LegalForceParams, RelationParams
from hub.content.history import HistoryEntryView, editions_to_compare, history
from hub.content.legal_force import LegalForceOnView, legal_force
from hub.content.relations import RelatedView, related
from hub.content.visibility import Pointer
from hub.domain.diff import DiffView
from hub.errors import InvalidInput, NotFound
from hub.times import today
from schema import types
from schema.arguments import query_field
from schema.connections import connected, connection_of
from schema.context import Context
from schema.derive import described, object_type, view_fields, view_type
from schema.selection import asks

Info = strawberry.Info[Context, None]

DOCUMENT = ("edges", "node", "document")
MOST_WHOLE = 20
"""Related documents that may carry whole texts at once."""

_ID = Field(description="The document's UUID.")


class HistoryArguments(HistoryParams):
    """Arguments of `history`."""

    id: UUID = _ID


class DiffArguments(DiffParams):
    """Arguments of `diff`."""

    id: UUID = _ID


class RelationArguments(RelationParams):
    """Arguments of `relations`."""

    id: UUID = _ID


class LegalForceArguments(LegalForceParams):
    """Arguments of `legalForce`."""

    id: UUID = _ID


class CitesArguments(CitesParams):
    """Arguments of `cites`."""

    id: UUID = _ID


class CitedByArguments(CitedByParams):
    """Arguments of `citedBy`."""

    id: UUID = _ID


History: Any = connection_of(view_type(HistoryEntryView), "a document's history (lịch sử)")
Related: Any = object_type(
    "Related",
    described(RelatedView),
    {
        **view_fields(RelatedView, without=frozenset({"document"})),
        "document": (types.Item, RelatedView.model_fields["document"].description),
    },
)
Relations: Any = connection_of(Related, "a document's relations (quan hệ văn bản)")


def _with_document(view: Any, name: str, document: Any) -> Any:
    """The type of a view whose `document` is an item of any kind."""
    fields = view_fields(view, without=frozenset({"document"}))
    return object_type(
        name, described(view), {**fields, "document": (document, view.model_fields["document"].description)}
    )


Citations: Any = connection_of(
    _with_document(CitationView, "Citation", types.Item | None), "a document's citations (viện dẫn)"
)
CitedBy: Any = connection_of(
    _with_document(CitedByView, "CitedBy", types.Item), "documents that cite a document (văn bản viện dẫn đến)"
)

T = TypeVar("T")


async def public(question: Awaitable[T]) -> T | None:
    """The answer to a question about a document; None when nothing public has its id."""
    try:
        return await question
    except NotFound as missing:
        if missing.field == "id":
            return None
        raise


async def followed(document_id: UUID, ask: Callable[[UUID], Awaitable[T | Pointer]]) -> T:
    """The answer about a document, or about the one that stands in its place: each pointer is one more statement."""
    while isinstance(found := await ask(document_id), Pointer):
        document_id = found.document_id
    return found


async def _history(info: Info, params: HistoryArguments) -> dict[str, Any] | None:
    lang = None if params.lang is None else info.context.lang(params.lang)
    async with info.context.parts.database.read() as connection:
        found = await public(history(connection, params.id, lang=lang, limit=params.limit, cursor=params.cursor))
    if found is None:
        return None
    items = (item.model_dump(mode="json") for item in found.items)
    edges = ({"cursor": cursor, "node": item} for cursor, item in zip(found.cursors, items, strict=True))
    return connected(edges, after=params.cursor, following=found.next)


async def _diff(info: Info, params: DiffArguments) -> dict[str, Any] | None:
    lang = info.context.lang(params.lang)
    async with info.context.parts.database.read() as connection:
        found = await public(
            editions_to_compare(connection, params.id, lang=lang, before=params.from_, after=params.to)
        )
    return None if found is None else await asyncio.to_thread(lambda: found.compare().model_dump(mode="json"))


def _whole(info: Info, limit: int, what: str) -> bool:
    """Whether whole texts of other documents are asked for. Raises `InvalidInput` when they are too many."""
    whole = asks(info._raw_info, DOCUMENT, types.ANY_FULL_ONLY)
    if whole and limit > MOST_WHOLE:
        raise InvalidInput(
            f"A page of {limit} {what} would be too large with whole texts.",
            field="first",
            expected=f"`first` up to {MOST_WHOLE}, or only fields of cards",
        )
    return whole


async def _relations(info: Info, params: RelationArguments) -> dict[str, Any] | None:
    whole = _whole(info, params.limit, "relations")
    lang = info.context.lang(params.lang)
    async with info.context.parts.database.read() as connection:
        found = await public(
            followed(
                params.id,
                lambda document_id: related(
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
    return connected(edges, after=params.cursor, following=found.next)


async def _legal_force(info: Info, params: LegalForceArguments) -> dict[str, Any] | None:
    lang, day = info.context.lang(params.lang), params.on or today()
    async with info.context.parts.database.read() as connection:
        found = await public(
            followed(params.id, lambda document_id: legal_force(connection, document_id, day=day, lang=lang))
        )
    return None if found is None else found.model_dump(mode="json")


async def _cites(info: Info, params: CitesArguments) -> dict[str, Any] | None:
    return await _listing(info, params, partial(cites, by=params.by, text=_whole(info, params.limit, "citations")))


async def _cited_by(info: Info, params: CitedByArguments) -> dict[str, Any] | None:
    whole = _whole(info, params.limit, "citing documents")
    return await _listing(info, params, partial(cited_by, node=params.node, text=whole))


async def _listing(
    info: Info, params: CitesArguments | CitedByArguments, ask: Callable[..., Awaitable[Listing | Pointer]]
) -> dict[str, Any] | None:
    lang = info.context.lang(params.lang)
    async with info.context.parts.database.read() as connection:
        page = partial(ask, connection, lang=lang, limit=params.limit, cursor=params.cursor)
        found = await public(followed(params.id, page))
    if found is None:
        return None
    edges = (
        {
            "cursor": one.cursor,
            "node": one.facts | {"document": None if one.json is None else orjson.loads(one.json)},
        }
        for one in found.items
    )
    return connected(edges, after=params.cursor, following=found.next)


ABOUT: dict[str, Any] = {
    "history": query_field(
        HistoryArguments,
        History | None,
        "What the publication log says of an item, newest first (lịch sử): editions with their notes, corrections "
        "linked both ways, withdrawals. The entries stay when it is gone, without its words.",
        _history,
    ),
    "diff": query_field(
        DiffArguments,
        view_type(DiffView) | None,
        "What differs between two public editions of an item in one language (so sánh phiên bản), with the words "
        "marked. An edition that there is not is the error `not_found`, with those there are.",
        _diff,
    ),
    "relations": query_field(
        RelationArguments,
        Relations | None,
        "Relations of an item to other live documents, read from both ends (quan hệ văn bản). A field of the root, so "
        "that a list cannot ask it of each item. For an item that has another in its place, those of that one.",
        _relations,
    ),
    "cites": query_field(
        CitesArguments,
        Citations | None,
        "What an item's Vietnamese text cites, in reading order (viện dẫn): every mention with its place and, where it "
        "is public here, its document. A field of the root, as `relations`.",
        _cites,
    ),
    "citedBy": query_field(
        CitedByArguments,
        CitedBy | None,
        "Live items of every kind whose text cites an item or a node of it, the newest first (được viện dẫn bởi).",
        _cited_by,
    ),
    "legalForce": query_field(
        LegalForceArguments,
        view_type(LegalForceOnView) | None,
        "Legal force of a policy on a date, with what it follows from (hiệu lực tại ngày); null for other kinds.",
        _legal_force,
    ),
}
"""Fields of `Query`, by their names in GraphQL."""
