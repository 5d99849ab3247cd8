"""HTTP helpers shared by the routes below `/api/v1/manage` and `/api/v1/ingest`."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any

from fastapi import Body, Header, Query
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from hub.auth.principal import Principal
from hub.domain.types import Content
from hub.errors import BodyTooLarge, Forbidden, InvalidInput, NotFound, TransitionConflict, Unauthenticated, ViewBroken
from hub.manage.idempotency import StoredResponse, claim, digest, store_response
from hub.state import AppState
from hub.web.parameters import NoParams
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import JSON, NO_STORE, no_store_response

NoQuery = Annotated[NoParams, Query()]

LIST_RESPONSES = problem_responses(Unauthenticated, Forbidden, *VALIDATION_ERRORS)
READ_RESPONSES = problem_responses(Unauthenticated, Forbidden, NotFound, ViewBroken, *VALIDATION_ERRORS)
CREATE_RESPONSES = problem_responses(Unauthenticated, Forbidden, BodyTooLarge, *VALIDATION_ERRORS)
WRITE_RESPONSES = problem_responses(
    Unauthenticated, Forbidden, NotFound, TransitionConflict, ViewBroken, BodyTooLarge, *VALIDATION_ERRORS
)


class EmptyBody(Content):
    """A step that needs no body: `{}`."""


NoBody = Annotated[EmptyBody | None, Body(description="Nothing; an empty object is accepted, too.")]
"""The body of a step that needs none."""


def file_bodies(media_types: Iterable[str]) -> dict[str, Any]:
    """Describe bodies that are the bytes of a file, for the `content` of a request body in OpenAPI."""
    return {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}


IdempotencyKeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="Any text of your choice. A repeated request with the same key gets the first answer and "
        "changes nothing.",
    ),
]


IfMatch = Annotated[
    str | None, Header(alias="If-Match", description='Version that the change was made from, as in the ETag: `"3"`.')
]


def parse_if_match(if_match: str | None) -> int | None:
    """Return the version of the header `If-Match`; None without it. Raises `InvalidInput`."""
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 9:
        raise InvalidInput("If-Match must be a single version.", field="If-Match", expected='a version in quotes: "3"')
    return int(text)


def sent_members(body: BaseModel | None) -> dict[str, Any] | None:
    """Return the members of a body that were sent, for the facts of `run_command_once`."""
    return None if body is None else body.model_dump(mode="json", exclude_unset=True)


async def run_command(
    parts: AppState, command: Callable[[AsyncSession], Awaitable[BaseModel | None]], status: int = 200
) -> Response:
    """Run a command in one transaction, which commits before the answer is sent; 204 for a command without result."""
    async with parts.database.write() as session:
        found = await command(session)
    return no_store_response(found, status)


async def run_command_once(
    parts: AppState,
    by: Principal,
    idempotency_key: str | None,
    facts: tuple[object, ...],
    command: Callable[[AsyncSession], Awaitable[BaseModel]],
    *,
    status: int = 200,
    secrets: frozenset[str] = frozenset(),
) -> StoredResponse:
    """Run a command in one transaction, once for the idempotency key; `facts` tell its request from others.

    Members of the answer that are secrets are shown to the first request only, and stored as null.
    """
    async with parts.database.write() as session:
        request = digest(*facts)
        answer = await claim(session, by.id, idempotency_key, request) if idempotency_key else None
        if answer is None:
            found = await command(session)
            await session.flush()
            version = getattr(found, "version", 0)
            answer = StoredResponse(status, found.model_dump_json().encode(), version)
            if idempotency_key:
                stored = found.model_copy(update=dict.fromkeys(secrets)).model_dump_json().encode()
                await store_response(session, by.id, idempotency_key, StoredResponse(status, stored, version))
    return answer


def stored_response(answer: StoredResponse) -> Response:
    """The HTTP response of `run_command_once`."""
    return Response(answer.body, answer.status, {"cache-control": NO_STORE}, JSON)


def versioned_response(answer: StoredResponse) -> Response:
    """The HTTP response about something that has a version, which is its ETag."""
    return Response(answer.body, answer.status, {"etag": f'"{answer.version}"', "cache-control": NO_STORE}, JSON)
