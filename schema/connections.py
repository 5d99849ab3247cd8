"""Relay connections over keyset pages: their types, and the dicts they are resolved from."""

from collections.abc import Iterable
from typing import Any

from schema.derive import Fields, object_type

PageInfo: Any = object_type(
    "PageInfo",
    "Information about the position of a page in its list (thông tin trang).",
    {
        "has_next_page": (bool, "True if more items follow."),
        "has_previous_page": (bool, "True if items come before; always true for a page requested with `after`."),
        "start_cursor": (str | None, "Cursor of the first item; null on an empty page."),
        "end_cursor": (str | None, "Cursor of the last item: the `after` of the next page; null on an empty page."),
    },
)


def edge_type(name: str, node: Any, extra: Fields | None = None) -> Any:
    """Build the edge type of a node type."""
    fields = {"cursor": (str, "Position of the item in this list; pass it as `after`."), "node": (node, "The item.")}
    return object_type(f"{name}Edge", "An item and its position in a list.", {**fields, **(extra or {})})


def connection_type(
    node: Any, items: str, *, name: str | None = None, edge: Any = None, extra: Fields | None = None
) -> Any:
    """Build the connection type of a node type; `items` names the items in its description."""
    name = name or node.__strawberry_definition__.name
    edge = edge or edge_type(name, node)
    fields: Fields = {
        "edges": (list[edge], "The items of this page."),
        "page_info": (PageInfo, "Position of this page in the list."),
        **(extra or {}),
    }
    return object_type(f"{name}Connection", f"One page of {items}.", fields)


def to_connection(edges: Iterable[dict[str, Any]], *, after: str | None, next_cursor: str | None) -> dict[str, Any]:
    """Convert a page to the dict that connections are resolved from; `next_cursor` is None at the end of the list.

    `end_cursor` is `next_cursor` while there is more: a search's next page starts after hits that were dropped.
    """
    listed = list(edges)
    start, end = (listed[0]["cursor"], listed[-1]["cursor"]) if listed else (None, None)
    return {
        "edges": listed,
        "page_info": {
            "has_next_page": next_cursor is not None,
            "has_previous_page": after is not None,
            "start_cursor": start,
            "end_cursor": next_cursor or end,
        },
    }
