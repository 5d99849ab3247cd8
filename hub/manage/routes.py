"""REST for editors. Writes need a key, `If-Match` with the document's version, and honour `Idempotency-Key`."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from hub.auth.http import Acting
from hub.auth.principal import Principal
from hub.content.kinds.base import Code
from hub.content.models import Document
from hub.errors import InvalidInput
from hub.manage import commands, views
from hub.manage.commands import Act, Desk
from hub.manage.idempotency import Answer, claim, digest, keep
from hub.manage.queries import managed, read_managed, read_trail
from hub.web.answers import JSON
from hub.web.parameters import Paged
from hub.web.problems import Problem
from hub.web.state import Parts, State

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


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
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


WRITES = _problems(401, 403, 404, 409, 412, 413, 422, 428)

Work = Callable[[AsyncSession], Awaitable[Document]]


async def _write(parts: State, by: Principal, once: str | None, asked: str, status: int, work: Work) -> Response:
    """Do a write in one transaction and answer with the document as it then is."""
    async with parts.database.write() as session:
        answer = await claim(session, by.id, once, asked) if once else None
        if answer is None:
            document = await work(session)
            await session.flush()
            found = await managed(session, document.id)
            answer = Answer(status, found.model_dump_json().encode(), found.version)
            if once:
                await keep(session, by.id, once, answer)
    return _answer(answer)


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
    responses=_problems(401, 403, 409, 413, 422),
)
async def create_document(parts: Parts, by: Acting, body: views.NewDocument, once: Once = None) -> Response:
    """Create a document with its first working edition. Nothing of it is public before `publish`."""

    async def work(session: AsyncSession) -> Document:
        return await commands.create(session, by, body, parts.settings.languages)

    return await _write(parts, by, once, digest("create", body.model_dump(mode="json")), 201, work)


@routes.get(
    DocumentPath,
    operation_id="get_managed_document",
    response_model=views.ManagedDocument,
    responses=_problems(401, 403, 404, 422),
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

    async def work(session: AsyncSession) -> Document:
        desk = await Desk.open(session, by, Act.save, id, _version(if_match))
        return await desk.save(body, parts.settings.languages)

    asked = digest("save", id, if_match, body.model_dump(mode="json"))
    return await _write(parts, by, once, asked, 200, work)


STEPS: dict[Act, tuple[type[BaseModel], Callable[[Desk, Any], Awaitable[Document]], str]] = {
    Act.submit: (
        views.OfLanguage,
        lambda desk, body: desk.submit(body.lang),
        "Give the working edition to review (trình duyệt): drafting → in_review.",
    ),
    Act.send_back: (
        views.Return,
        Desk.send_back,
        "Send it back to its writers with a private note (trả lại): in_review, approved or scheduled → drafting.",
    ),
    Act.approve: (
        views.OfLanguage,
        lambda desk, body: desk.approve(body.lang),
        "Approve it (phê duyệt): in_review → approved. High-impact editions need a second person.",
    ),
    Act.schedule: (
        views.Schedule,
        Desk.schedule,
        "Set when it becomes public (hẹn giờ công bố): approved or scheduled → scheduled.",
    ),
    Act.publish: (
        views.OfLanguage,
        lambda desk, body: desk.publish(body.lang),
        "Make it public now (công bố): approved or scheduled → published; the document is live.",
    ),
    Act.discard: (
        views.OfLanguage,
        lambda desk, body: desk.discard(body.lang),
        "Give the working edition up (hủy bỏ); what is public stays.",
    ),
    Act.correct: (
        views.Correct,
        Desk.correct,
        "Begin a correction (đính chính) of the public edition, with a public note; it then goes through review.",
    ),
    Act.withdraw: (
        views.Withdraw,
        Desk.withdraw,
        "Take the document back (thu hồi): live → withdrawn. It stays readable, with the reason.",
    ),
    Act.restore: (
        views.Nothing,
        lambda desk, _: desk.restore(),
        "Undo a withdrawal (khôi phục): withdrawn → live.",
    ),
    Act.redirect: (
        views.Redirect,
        Desk.redirect,
        "Send readers to another live document for good (chuyển hướng): live or withdrawn → redirected.",
    ),
    Act.gone: (
        views.Gone,
        Desk.gone,
        "Remove it for good (gỡ bỏ): the text is erased everywhere, readers get 410; log entries and hashes stay.",
    ),
}


def _add(act: Act) -> None:
    model, do, said = STEPS[act]

    async def take(
        parts: Parts,
        by: Acting,
        id: DocumentId,  # noqa: A002
        body: BaseModel,
        if_match: IfMatch = None,
        once: Once = None,
    ) -> Response:
        async def work(session: AsyncSession) -> Document:
            return await do(await Desk.open(session, by, act, id, _version(if_match)), body)

        asked = digest(act.value, id, if_match, body.model_dump(mode="json"))
        return await _write(parts, by, once, asked, 200, work)

    take.__annotations__["body"] = model
    routes.add_api_route(
        f"{DocumentPath}/{act.value}",
        take,
        methods=["POST"],
        operation_id=f"{act.value}_document",
        summary=act.value.capitalize(),
        description=f"{said} Needs the scope `{commands.SCOPES[act]}`.",
        response_model=views.ManagedDocument,
        responses=WRITES,
    )


for _act in STEPS:
    _add(_act)


class AuditParams(Paged):
    """Parameters of the trail."""

    document: UUID | None = Field(None, description="Only this document.")
    agency: Code | None = Field(None, description="Only documents of this agency.")


@routes.get("/audit", operation_id="list_audit", response_model=views.AuditPage, responses=_problems(401, 403, 422))
async def list_audit(parts: Parts, by: Acting, params: Annotated[AuditParams, Query()]) -> Response:
    """Who did what and when (nhật ký nội bộ), newest first: private, append-only."""
    async with parts.database.read() as connection:
        found = await read_trail(connection, by, **dict(params))
    return Response(found.model_dump_json(), headers={"cache-control": "no-store"}, media_type=JSON)
