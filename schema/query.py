"""The queries. Each runs one statement, independent of the page size and of the selected fields."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import strawberry
from pydantic import Field

from hub.clocks.params import ClocksParams
from hub.clocks.queries import read_public_clocks
from hub.clocks.views import ClocksView
from hub.content.item_views import item_dict
from hub.content.list_reads import read_list
from hub.content.params import ListParams, PolicyDetailParams, list_params, time_params
from hub.content.queries import Page, ViewRow, get_whole_view
from hub.domain.kinds import KINDS, Kind
from hub.errors import InvalidInput, NotFound
from hub.problem_texts.templates import fill
from hub.registry import queries as registry
from hub.registry.params import RegistryListParams, SpokespersonParams, TopicParams
from hub.search.params import RelatedParams, SearchParams, SuggestParams
from hub.search.queries import search
from hub.search.similar import find_similar
from hub.search.suggest import suggest
from hub.web.parameters import NoParams, PageParams
from schema import types
from schema.arguments import query_field
from schema.changes import ChangesArguments, resolve_changes
from schema.comment_groups import COMMENT_GROUP_FIELD
from schema.comments import COMMENT_FIELDS
from schema.connections import to_connection
from schema.consultation_answers import ANSWER_FIELDS
from schema.consultation_bodies import BODY_FIELDS
from schema.consultations import CONSULTATION_FIELDS
from schema.context import Context
from schema.derive import view_type
from schema.document_queries import DOCUMENT_FIELDS, follow_pointers, none_if_missing
from schema.manage import manage
from schema.moderation import MODERATION_FIELDS
from schema.openness import OPENNESS_FIELDS
from schema.selection import is_selected

Info = strawberry.Info[Context, None]

NODE_SELECTION = ("edges", "node")
FACETS = ("facets",)
MAX_FULL_RESULTS = 20
"""Search results on a page that may include whole texts; lists limit a page by bytes instead."""


class ItemArguments(PolicyDetailParams):
    id: UUID = Field(description="UUID of the document.")


class NodeArguments(NoParams):
    """The only argument of `node`: Relay does not accept a `node` field with others."""

    id: UUID = Field(description="UUID of the document.")


class RelatedArguments(RelatedParams):
    id: UUID = Field(description="UUID of the document.")


def _list_resolver(kind: Kind) -> Callable[[Info, ListParams], Awaitable[dict[str, Any]]]:
    async def resolve(info: Info, params: ListParams) -> dict[str, Any]:
        parts = info.context.parts
        lang = info.context.lang(params.lang)
        selected = partial(is_selected, info._raw_info)
        whole = selected(NODE_SELECTION, types.FULL_ONLY[kind.name])
        with_cursors = selected(("edges",), ("cursor",)) or selected(("pageInfo",), ("startCursor", "endCursor"))

        async def read() -> Page:
            return await read_list(
                parts.database,
                kind,
                params,
                lang=lang,
                whole=whole,
                max_bytes=parts.settings.include_text_bytes,
                with_now=selected(NODE_SELECTION, ("now",)),
                with_cursors=with_cursors,
            )

        found = await info.context.read_views(read, lambda page: (row.json for row in page.items), whole=whole)
        base = info.context.base_url
        edges = ({"cursor": row.cursor, "node": item_dict(row, base)} for row in found.items)
        return to_connection(edges, after=params.cursor, next_cursor=found.next)

    return resolve


async def _resolve_item(info: Info, params: ItemArguments) -> dict[str, Any] | None:
    lang, then = info.context.lang(params.lang), time_params(params)

    async def read() -> ViewRow | None:
        database = info.context.parts.database
        return await none_if_missing(
            follow_pointers(params.id, lambda id_: get_whole_view(database, id_, lang=lang, **then))
        )

    row = await info.context.read_views(read, lambda one: [one.json] if one else ())
    return None if row is None else item_dict(row, info.context.base_url)


async def _resolve_node(info: Info, params: NodeArguments) -> dict[str, Any] | None:
    return await _resolve_item(info, ItemArguments(id=params.id))


async def _resolve_search(info: Info, params: SearchParams) -> dict[str, Any]:
    parts = info.context.parts
    whole = is_selected(info._raw_info, NODE_SELECTION, types.ANY_FULL_ONLY)
    if whole and params.limit > MAX_FULL_RESULTS:
        raise InvalidInput(
            fill("A page of {limit} results would be too large with whole texts.", limit=params.limit),
            field="first",
            expected=fill(
                "`first` up to {max_full_results}, or only fields of cards", max_full_results=MAX_FULL_RESULTS
            ),
        )
    query = params.query(info.context.lang(params.lang))
    query = replace(query, facets=is_selected(info._raw_info, (), FACETS))
    found = await info.context.read_views(
        lambda: search(parts.search, parts.database, query, filters=params, cursor=params.cursor, text=whole),
        lambda page: (item.view.json for item in page.items),
        whole=whole,
    )
    base = info.context.base_url
    edges = (
        {
            "cursor": item.cursor,
            "highlight": item.highlight,
            "article": item.article,
            "article_label": item.article_label,
            "node": item_dict(item.view, base),
        }
        for item in found.items
    )
    return {
        **to_connection(edges, after=params.cursor, next_cursor=found.next),
        "facets": [{"field": field, **one} for field, values in found.facets.items() for one in values],
        "engine": found.engine,
        "estimated_total": found.estimated_total,
        "took_ms": found.took_ms,
        "did_you_mean": found.did_you_mean,
    }


async def _resolve_suggest(info: Info, params: SuggestParams) -> list[dict[str, Any]]:
    found = await suggest(info.context.parts.database, params.q, limit=params.limit)
    return [{**vars(one), "id": one.id and str(one.id)} for one in found]


async def _resolve_related(info: Info, params: RelatedArguments) -> list[dict[str, Any]] | None:
    lang = info.context.lang(params.lang)
    whole = is_selected(info._raw_info, ("node",), types.ANY_FULL_ONLY)
    try:
        found = await info.context.read_views(
            lambda: find_similar(info.context.parts.database, params.id, lang=lang, limit=params.limit, text=whole),
            lambda similar: (one.view.json for one in similar),
            whole=whole,
        )
    except NotFound:
        return None
    return [{"node": orjson.loads(one.view.json), "by": one.by} for one in found]


def _registry_resolver(
    listed: Callable[..., Awaitable[registry.RegistryPage[Any]]],
) -> Callable[[Info, Any], Awaitable[Any]]:
    async def resolve(info: Info, params: PageParams) -> dict[str, Any]:
        given = dict(params)
        if "lang" in given:
            given["lang"] = info.context.lang(given["lang"])
        async with info.context.parts.database.read() as connection:
            page = await listed(connection, **given)
        items: Sequence[Any] = [item.model_dump(mode="json") for item in page.items]
        edges = ({"cursor": cursor, "node": item} for cursor, item in zip(page.cursors, items, strict=True))
        return to_connection(edges, after=params.cursor, next_cursor=page.next)

    return resolve


async def _resolve_clocks(info: Info, params: ClocksParams) -> dict[str, Any]:
    async with info.context.parts.database.read() as connection:
        return (await read_public_clocks(connection, params)).model_dump(mode="json")


def _build_query() -> Any:
    """Build the root type, with one list for each kind."""
    lists = {
        kind.plural: query_field(
            list_params(kind),
            types.KIND_CONNECTIONS[kind.name],
            f"Live {kind.plural} ({kind.vietnamese}), newest first by default. Each item is in the requested language "
            "if available, otherwise in another one; see its `lang`. A page with whole texts may have fewer items than "
            "`first`; see `pageInfo`.",
            _list_resolver(kind),
        )
        for kind in KINDS.values()
    }
    others = {
        "node": query_field(
            NodeArguments,
            types.Node,
            "Like `item`, for clients that refetch an object by its ID only, such as Relay; the language follows "
            "Accept-Language.",
            _resolve_node,
        ),
        "item": query_field(
            ItemArguments,
            types.Item,
            "One item by its UUID (xem một mục). Null if no public item has it; the error `document_gone` if it was "
            "permanently removed. For a redirected item, returns its replacement, which has a different `id`.",
            _resolve_item,
        ),
        "search": query_field(
            SearchParams,
            types.SearchConnection,
            "Search items of all kinds by words, with or without diacritics, or by document number; without `query`, "
            "all items that match the filters, newest first (tìm kiếm).",
            _resolve_search,
        ),
        "suggest": query_field(
            SuggestParams,
            list[types.Suggestion],
            "Search suggestions: numbers and titles of public items, topics, agencies (gợi ý).",
            _resolve_suggest,
        ),
        "related": query_field(
            RelatedArguments,
            list[types.RelatedResult],
            "Items related to a live one, closest first (nội dung liên quan); null if no live item has the ID.",
            _resolve_related,
        ),
        "agencies": query_field(
            RegistryListParams,
            types.Agencies,
            "Agencies (cơ quan) in alphabetical order, with their period of validity and their successors.",
            _registry_resolver(registry.list_agencies),
        ),
        "topics": query_field(
            TopicParams,
            types.Topics,
            "Topics (chủ đề) in alphabetical order.",
            _registry_resolver(registry.list_topics),
        ),
        "spokespersons": query_field(
            SpokespersonParams,
            types.Spokespersons,
            "Spokespersons (người phát ngôn) with their public contact details.",
            _registry_resolver(registry.list_spokespersons),
        ),
        "places": query_field(
            RegistryListParams,
            types.Places,
            "Administrative units (đơn vị hành chính), former and current.",
            _registry_resolver(registry.list_places),
        ),
        "clocks": query_field(
            ClocksParams,
            view_type(ClocksView),
            "Rules of law about terms with their basis and certainty, and the days off of a year (đồng hồ pháp lý).",
            _resolve_clocks,
        ),
        "changes": query_field(
            ChangesArguments,
            types.Changes,
            "Changes of the publication log, in order and without gaps (thay đổi). Continue with `after` = `next`, "
            "immediately while `next` is behind `head`.",
            resolve_changes,
        ),
    }
    description = (
        "Public data. Each field is refused by itself: it is then null, `errors` has its reason, and the others are "
        "answered."
    )
    namespace = {
        "__module__": __name__,
        "__doc__": description,
        **lists,
        **others,
        **CONSULTATION_FIELDS,
        **OPENNESS_FIELDS,
        "comment_groups": COMMENT_GROUP_FIELD,
        **ANSWER_FIELDS,
        **BODY_FIELDS,
        **MODERATION_FIELDS,
        **COMMENT_FIELDS,
        **DOCUMENT_FIELDS,
        "manage": manage,
    }
    return strawberry.type(type("Query", (), namespace), name="Query", description=description)


Query: Any = _build_query()
