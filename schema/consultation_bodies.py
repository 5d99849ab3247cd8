"""Bodies that are asked, in GraphQL: the public list, their lists for editors, and their mutations."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.consultation.bodies.commands import BodyEditor
from hub.consultation.bodies.queries import list_bodies, list_managed_bodies, list_overdue_bodies
from hub.consultation.bodies.routes import run_body_command
from hub.consultation.bodies.views import (
    BodyParams,
    BodyReply,
    BodyRequest,
    ConsultationBodyView,
    ManagedBodyView,
    NewBody,
    OverdueBodyParams,
)
from hub.domain.types import Content
from hub.errors import NotFound
from hub.manage.idempotency import StoredResponse
from hub.web.parameters import NoParams
from hub.web.private_requests import mark_private
from schema.arguments import query_field
from schema.commands import command_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]


OverdueBodies: Any = connection_type(view_type(ManagedBodyView), "bodies that have not answered in their term")


class ConsultationBodiesArguments(NoParams):
    id: UUID = Field(description="UUID of the consultation.")


class ManagedBodiesArguments(BodyParams):
    id: UUID = Field(description="UUID of the consultation.")


async def _resolve_bodies(info: Info, params: ConsultationBodiesArguments) -> list[dict[str, Any]] | None:
    async with info.context.parts.database.read() as connection:
        try:
            found = await list_bodies(connection, params.id)
        except NotFound:
            return None
    return [item.model_dump(mode="json") for item in found.items]


async def _resolve_managed(info: Info, params: ManagedBodiesArguments) -> list[dict[str, Any]]:
    mark_private()
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        found = await list_managed_bodies(connection, by, params.id, BodyParams(overdue=params.overdue))
    return [item.model_dump(mode="json") for item in found.items]


async def _resolve_overdue(info: Info, params: OverdueBodyParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    mark_private()
    async with info.context.parts.database.read() as connection:
        found = await list_overdue_bodies(connection, by, params)
    edges = (
        {"cursor": cursor, "node": item.model_dump(mode="json")}
        for cursor, item in zip(found.cursors, found.page.items, strict=True)
    )
    return to_connection(edges, after=params.cursor, next_cursor=found.page.next)


BODY_FIELDS: dict[str, Any] = {
    "consultation_bodies": query_field(
        ConsultationBodiesArguments,
        list[view_type(ConsultationBodyView)],  # type: ignore[misc]
        "Bodies that were asked in a consultation, and after the end who did not answer (cơ quan, tổ chức được lấy ý "
        "kiến). Null if no draft of it is public.",
        _resolve_bodies,
    ),
}
"""Fields of `Query`."""

MANAGED_BODY_FIELDS: dict[str, Any] = {
    "consultation_bodies": query_field(
        ManagedBodiesArguments,
        list[view_type(ManagedBodyView)],  # type: ignore[misc]
        "Bodies of a consultation with their versions and letters. Requires the scope `read:working`.",
        _resolve_managed,
    ),
    "overdue_bodies": query_field(
        OverdueBodyParams,
        OverdueBodies,
        "Bodies whose term is over without an answer, in all consultations of your agencies (quá hạn trả lời). "
        "Requires the scope `read:working`.",
        _resolve_overdue,
    ),
}
"""Fields of `Manage`."""

_CONSULTATION = FieldInfo.from_annotated_attribute(UUID, Field(description="UUID of the consultation."))
_BODY = FieldInfo.from_annotated_attribute(UUID, Field(description="UUID of the body in its consultation."))
_VERSION: Any = (int | None, Field(None, description="`version` of the body that this change is based on."))


async def _ask(context: Context, by: Principal, id_: Any, body: Any, key: str | None) -> StoredResponse:
    return await run_body_command(
        context.parts, by, "ask", (id_,), body, key, lambda editor: editor.create(id_, body), status=201
    )


def _change(
    verb: str,
    body: type[BaseModel],
    summary: str,
    run: Callable[[BodyEditor, UUID, int | None, Any], Awaitable[ManagedBodyView]],
) -> Any:
    """Build a mutation of a body; apart from `version`, its arguments are the body of REST."""
    arguments = create_model(f"{verb.capitalize()}BodyArguments", __base__=body, version=_VERSION)
    has_body = bool(body.model_fields)

    async def write(context: Context, by: Principal, asked: Any, given: Any, key: str | None) -> StoredResponse:
        members = given.model_dump(exclude={"version"}, exclude_unset=True)
        content = body.model_validate(members) if has_body else None
        return await run_body_command(
            context.parts,
            by,
            verb,
            (asked, given.version),
            content,
            key,
            lambda editor: run(editor, asked, given.version, content),
        )

    return command_field(
        arguments, ManagedBodyView, f"{summary} Requires the scope `publish`.", write, target=_BODY, private=True
    )


BODY_MUTATIONS: dict[str, Any] = {
    "ask_body": command_field(
        NewBody,
        ManagedBodyView,
        "Record that a body is asked, while the window runs (gửi lấy ý kiến). Requires the scope `publish`.",
        _ask,
        target=_CONSULTATION,
        private=True,
    ),
    "change_body": _change(
        "change",
        BodyRequest,
        "Change letter and term of a body that has not answered.",
        lambda editor, asked, version, request: editor.change(asked, version, request),
    ),
    "remove_body": _change(
        "remove",
        Content,
        "Remove a body that was asked by mistake, while the window runs.",
        lambda editor, asked, version, _: editor.delete(asked, version),
    ),
    "reply_body": _change(
        "reply",
        BodyReply,
        "Record the reply of a body by official letter: each opinion becomes a public comment (công văn trả lời). "
        "Send opinions in variables.",
        lambda editor, asked, version, reply: editor.reply(asked, version, reply),
    ),
    "remind_body": _change(
        "remind",
        Content,
        "Record that a body was reminded (đôn đốc).",
        lambda editor, asked, version, _: editor.remind(asked, version),
    ),
}
"""Fields of `Mutation`."""
