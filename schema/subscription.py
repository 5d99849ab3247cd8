"""The subscription: changes as they happen, from the one look at the log that all streams of a process share."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import strawberry

from hub.changes.filtering import all_told
from hub.changes.filters import resolve
from hub.changes.queries import views_of
from schema import types
from schema.arguments import subscription_field
from schema.changes import FollowArguments, Info, as_dicts
from schema.selection import asks


async def _changes(info: Info, params: FollowArguments) -> AsyncGenerator[dict[str, Any], None]:
    parts, wanted = info.context.parts, await resolve(info.context.parts.database, params)
    position = params.position() or await parts.live.here()
    with_views = asks(info._raw_info, (), ("view",))
    with parts.live.counted(info.context.address):
        async with aclosing(parts.live.follow(position)) as stretches:
            async for stretch in stretches:
                for change in all_told(stretch.entries, wanted):
                    views = await views_of(parts.database, [change], wanted) if with_views else {}
                    for one in as_dicts([change], views, stretch.epoch):
                        yield one


def _subscription() -> Any:
    """The root type."""
    described = "What readers may follow (theo dõi)."
    fields = {
        "changes": subscription_field(
            FollowArguments,
            types.Change,
            "Changes as they happen, in order and without gaps (trực tiếp). Remember the last `position` "
            "and begin with it again after a break: `after`. When the log has become another one the stream ends with "
            "the error `resync`.",
            _changes,
        )
    }
    namespace = {"__module__": __name__, "__doc__": described, **fields}
    return strawberry.type(type("Subscription", (), namespace), name="Subscription", description=described)


Subscription: Any = _subscription()
