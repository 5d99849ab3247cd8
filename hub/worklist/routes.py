"""REST of the editors' desk, under `/api/v1/manage/documents`. Reading requires the scope `read:working`."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.domain.diff import DiffView
from hub.errors import IdempotencyMismatch
from hub.manage.http import (
    CREATE_RESPONSES,
    LIST_RESPONSES,
    READ_RESPONSES,
    WRITE_RESPONSES,
    IdempotencyKeyHeader,
    NoQuery,
    run_command_once,
    stored_response,
)
from hub.manage.views import EditionLang
from hub.state import Parts
from hub.web.parameters import NoParams, PageParams
from hub.web.problems import merge_responses, problem_responses, problem_writer
from hub.web.public_urls import base_url
from hub.web.responses import no_store_response
from hub.web.router import HubRouter
from hub.worklist import views
from hub.worklist.batch import run_batch
from hub.worklist.commands import assign, write_note
from hub.worklist.preview import compare_with_public, create_preview
from hub.worklist.queries import list_assignees, list_notes, list_worklist

routes = HubRouter(prefix="/api/v1/manage", tags=["Editors' desk"])

DocumentId = Annotated[UUID, Path(description="The document's UUID.")]
_ONCE = problem_responses(IdempotencyMismatch)


class EditionParams(NoParams):
    """Query of what is about one language."""

    lang: EditionLang = Field("vi", max_length=8, description="Language of the edition.", examples=["vi"])


@routes.get("/documents", operation_id="list_worklist", response_model=views.WorklistPage, responses=LIST_RESPONSES)
async def get_worklist(
    parts: Parts, by: CurrentPrincipal, params: Annotated[views.WorklistParams, Query()]
) -> Response:
    """List the working editions of your agencies (bàn biên tập), latest change first, with the next actor.

    `waiting_for=me` is your inbox. `q` searches titles and numbers that are not public, with or without tone marks.
    """
    async with parts.database.read() as connection:
        return no_store_response(await list_worklist(connection, by, params))


@routes.post(
    "/document-batches",
    operation_id="batch_documents",
    response_model=views.BatchOutcome,
    responses=merge_responses(CREATE_RESPONSES, _ONCE),
)
async def batch_documents(
    request: Request,
    parts: Parts,
    by: CurrentPrincipal,
    body: views.StepBatch,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Submit, return, approve or publish several documents; each step succeeds or is refused by itself.

    The answer is 200 also if steps were refused. With an `Idempotency-Key`, a repeated batch changes nothing where it
    succeeded, and tries refused steps again.
    """
    writer = problem_writer(request)
    outcome = await run_batch(parts, by, body, idempotency_key, writer)
    return no_store_response(outcome, headers={"vary": "Accept-Language"})


@routes.get("/documents/{id}/notes", operation_id="list_notes", response_model=views.NotePage, responses=READ_RESPONSES)
async def get_notes(
    parts: Parts,
    by: CurrentPrincipal,
    id: DocumentId,  # noqa: A002 - the public name
    params: Annotated[PageParams, Query()],
) -> Response:
    """List the private notes about a document (ghi chú nội bộ), reasons of returns among them, newest first."""
    async with parts.database.read() as connection:
        return no_store_response(await list_notes(connection, by, id, params))


@routes.post(
    "/documents/{id}/notes",
    operation_id="add_note",
    status_code=201,
    response_model=views.NoteView,
    responses=merge_responses(WRITE_RESPONSES, _ONCE),
)
async def add_note(
    parts: Parts,
    by: CurrentPrincipal,
    id: DocumentId,  # noqa: A002
    body: views.NewNote,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Add a private note. Requires the scope `write` or `publish`; changes neither the document nor its version."""
    return stored_response(
        await run_command_once(
            parts,
            by,
            idempotency_key,
            ("note", id, body.model_dump(mode="json")),
            lambda session: write_note(session, by, id, body),
            status=201,
        )
    )


@routes.get(
    "/documents/{id}/assignees", operation_id="list_assignees", response_model=views.Assignees, responses=READ_RESPONSES
)
async def get_assignees(parts: Parts, by: CurrentPrincipal, id: DocumentId, _: NoQuery) -> Response:  # noqa: A002
    """List the persons whom the document can be assigned to."""
    async with parts.database.read() as connection:
        return no_store_response(await list_assignees(connection, by, id))


@routes.put(
    "/documents/{id}/assignment",
    operation_id="assign_document",
    response_model=views.AssignmentView,
    responses=merge_responses(WRITE_RESPONSES, _ONCE),
)
async def assign_document(
    parts: Parts,
    by: CurrentPrincipal,
    id: DocumentId,  # noqa: A002
    body: views.NewAssignment,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Assign a document to a person until the next step (giao việc). Requires the scope `write` or `publish`."""
    return stored_response(
        await run_command_once(
            parts,
            by,
            idempotency_key,
            ("assign", id, body.model_dump(mode="json")),
            lambda session: assign(session, by, id, body),
        )
    )


@routes.get(
    "/documents/{id}/changes", operation_id="compare_with_public", response_model=DiffView, responses=READ_RESPONSES
)
async def get_changes(
    parts: Parts,
    by: CurrentPrincipal,
    id: DocumentId,  # noqa: A002
    params: Annotated[EditionParams, Query()],
) -> Response:
    """Compare the working edition with the public one (thay đổi so với bản công bố), by node, field and word."""
    return no_store_response(await compare_with_public(parts.database, parts.settings, by, id, params.lang))


@routes.post(
    "/documents/{id}/preview",
    operation_id="create_preview",
    status_code=201,
    response_model=views.PreviewLinks,
    responses=WRITE_RESPONSES,
)
async def post_preview(
    request: Request,
    parts: Parts,
    by: CurrentPrincipal,
    id: DocumentId,  # noqa: A002
    body: views.NewPreview | None = None,
) -> Response:
    """Make links to a preview of the working edition: page, card and entry of a feed, for whoever has the links.

    They work until their end, at most two weeks, and are kept by no cache and no search engine.
    """
    new, base = body or views.NewPreview(), base_url(request, parts.settings)
    async with parts.database.write() as session:
        made = await create_preview(session, parts.settings, by, id, new, base)
    return no_store_response(made, 201)
