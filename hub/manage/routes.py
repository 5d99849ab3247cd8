"""REST for editors. Writes need a key, `If-Match` with the document's version, and honour `Idempotency-Key`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from hub.auth.http import Acting
from hub.domain.types import Code
from hub.errors import InvalidInput
from hub.manage import commands, service, views
from hub.manage.commands import Act
from hub.manage.idempotency import Answer
from hub.manage.queries import read_managed, read_trail
from hub.manage.service import STEPS
from hub.state import Parts
from hub.web.parameters import Paged
from hub.web.problems import Problem
from hub.web.responses import JSON

routes = APIRouter(prefix="/api/v1/manage", tags=["Manage"])

IfMatch = Annotated[str | None, Header(alias="If-Match", description='The version the change was made from: `"3"`.')]
Once = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="Any text of your own; a repeated request gets the first answer and does nothing.",
    ),
]
DocumentId = Annotated[UUID, Path(description="The document's UUID.")]
DocumentPath = "/documents/{id}"


def problems_of(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an address of editors may answer, for the contract."""
    said = {
        401: "No valid key.",
        403: "The key's scope or agency does not allow it.",
        404: "No such document.",
        409: "The document's state does not allow it.",
        412: "The document was changed meanwhile.",
        413: "The body is too large.",
        422: "Something in the request is not right; `field` says what.",
        428: "`If-Match` is missing.",
    }
    return {status: {"model": Problem, "description": said[status]} for status in statuses}


WRITES = problems_of(401, 403, 404, 409, 412, 413, 422, 428)


def _answer(answer: Answer) -> Response:
    headers = {"etag": f'"{answer.version}"', "cache-control": "no-store"}
    return Response(answer.body, answer.status, headers, JSON)


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 9:
        raise InvalidInput("If-Match must be one version.", field="If-Match", expected='a version in quotes: "3"')
    return int(text)


@routes.post(
    "/documents",
    operation_id="create_document",
    status_code=201,
    response_model=views.ManagedDocument,
    responses=problems_of(401, 403, 409, 413, 422),
)
async def create_document(parts: Parts, by: Acting, body: views.NewDocument, once: Once = None) -> Response:
    """Create a document with its first working edition. Nothing of it is public before `publish`."""
    return _answer(await service.create(parts, by, body, once))


@routes.get(
    DocumentPath,
    operation_id="get_managed_document",
    response_model=views.ManagedDocument,
    responses=problems_of(401, 403, 404, 422),
)
async def get_document(parts: Parts, by: Acting, id: DocumentId) -> Response:  # noqa: A002 - the public name
    """A document with what is worked on, what is public, and its history. The ETag is its version."""
    async with parts.database.read() as connection:
        found = await read_managed(connection, by, id)
    return _answer(Answer(200, found.model_dump_json().encode(), found.version))


@routes.put(
    f"{DocumentPath}/edition",
    operation_id="save_edition",
    response_model=views.ManagedDocument,
    responses=WRITES,
)
async def save_edition(
    parts: Parts,
    by: Acting,
    id: DocumentId,  # noqa: A002
    body: views.NewEdition,
    if_match: IfMatch = None,
    once: Once = None,
) -> Response:
    """Write the working edition of a language, or begin one behind the public edition."""
    return _answer(await service.take(parts, by, Act.save, id, _version(if_match), body, once))


def _add(act: Act) -> None:
    step = STEPS[act]

    async def take(
        parts: Parts,
        by: Acting,
        id: DocumentId,  # noqa: A002
        body: BaseModel,
        if_match: IfMatch = None,
        once: Once = None,
    ) -> Response:
        return _answer(await service.take(parts, by, act, id, _version(if_match), body, once))

    take.__annotations__["body"] = step.body
    routes.add_api_route(
        f"{DocumentPath}/{act.value}",
        take,
        methods=["POST"],
        operation_id=f"{act.value}_document",
        summary=act.value.capitalize(),
        description=f"{step.said} Needs the scope `{commands.SCOPES[act]}`.",
        response_model=views.ManagedDocument,
        responses=WRITES,
    )


for _act in STEPS:
    if _act is not Act.save:  # it has a method and an address of its own
        _add(_act)


class AuditParams(Paged):
    """Parameters of the trail."""

    document: UUID | None = Field(None, description="Only this document.")
    agency: Code | None = Field(None, description="Only documents of this agency.")


@routes.get("/audit", operation_id="list_audit", response_model=views.AuditPage, responses=problems_of(401, 403, 422))
async def list_audit(parts: Parts, by: Acting, params: Annotated[AuditParams, Query()]) -> Response:
    """Who did what and when (nhật ký nội bộ), newest first: private, append-only."""
    async with parts.database.read() as connection:
        found = await read_trail(connection, by, **dict(params))
    return Response(found.model_dump_json(), headers={"cache-control": "no-store"}, media_type=JSON)
