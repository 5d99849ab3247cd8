"""REST of the bodies that are asked: the public list, and for editors asking, recording replies and reminding."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Principal
from hub.consultation.bodies import views
from hub.consultation.bodies.commands import BodyEditor
from hub.consultation.bodies.queries import list_bodies, list_managed_bodies, list_overdue_bodies
from hub.consultation.carryover.anchor_targets import UnknownNode
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.path_parameters import BodyId, ConsultationId
from hub.errors import IdempotencyMismatch, NotFound, UnknownReference, VersionRequired, VersionStale
from hub.manage.http import (
    LIST_RESPONSES,
    READ_RESPONSES,
    WRITE_RESPONSES,
    IdempotencyKeyHeader,
    IfMatch,
    NoBody,
    parse_if_match,
    run_command_once,
    sent_members,
    versioned_response,
)
from hub.manage.idempotency import StoredResponse
from hub.state import AppState, Parts
from hub.web.parameters import NoParams
from hub.web.problems import VALIDATION_ERRORS, merge_responses, problem_responses
from hub.web.responses import json_bytes_response, no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1")

_CREATE = merge_responses(WRITE_RESPONSES, problem_responses(IdempotencyMismatch, UnknownReference))
_WRITE = merge_responses(_CREATE, problem_responses(VersionStale, VersionRequired))
_REPLY = merge_responses(_WRITE, problem_responses(UnknownNode))


async def run_body_command(
    parts: AppState,
    by: Principal,
    verb: str,
    target: tuple[object, ...],
    body: BaseModel | None,
    idempotency_key: str | None,
    work: Callable[[BodyEditor], Awaitable[views.ManagedBodyView]],
    status: int = 200,
) -> StoredResponse:
    """Run a command once for the idempotency key, over REST and GraphQL alike; `target` is ids and version."""
    facts = (f"body-{verb}", target, sent_members(body))
    keys = CommentKeys(SecretCipher(parts.settings))
    return await run_command_once(
        parts, by, idempotency_key, facts, lambda session: work(BodyEditor(session, by, keys)), status=status
    )


@routes.get(
    "/consultations/{id}/bodies",
    tags=["Consultations"],
    operation_id="list_consultation_bodies",
    response_model=views.ConsultationBodyList,
    responses={
        304: {"description": "Not modified: the ETag still matches."},
        **problem_responses(NotFound, *VALIDATION_ERRORS),
    },
)
async def get_bodies(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002 - the public name
    _: Annotated[NoParams, Query()],
) -> Response:
    """List the bodies that were asked (cơ quan, tổ chức được lấy ý kiến), and after the end who did not answer."""
    async with parts.database.read() as connection:
        found = await list_bodies(connection, id)
    return json_bytes_response(request, found.model_dump_json().encode())


@routes.get(
    "/manage/consultation-bodies",
    tags=["Manage consultations"],
    operation_id="list_overdue_bodies",
    response_model=views.ManagedBodyPage,
    responses=LIST_RESPONSES,
)
async def get_overdue(
    parts: Parts, by: CurrentPrincipal, params: Annotated[views.OverdueBodyParams, Query()]
) -> Response:
    """List the bodies whose term is over without an answer, in all consultations of your agencies (quá hạn trả lời).

    Requires the scope `read:working`.
    """
    async with parts.database.read() as connection:
        return no_store_response((await list_overdue_bodies(connection, by, params)).page)


@routes.get(
    "/manage/consultations/{id}/bodies",
    tags=["Manage consultations"],
    operation_id="list_managed_bodies",
    response_model=views.ManagedBodyList,
    responses=READ_RESPONSES,
)
async def get_managed(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    params: Annotated[views.BodyParams, Query()],
) -> Response:
    """List the bodies of a consultation with their versions and letters. Requires the scope `read:working`."""
    async with parts.database.read() as connection:
        return no_store_response(await list_managed_bodies(connection, by, id, params))


@routes.post(
    "/manage/consultations/{id}/bodies",
    tags=["Manage consultations"],
    operation_id="ask_body",
    status_code=201,
    response_model=views.ManagedBodyView,
    responses=_CREATE,
)
async def ask_body(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    body: views.NewBody,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Record that a body is asked (gửi lấy ý kiến), while the window runs. Requires the scope `publish`."""
    return versioned_response(
        await run_body_command(
            parts, by, "ask", (id,), body, idempotency_key, lambda editor: editor.create(id, body), status=201
        )
    )


@routes.put(
    "/manage/consultations/{id}/bodies/{body_id}",
    tags=["Manage consultations"],
    operation_id="change_body",
    response_model=views.ManagedBodyView,
    responses=_WRITE,
)
async def change_body(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    body_id: BodyId,
    body: views.BodyRequest,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Change letter and term of a body that has not answered. Requires the scope `publish`."""
    version = parse_if_match(if_match)
    return versioned_response(
        await run_body_command(
            parts,
            by,
            "change",
            (body_id, version),
            body,
            idempotency_key,
            lambda editor: editor.change(body_id, version, body, id),
        )
    )


@routes.delete(
    "/manage/consultations/{id}/bodies/{body_id}",
    tags=["Manage consultations"],
    operation_id="remove_body",
    response_model=views.ManagedBodyView,
    responses=_WRITE,
)
async def remove_body(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    body_id: BodyId,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Remove a body that was asked by mistake, while the window runs. Requires the scope `publish`."""
    version = parse_if_match(if_match)
    return versioned_response(
        await run_body_command(
            parts,
            by,
            "remove",
            (body_id, version),
            None,
            idempotency_key,
            lambda editor: editor.delete(body_id, version, id),
        )
    )


@routes.post(
    "/manage/consultations/{id}/bodies/{body_id}/reply",
    tags=["Manage consultations"],
    operation_id="reply_body",
    response_model=views.ManagedBodyView,
    responses=_REPLY,
)
async def reply_body(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    body_id: BodyId,
    body: views.BodyReply,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Record the reply of a body by official letter (công văn trả lời): each opinion becomes a public comment.

    The file of the letter is uploaded after that. Requires the scope `publish`.
    """
    version = parse_if_match(if_match)
    return versioned_response(
        await run_body_command(
            parts,
            by,
            "reply",
            (body_id, version),
            body,
            idempotency_key,
            lambda editor: editor.reply(body_id, version, body, id),
        )
    )


@routes.post(
    "/manage/consultations/{id}/bodies/{body_id}/remind",
    tags=["Manage consultations"],
    operation_id="remind_body",
    response_model=views.ManagedBodyView,
    responses=_WRITE,
)
async def remind_body(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    body_id: BodyId,
    _: NoBody = None,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Record that a body was reminded (đôn đốc): the alarm about it ends. Requires the scope `publish`."""
    version = parse_if_match(if_match)
    return versioned_response(
        await run_body_command(
            parts,
            by,
            "remind",
            (body_id, version),
            None,
            idempotency_key,
            lambda editor: editor.remind(body_id, version, id),
        )
    )
