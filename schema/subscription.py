"""The subscription: changes as they happen, from the log tail that all streams of a process share."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import strawberry

from hub.changes.filtering import filter_entries
from hub.changes.filters import resolve_request_filter
from hub.changes.queries import read_views_for_changes
from schema import types
from schema.arguments import subscription_field
from schema.changes import FollowArguments, Info, change_dicts
from schema.selection import is_selected


async def _stream_changes(info: Info, params: FollowArguments) -> AsyncGenerator[dict[str, Any], None]:
    parts = info.context.parts
    change_filter = await resolve_request_filter(parts.database, params, parts.settings.languages)
    position = params.position() or await parts.log_tail.read_head()
    with_views = is_selected(info._raw_info, (), ("view",))
    with parts.log_tail.stream_slot(info.context.client_ip):
        async with aclosing(parts.log_tail.follow(position)) as slices:
            async for log_slice in slices:
                for change in filter_entries(log_slice.entries, change_filter):
                    views = await read_views_for_changes(parts.database, [change], change_filter) if with_views else {}
                    for one in change_dicts([change], views):
                        yield one


def _build_subscription() -> Any:
    """Build the root type."""
    description = "Live updates of public data (theo dõi)."
    fields = {
        "changes": subscription_field(
            FollowArguments,
            types.Change,
            "Changes as they happen, in order and without gaps (trực tiếp). After an interruption, resume by passing "
            "the last `position` as `after`. If the log was replaced by another one, the stream ends with the error "
            "`resync`.",
            _stream_changes,
        )
    }
    namespace = {"__module__": __name__, "__doc__": description, **fields}
    return strawberry.type(type("Subscription", (), namespace), name="Subscription", description=description)


Subscription: Any = _build_subscription()
