"""REST of inquiries of the press, under `/api/v1/manage/press-inquiries`: private, for editors of the agency."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Principal
from hub.errors import DocumentGone, IdempotencyMismatch, UnknownReference, VersionRequired, VersionStale
from hub.manage.http import (
    CREATE_RESPONSES,
    LIST_RESPONSES,
    READ_RESPONSES,
    WRITE_RESPONSES,
    IdempotencyKeyHeader,
    IfMatch,
    NoBody,
    NoQuery,
    parse_if_match,
    run_command_once,
    sent_members,
    versioned_response,
)
from hub.manage.idempotency import StoredResponse
from hub.press_inquiries import views
from hub.press_inquiries.commands import InquiryEditor
from hub.press_inquiries.queries import list_inquiries, read_inquiry
from hub.state import AppState, Parts
from hub.web.problems import merge_responses, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage/press-inquiries", tags=["Press inquiries"])

InquiryId = Annotated[UUID, Path(description="UUID of the inquiry.")]
_CREATE = merge_responses(CREATE_RESPONSES, problem_responses(IdempotencyMismatch, UnknownReference, DocumentGone))
_WRITE = merge_responses(
    WRITE_RESPONSES, problem_responses(IdempotencyMismatch, DocumentGone, VersionStale, VersionRequired)
)


async def run_inquiry_command(
    parts: AppState,
    by: Principal,
    verb: str,
    target: tuple[UUID, int | None] | None,
    body: BaseModel | None,
    idempotency_key: str | None,
    work: Callable[[InquiryEditor], Awaitable[views.PressInquiryView]],
    status: int = 200,
) -> StoredResponse:
    """Run a command once for the idempotency key, over REST and GraphQL alike; `target` is id and version."""
    facts = (f"inquiry-{verb}", target, sent_members(body))
    return await run_command_once(
        parts, by, idempotency_key, facts, lambda session: work(InquiryEditor(session, by)), status=status
    )


@routes.get("", operation_id="list_press_inquiries", response_model=views.PressInquiryPage, responses=LIST_RESPONSES)
async def get_inquiries(
    parts: Parts, by: CurrentPrincipal, params: Annotated[views.PressInquiryParams, Query()]
) -> Response:
    """List the inquiries of the press to your agencies (câu hỏi của báo chí), asked last first, with their terms.

    Requires the scope `read:working`.
    """
    async with parts.database.read() as connection:
        return no_store_response(await list_inquiries(connection, by, params))


@routes.post(
    "",
    operation_id="create_press_inquiry",
    status_code=201,
    response_model=views.PressInquiryView,
    responses=_CREATE,
)
async def create_inquiry(
    parts: Parts, by: CurrentPrincipal, body: views.NewPressInquiry, idempotency_key: IdempotencyKeyHeader = None
) -> Response:
    """Record an inquiry of the press; its terms start. Requires the scope `write`.

    410: a repetition with the `Idempotency-Key` of an inquiry that was erased since.
    """
    return versioned_response(
        await run_inquiry_command(
            parts, by, "create", None, body, idempotency_key, lambda editor: editor.create(body), status=201
        )
    )


@routes.get("/{id}", operation_id="get_press_inquiry", response_model=views.PressInquiryView, responses=READ_RESPONSES)
async def get_inquiry(parts: Parts, by: CurrentPrincipal, id: InquiryId, _: NoQuery) -> Response:  # noqa: A002 - the public name
    """Get an inquiry of the press to one of your agencies. The ETag is its version. Requires `read:working`."""
    async with parts.database.read() as connection:
        found = await read_inquiry(connection, by, id)
    return versioned_response(StoredResponse(200, found.model_dump_json().encode(), found.version))


@routes.post(
    "/{id}/answer", operation_id="answer_press_inquiry", response_model=views.PressInquiryView, responses=_WRITE
)
async def answer_inquiry(
    parts: Parts,
    by: CurrentPrincipal,
    id: InquiryId,  # noqa: A002
    body: views.InquiryAnswer,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Answer an inquiry by a public statement or bulletin: its terms are met when that was published (trả lời).

    A new document counts from its first publication, an older one from the edition that became public after the
    question; a first word on an incident from when it was said. Requires the scope `write`.
    """
    version = parse_if_match(if_match)
    return versioned_response(
        await run_inquiry_command(
            parts, by, "answer", (id, version), body, idempotency_key, lambda editor: editor.answer(id, version, body)
        )
    )


@routes.post("/{id}/close", operation_id="close_press_inquiry", response_model=views.PressInquiryView, responses=_WRITE)
async def close_inquiry(
    parts: Parts,
    by: CurrentPrincipal,
    id: InquiryId,  # noqa: A002
    body: views.InquiryClosing,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Close an inquiry without an answer, with a reason: its terms are cancelled (kết thúc).

    Requires the scope `publish`.
    """
    version = parse_if_match(if_match)
    return versioned_response(
        await run_inquiry_command(
            parts, by, "close", (id, version), body, idempotency_key, lambda editor: editor.close(id, version, body)
        )
    )


@routes.post("/{id}/erase", operation_id="erase_press_inquiry", response_model=views.PressInquiryView, responses=_WRITE)
async def erase_inquiry(
    parts: Parts,
    by: CurrentPrincipal,
    id: InquiryId,  # noqa: A002
    _: NoBody = None,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Erase outlet, question and reason of an inquiry that has ended; times and terms stay (xóa nội dung).

    Requires the scope `admin`.
    """
    version = parse_if_match(if_match)
    return versioned_response(
        await run_inquiry_command(
            parts, by, "erase", (id, version), None, idempotency_key, lambda editor: editor.erase(id, version)
        )
    )
