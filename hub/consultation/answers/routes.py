"""REST of official answers: the public list, and for editors what needs an answer, and its changes."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Principal
from hub.consultation.answers import views
from hub.consultation.answers.commands import AnswerEditor
from hub.consultation.answers.queries import list_answers, list_subjects
from hub.consultation.path_parameters import ConsultationId
from hub.errors import IdempotencyMismatch, NotFound, UnknownReference, VersionRequired, VersionStale
from hub.manage.http import (
    READ_RESPONSES,
    WRITE_RESPONSES,
    IdempotencyKeyHeader,
    IfMatch,
    parse_if_match,
    run_command_once,
    sent_members,
    versioned_response,
)
from hub.manage.idempotency import StoredResponse
from hub.state import AppState, Parts
from hub.web.problems import VALIDATION_ERRORS, merge_responses, problem_responses
from hub.web.responses import json_bytes_response, next_link, no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1")

AnswerId = Annotated[UUID, Path(description="UUID of the answer.")]
_CREATE = merge_responses(WRITE_RESPONSES, problem_responses(IdempotencyMismatch, UnknownReference))
_WRITE = merge_responses(_CREATE, problem_responses(VersionStale, VersionRequired))


async def run_answer_command(
    parts: AppState,
    by: Principal,
    verb: str,
    target: tuple[object, ...],
    body: BaseModel | None,
    idempotency_key: str | None,
    work: Callable[[AnswerEditor], Awaitable[views.ManagedAnswerView]],
    status: int = 200,
) -> StoredResponse:
    """Run a command once for the idempotency key, over REST and GraphQL alike; `target` is ids and version."""
    facts = (f"answer-{verb}", target, sent_members(body))
    return await run_command_once(
        parts, by, idempotency_key, facts, lambda session: work(AnswerEditor(session, by)), status=status
    )


@routes.get(
    "/consultations/{id}/answers",
    tags=["Consultations"],
    operation_id="list_consultation_answers",
    response_model=views.OfficialAnswerPage,
    responses={
        304: {"description": "Not modified: the ETag still matches."},
        **problem_responses(NotFound, *VALIDATION_ERRORS),
    },
)
async def get_answers(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002 - the public name
    params: Annotated[views.AnswerListParams, Query()],
) -> Response:
    """List the official answers to comments, by article (tiếp thu, giải trình).

    They are public once the consultation is answered or adopted; before, the list is empty and `counts` is null.
    """
    async with parts.database.read() as connection:
        found = (await list_answers(connection, id, params)).page
    return json_bytes_response(request, found.model_dump_json().encode(), links=next_link(request, found.next))


@routes.get(
    "/manage/consultations/{id}/answers",
    tags=["Manage consultations"],
    operation_id="list_managed_answers",
    response_model=views.AnswerSubjectPage,
    responses=READ_RESPONSES,
)
async def get_subjects(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    params: Annotated[views.AnswerSubjectParams, Query()],
) -> Response:
    """List the public comments and groups of near copies with their answers, by article; `missing=true`: without one.

    Requires the scope `read:working`.
    """
    async with parts.database.read() as connection:
        return no_store_response((await list_subjects(connection, by, id, params)).page)


@routes.post(
    "/manage/consultations/{id}/answers",
    tags=["Manage consultations"],
    operation_id="create_answer",
    status_code=201,
    response_model=views.ManagedAnswerView,
    responses=_CREATE,
)
async def create_answer(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    body: views.NewAnswer,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Answer a public comment, or a group of near copies together (tiếp thu, giải trình).

    It becomes public with all others, by the verb `answer` of the consultation. Requires the scope `publish`.
    """
    return versioned_response(
        await run_answer_command(
            parts, by, "create", (id,), body, idempotency_key, lambda editor: editor.create(id, body), status=201
        )
    )


@routes.put(
    "/manage/consultations/{id}/answers/{answer}",
    tags=["Manage consultations"],
    operation_id="change_answer",
    response_model=views.ManagedAnswerView,
    responses=_WRITE,
)
async def change_answer(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    answer: AnswerId,
    body: views.AnswerText,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Change an answer, also one that is public. Requires the scope `publish`."""
    version = parse_if_match(if_match)
    return versioned_response(
        await run_answer_command(
            parts,
            by,
            "change",
            (answer, version),
            body,
            idempotency_key,
            lambda editor: editor.change(answer, version, body, id),
        )
    )


@routes.delete(
    "/manage/consultations/{id}/answers/{answer}",
    tags=["Manage consultations"],
    operation_id="delete_answer",
    response_model=views.ManagedAnswerView,
    responses=_WRITE,
)
async def delete_answer(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    answer: AnswerId,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Delete an answer that is not public yet, and return what it was. Requires the scope `publish`."""
    version = parse_if_match(if_match)
    return versioned_response(
        await run_answer_command(
            parts,
            by,
            "delete",
            (answer, version),
            None,
            idempotency_key,
            lambda editor: editor.delete(answer, version, id),
        )
    )
