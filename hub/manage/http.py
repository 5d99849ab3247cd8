"""HTTP helpers shared by the routes below `/api/v1/manage` and `/api/v1/ingest`."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from hub.domain.types import Content
from hub.errors import BodyTooLarge, Forbidden, NotFound, TransitionConflict, Unauthenticated, ViewBroken
from hub.state import AppState
from hub.web.parameters import NoParams
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import no_store_response

NoQuery = Annotated[NoParams, Query()]

LIST_RESPONSES = problem_responses(Unauthenticated, Forbidden, *VALIDATION_ERRORS)
READ_RESPONSES = problem_responses(Unauthenticated, Forbidden, NotFound, ViewBroken, *VALIDATION_ERRORS)
CREATE_RESPONSES = problem_responses(Unauthenticated, Forbidden, BodyTooLarge, *VALIDATION_ERRORS)
WRITE_RESPONSES = problem_responses(
    Unauthenticated, Forbidden, NotFound, TransitionConflict, ViewBroken, BodyTooLarge, *VALIDATION_ERRORS
)


class EmptyBody(Content):
    """A step that needs no body: `{}`."""


async def run_command(
    parts: AppState, command: Callable[[AsyncSession], Awaitable[BaseModel | None]], status: int = 200
) -> Response:
    """Run a command in one transaction, which commits before the answer is sent; 204 for a command without result."""
    async with parts.database.write() as session:
        found = await command(session)
    return no_store_response(found, status)
