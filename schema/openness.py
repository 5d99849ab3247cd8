"""Openness figures in GraphQL: of a period by agency, and the items of a figure."""

from typing import Any

import strawberry

from hub.openness.params import LangOpennessParams, OpennessItemsParams
from hub.openness.queries import item_cursor, list_openness_items, read_openness
from hub.openness.views import OpennessItem, OpennessView
from schema.arguments import query_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]

Items: Any = connection_type(view_type(OpennessItem), "items of a figure, by id", name="OpennessItem")


async def _resolve_figures(info: Info, params: LangOpennessParams) -> dict[str, Any]:
    found = await read_openness(info.context.parts.database, params, info.context.lang(params.lang))
    return found.model_dump(mode="json")


async def _resolve_items(info: Info, params: OpennessItemsParams) -> dict[str, Any]:
    found = await list_openness_items(info.context.parts.database, params, info.context.lang(params.lang))
    edges = ({"cursor": item_cursor(params, item.id), "node": item.model_dump(mode="json")} for item in found.items)
    return to_connection(edges, after=params.cursor, next_cursor=found.next)


OPENNESS_FIELDS: dict[str, Any] = {
    "openness": query_field(
        LangOpennessParams,
        view_type(OpennessView),
        "Figures about consultations by agency and in all, counted from public data alone (chỉ số công khai).",
        _resolve_figures,
    ),
    "openness_items": query_field(
        OpennessItemsParams,
        Items,
        "Policies or consultations that a figure counts; their counts add up to it.",
        _resolve_items,
    ),
}
"""Fields of `Query`."""
