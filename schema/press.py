"""Queries of the press watch below `manage`: figures, their headlines, bursts and the answers to them."""

from collections.abc import Callable
from typing import Any

import strawberry

from hub.press import queries
from hub.press.views import BurstParams, TrendBurst, TrendItem, TrendItemParams, TrendParams, Trends
from hub.registry.hierarchy import get_registry
from schema.arguments import query_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]

Items: Any = connection_type(view_type(TrendItem), "newspaper headlines, newest first (tít báo)", name="TrendItem")
Bursts: Any = connection_type(
    view_type(TrendBurst), "bursts, most recently begun first (đợt tin dồn dập)", name="TrendBurst"
)


def _to_connection(page: Any, after: str | None, cursor: Callable[[Any], str]) -> dict[str, Any]:
    edges = ({"cursor": cursor(item), "node": item.model_dump(mode="json")} for item in page.items)
    return to_connection(edges, after=after, next_cursor=page.next)


async def _resolve_trends(info: Info, params: TrendParams) -> dict[str, Any]:
    queries.require_read(await info.context.require_editor())
    database = info.context.parts.database
    registry = await get_registry(database)
    async with database.read() as connection:
        found = await queries.read_trends(connection, registry, params)
    return found.model_dump(mode="json")


async def _resolve_items(info: Info, params: TrendItemParams) -> dict[str, Any]:
    queries.require_read(await info.context.require_editor())
    database = info.context.parts.database
    registry = await get_registry(database)
    async with database.read() as connection:
        page = await queries.list_items(connection, registry, params)
    return _to_connection(page, params.cursor, lambda item: queries.item_cursor(params, item))


async def _resolve_bursts(info: Info, params: BurstParams) -> dict[str, Any]:
    queries.require_read(await info.context.require_editor())
    database = info.context.parts.database
    registry = await get_registry(database)
    async with database.read() as connection:
        page = await queries.list_bursts(connection, registry, params)
    edges = (
        {"cursor": queries.burst_cursor(params, item), "node": item.model_dump(mode="json")} for item in page.items
    )
    return to_connection(edges, after=params.cursor, next_cursor=page.next)


PRESS_FIELDS: dict[str, Any] = {
    "trends": query_field(
        TrendParams,
        view_type(Trends),
        "Newspaper coverage by topic or place, per day or week (xu hướng báo chí).",
        _resolve_trends,
    ),
    "trend_items": query_field(
        TrendItemParams, Items, "Headlines that a figure counts, newest first (tít báo).", _resolve_items
    ),
    "trend_bursts": query_field(
        BurstParams,
        Bursts,
        "Topics and places with far more coverage than usual, and the statements and bulletins that answer it (đợt tin "
        "dồn dập).",
        _resolve_bursts,
    ),
}
"""Fields of `Manage`."""
