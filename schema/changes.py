"""Changes of the log in GraphQL: the arguments and results that the query and the subscription share."""

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import strawberry
from pydantic import Field

from hub.changes.filtering import Change
from hub.changes.filters import FollowFilters, resolve_request_filter
from hub.changes.params import ChangesParams
from hub.changes.position import Position
from hub.changes.queries import OpenViews, iter_with_views, read_changes
from hub.changes.views import ChangeView
from hub.log.subjects import LogSubject
from hub.paging import MAX_LIMIT
from schema.context import Context
from schema.selection import is_selected

Info = strawberry.Info[Context, None]


class ChangesArguments(ChangesParams):
    limit: int = Field(MAX_LIMIT, ge=1, le=MAX_LIMIT, description="Maximum number of changes.")


class FollowArguments(FollowFilters):
    after: str | None = Field(
        None,
        description="Position to start after: `next` or a position number, up to which you have all changes. If "
        "omitted, the stream starts now.",
    )

    def position(self) -> Position | None:
        """Parse the position to start from; None is the head of the log."""
        return None if self.after is None else Position.parse(self.after)


async def resolve_changes(info: Info, params: ChangesArguments) -> dict[str, Any]:
    """Resolve the query `changes`."""
    database, languages = info.context.parts.database, info.context.parts.settings.languages
    change_filter = await resolve_request_filter(database, params, languages)
    found = await read_changes(database, params.position(), change_filter, limit=params.limit)
    with_views = is_selected(info._raw_info, ("items",), ("view",))
    views: OpenViews = {}
    if with_views:
        # Each part is limited alone: a change may occur again in a later one.
        pages = iter_with_views(database, found.items, change_filter, info.context.parts.settings.graphql_max_bytes)
        async with aclosing(pages):
            while part := await info.context.read_views(partial(anext, pages, None), _texts_of_part):
                views = {**views, **part[1]}
    return {
        "items": list(change_dicts(found.items, views)),
        "next": str(found.next),
        "reached": found.next.seq,
        "head": found.head,
        "epoch": str(found.epoch),
        "subjects": sorted(change_filter.subjects),
    }


def _texts_of_part(part: tuple[Sequence[Change], OpenViews] | None) -> Iterable[bytes | None]:
    return (view.json for view in part[1].values()) if part else ()


_MEMBERS: dict[str, Any] = {
    name: field.default for name, field in ChangeView.model_fields.items() if not field.is_required()
}
"""Values of the members that only entries of some subjects have."""


def change_dicts(found: Iterable[Change], views: OpenViews) -> Iterable[dict[str, Any]]:
    """Convert changes to the dicts that the type `Change` is resolved from."""
    parsed: dict[tuple[UUID, str] | None, dict[str, Any]] = {}
    for change in found:
        key = change.key
        current = views.get(key) if key is not None else None
        if key not in parsed and current is not None and current.json is not None:
            parsed[key] = {"seq": current.seq, "item": orjson.loads(current.json)}
        members = change.members()
        if members.get("subject") == LogSubject.consultation:
            members |= {"data": None, "consultation": members["data"]}
        yield _MEMBERS | members | {"view": parsed.get(key)}
