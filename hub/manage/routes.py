"""REST for editors. Writes require a key and `If-Match` with the document's version, and honour `Idempotency-Key`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.errors import (
    BodyTooLarge,
    Forbidden,
    FourEyes,
    HubError,
    IdempotencyMismatch,
    NotFound,
    TransitionConflict,
    Unauthenticated,
    UnknownReference,
    VersionRequired,
    VersionStale,
)
from hub.manage import service, views
from hub.manage.actions import SCOPES, EditorAction
from hub.manage.http import (
    LIST_RESPONSES,
    READ_RESPONSES,
    IdempotencyKeyHeader,
    IfMatch,
    parse_if_match,
    versioned_response,
)
from hub.manage.idempotency import StoredResponse
from hub.manage.params import AuditParams
from hub.manage.queries import list_audit_entries, read_managed
from hub.manage.service import ACTION_SPECS
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage", tags=["Manage"])

DocumentId = Annotated[UUID, Path(description="The document's UUID.")]
DOCUMENT_PATH = "/documents/{id}"


_CREATE_ERRORS: tuple[type[HubError], ...] = (
    Unauthenticated,
    Forbidden,
    TransitionConflict,
    BodyTooLarge,
    *VALIDATION_ERRORS,
    UnknownReference,
    IdempotencyMismatch,
)
_EDIT_ERRORS = (*_CREATE_ERRORS, NotFound, VersionStale, VersionRequired)


@routes.post(
    "/documents",
    operation_id="create_document",
    status_code=201,
    response_model=views.ManagedDocument,
    responses=problem_responses(*_CREATE_ERRORS),
)
async def create_document(
    parts: Parts, by: CurrentPrincipal, body: views.NewDocument, idempotency_key: IdempotencyKeyHeader = None
) -> Response:
    """Create a document with its first working edition. Nothing is public before `publish`."""
    return versioned_response(await service.create(parts, by, body, idempotency_key))


@routes.get(
    DOCUMENT_PATH,
    operation_id="get_managed_document",
    response_model=views.ManagedDocument,
    responses=READ_RESPONSES,
)
async def get_document(parts: Parts, by: CurrentPrincipal, id: DocumentId) -> Response:  # noqa: A002 - the public name
    """Get a document with its working editions, public editions and history. The ETag is its version."""
    async with parts.database.read() as connection:
        found = await read_managed(connection, by, id)
    return versioned_response(StoredResponse(200, found.model_dump_json().encode(), found.version))


@routes.put(
    f"{DOCUMENT_PATH}/edition",
    operation_id="save_edition",
    response_model=views.ManagedDocument,
    responses=problem_responses(*_EDIT_ERRORS),
)
async def save_edition(
    parts: Parts,
    by: CurrentPrincipal,
    id: DocumentId,  # noqa: A002
    body: views.NewEdition,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Save the working edition of a language, or create one as a successor of the public edition."""
    return versioned_response(
        await service.execute(parts, by, EditorAction.save, id, parse_if_match(if_match), body, idempotency_key)
    )


def _add_action_route(action: EditorAction) -> None:
    step = ACTION_SPECS[action]
    is_optional = not any(field.is_required() for field in step.body.model_fields.values())

    async def run_action(
        *,
        parts: Parts,
        by: CurrentPrincipal,
        id: DocumentId,  # noqa: A002
        body: BaseModel | None,
        if_match: IfMatch = None,
        idempotency_key: IdempotencyKeyHeader = None,
    ) -> Response:
        given = body if body is not None else step.body()
        return versioned_response(
            await service.execute(parts, by, action, id, parse_if_match(if_match), given, idempotency_key)
        )

    run_action.__annotations__["body"] = Annotated[
        step.body | None if is_optional else step.body,
        Body(description="May be absent: then all members have their defaults." if is_optional else None),
    ]
    if is_optional:
        run_action.__kwdefaults__ = {**(run_action.__kwdefaults__ or {}), "body": None}
    routes.add_api_route(
        f"{DOCUMENT_PATH}/{action.value}",
        run_action,
        methods=["POST"],
        operation_id=f"{action.value}_document",
        description=f"{step.description} Requires the scope `{SCOPES[action]}`.",
        response_model=views.ManagedDocument,
        responses=problem_responses(*_EDIT_ERRORS, *((FourEyes,) if action is EditorAction.approve else ())),
    )


for _act in ACTION_SPECS:
    if _act is not EditorAction.save:  # has its own method and path
        _add_action_route(_act)


@routes.get("/audit", operation_id="list_audit", response_model=views.AuditPage, responses=LIST_RESPONSES)
async def list_audit(parts: Parts, by: CurrentPrincipal, params: Annotated[AuditParams, Query()]) -> Response:
    """List the audit trail (nhật ký nội bộ), newest first: the actions of editors, private and append-only."""
    async with parts.database.read() as connection:
        found = await list_audit_entries(connection, by, **dict(params))
    return no_store_response(found)
