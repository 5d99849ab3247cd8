"""Relay connections over keyset pages: types, and the dicts they are resolved from."""

from collections.abc import Iterable
from typing import Any

from schema.derive import Fields, object_type

PageInfo: Any = object_type(
    "PageInfo",
    "Where a page stands in its list (thông tin trang).",
    {
        "has_next_page": (bool, "Whether more items follow."),
        "has_previous_page": (bool, "Whether items come before; true for every page asked for with `after`."),
        "start_cursor": (str | None, "Cursor of the first item; null on an empty page."),
        "end_cursor": (str | None, "Cursor of the last item: `after` for the following page; null on an empty page."),
    },
)


def edge_type(name: str, node: Any, extra: Fields | None = None) -> Any:
    """The edge type around a node type."""
    fields = {"cursor": (str, "The item's place in this list; give it as `after`."), "node": (node, "The item.")}
    return object_type(f"{name}Edge", "An item and its place in a list.", {**fields, **(extra or {})})


def connection_type(
    node: Any, what: str, *, name: str | None = None, edge: Any = None, extra: Fields | None = None
) -> Any:
    """The connection type over a node type; `what` names the items for readers."""
    name = name or node.__strawberry_definition__.name
    edge = edge or edge_type(name, node)
    fields: Fields = {
        "edges": (list[edge], "The items of this page."),
        "page_info": (PageInfo, "Where this page stands."),
        **(extra or {}),
    }
    return object_type(f"{name}Connection", f"One page of {what}.", fields)


def to_connection(edges: Iterable[dict[str, Any]], *, after: str | None, next_cursor: str | None) -> dict[str, Any]:
    """A page as connections are resolved from; `following` is the cursor of the next page, None at the end.

    `end_cursor` is `following` while there is more: that of a search stands behind hits that were dropped.
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
