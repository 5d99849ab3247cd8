"""Moderation in GraphQL: its public numbers, the queue below `manage`, and the mutations of moderators."""

from typing import Any
from uuid import UUID

import strawberry
from pydantic import Field
from pydantic.fields import FieldInfo

from hub.auth.encryption import SecretCipher
from hub.auth.principal import Principal
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.moderation.counts import read_public_moderation
from hub.consultation.moderation.params import ModerationParams
from hub.consultation.moderation.queries import list_queue, queue_cursor, queue_digest
from hub.consultation.moderation.service import decide_comments, set_review, undo_batch
from hub.consultation.moderation.views import (
    CommentDecisions,
    ConsultationModerationView,
    DecidedBatchView,
    ModeratedCommentView,
    ModerationCounts,
    ReviewSetting,
)
from hub.domain.types import Content
from hub.errors import NotFound
from hub.manage.idempotency import StoredResponse
from hub.web.parameters import LangParams
from hub.web.private_requests import mark_private
from schema.arguments import query_field
from schema.commands import command_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]

Queue: Any = connection_type(
    view_type(ModeratedCommentView),
    "comments for moderators, those that wait first (hàng chờ kiểm duyệt)",
    extra={"counts": (view_type(ModerationCounts), "Numbers of all comments of the consultation.")},
)


class ConsultationModerationArguments(LangParams):
    id: UUID = Field(description="UUID of the consultation.")


class QueueArguments(ModerationParams):
    id: UUID = Field(description="UUID of the consultation.")


class BatchArguments(Content):
    batch: UUID = Field(description="UUID of the batch.")


async def _resolve_public(info: Info, params: ConsultationModerationArguments) -> dict[str, Any] | None:
    async with info.context.parts.database.read() as connection:
        try:
            found = await read_public_moderation(connection, params.id, info.context.lang(params.lang))
        except NotFound:
            return None
    return found.model_dump(mode="json")


async def _resolve_queue(info: Info, params: QueueArguments) -> dict[str, Any]:
    mark_private()
    by = await info.context.require_editor()
    parts = info.context.parts
    asked = ModerationParams(**params.model_dump(exclude={"id"}))
    async with parts.database.read() as connection:
        page = await list_queue(connection, CommentKeys(SecretCipher(parts.settings)), by, params.id, asked)
    name = queue_digest(params.id, asked)
    edges = ({"cursor": queue_cursor(name, item), "node": item.model_dump(mode="json")} for item in page.items)
    found = to_connection(edges, after=params.cursor, next_cursor=page.next)
    return {**found, "counts": page.counts.model_dump(mode="json")}


MODERATION_FIELDS: dict[str, Any] = {
    "consultation_moderation": query_field(
        ConsultationModerationArguments,
        view_type(ConsultationModerationView),
        "The public numbers of the moderation of a consultation (công khai việc kiểm duyệt): comments that wait and "
        "that are hidden, by reason. Null if the consultation is not public.",
        _resolve_public,
    ),
}
"""Fields of `Query`."""

MANAGED_MODERATION_FIELDS: dict[str, Any] = {
    "moderation_queue": query_field(
        QueueArguments,
        Queue,
        "Comments of a consultation for its moderators, those that wait first, the oldest first (hàng chờ kiểm duyệt). "
        "Requires the scope `moderate`.",
        _resolve_queue,
    ),
}
"""Fields of `Manage`."""

_CONSULTATION = FieldInfo.from_annotated_attribute(UUID, Field(description="UUID of the consultation."))


async def _decide(context: Context, by: Principal, id_: Any, body: Any, key: str | None) -> StoredResponse:
    return await decide_comments(context.parts, by, id_, body, key)


async def _undo(context: Context, by: Principal, id_: Any, body: Any, key: str | None) -> StoredResponse:
    return await undo_batch(context.parts, by, id_, body.batch, key)


async def _set_review(context: Context, by: Principal, id_: Any, body: Any, key: str | None) -> StoredResponse:
    return await set_review(context.parts, by, id_, body, key)


MODERATION_MUTATIONS: dict[str, Any] = {
    "decide_comments": command_field(
        CommentDecisions,
        DecidedBatchView,
        "Publish, hide or hold up to 500 comments in one transaction, as one batch that can be undone (công khai, ẩn, "
        "giữ lại). Requires the scope `moderate`.",
        _decide,
        target=_CONSULTATION,
        private=True,
    ),
    "undo_moderation_batch": command_field(
        BatchArguments,
        DecidedBatchView,
        "Undo a batch of decisions; comments that were changed since stay as they are (hoàn tác). Requires the scope "
        "`moderate`.",
        _undo,
        target=_CONSULTATION,
        private=True,
    ),
    "set_comment_review": command_field(
        ReviewSetting,
        ModerationCounts,
        "Let each new comment wait for a moderator before it is public, or no longer (duyệt trước). Requires the scope "
        "`publish`.",
        _set_review,
        target=_CONSULTATION,
        private=True,
    ),
}
"""Fields of `Mutation`."""
