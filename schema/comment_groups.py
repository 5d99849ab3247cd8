"""Groups of near copies in GraphQL: for everybody, and for editors."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import Field

from hub.auth.encryption import SecretCipher
from hub.consultation.campaigns.queries import group_cursor, groups_digest, list_managed_groups, list_public_groups
from hub.consultation.campaigns.views import (
    CommentCountsView,
    CommentGroupPage,
    CommentGroupView,
    ManagedGroupPage,
    ManagedGroupView,
)
from hub.consultation.comments.keys import CommentKeys
from hub.errors import NotFound
from hub.web.parameters import PageParams
from hub.web.private_requests import mark_private
from schema.arguments import query_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]

_COUNTS: Any = {"counts": (view_type(CommentCountsView), "Counts of all public comments of the consultation.")}
Groups: Any = connection_type(
    view_type(CommentGroupView), "groups of near copies, the largest first (nhóm ý kiến giống nhau)", extra=_COUNTS
)
ManagedGroups: Any = connection_type(
    view_type(ManagedGroupView), "groups of near copies with their answers, the largest first", extra=_COUNTS
)


class CommentGroupArguments(PageParams):
    id: UUID = Field(description="UUID of the consultation.")


def _keys(info: Info) -> CommentKeys:
    return CommentKeys(SecretCipher(info.context.parts.settings))


async def _resolve_groups(info: Info, params: CommentGroupArguments) -> dict[str, Any] | None:
    async with info.context.parts.database.read() as connection:
        try:
            page = await list_public_groups(connection, _keys(info), params.id, params)
        except NotFound:
            return None
    return _connection(page, params)


async def _resolve_managed(info: Info, params: CommentGroupArguments) -> dict[str, Any]:
    mark_private()
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_managed_groups(connection, _keys(info), by, params.id, params)
    return _connection(page, params)


def _connection(page: CommentGroupPage | ManagedGroupPage, params: CommentGroupArguments) -> dict[str, Any]:
    name = groups_digest(params.id)
    edges = ({"cursor": group_cursor(name, item), "node": item.model_dump(mode="json")} for item in page.items)
    connection = to_connection(edges, after=params.cursor, next_cursor=page.next)
    return connection | {"counts": page.counts.model_dump(mode="json")}


COMMENT_GROUP_FIELD: Any = query_field(
    CommentGroupArguments,
    Groups,
    "Groups of comments that are near copies of one another, the largest first (nhóm ý kiến giống nhau). Null if no "
    "draft of the consultation is public.",
    _resolve_groups,
)
"""The field of `Query`."""

MANAGED_GROUP_FIELD: Any = query_field(
    CommentGroupArguments,
    ManagedGroups,
    "Groups of near copies with their answers, also those that are not public yet. Requires the scope `read:working`.",
    _resolve_managed,
)
"""The field of `Manage`."""
