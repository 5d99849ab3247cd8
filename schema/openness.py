"""Openness figures in GraphQL: of a period by agency, and the items of a figure."""

from typing import Any

import strawberry

from hub.openness.params import LangOpennessParams, OpennessItemsParams
from hub.openness.queries import list_openness_items, read_openness
from hub.openness.views import OpennessItems, OpennessView
from schema.arguments import query_field
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]


async def _resolve_figures(info: Info, params: LangOpennessParams) -> dict[str, Any]:
    found = await read_openness(info.context.parts.database, params, info.context.lang(params.lang))
    return found.model_dump(mode="json")


async def _resolve_items(info: Info, params: OpennessItemsParams) -> dict[str, Any]:
    found = await list_openness_items(info.context.parts.database, params, info.context.lang(params.lang))
    return found.model_dump(mode="json")


OPENNESS_FIELDS: dict[str, Any] = {
    "openness": query_field(
        LangOpennessParams,
        view_type(OpennessView),
        "Figures about consultations by agency and in all, counted from public data alone (chỉ số công khai).",
        _resolve_figures,
    ),
    "openness_items": query_field(
        OpennessItemsParams,
        view_type(OpennessItems),
        "Policies or consultations that a figure counts; their counts add up to it.",
        _resolve_items,
    ),
}
"""Fields of `Query`."""
