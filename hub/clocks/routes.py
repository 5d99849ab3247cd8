"""REST route of the legal clocks: rules of law about terms, and the calendar of working days. Clocks are private."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.clocks.params import ClocksParams
from hub.clocks.queries import read_public_clocks
from hub.clocks.views import ClocksView
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import json_bytes_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1", tags=["Legal clocks"])
RESPONSES = {304: {"description": "Not modified: the ETag still matches."}} | problem_responses(*VALIDATION_ERRORS)


@routes.get("/clocks", operation_id="list_clocks", response_model=ClocksView, responses=RESPONSES)
async def list_clocks(request: Request, parts: Parts, params: Annotated[ClocksParams, Query()]) -> Response:
    """List rules of law about terms (đồng hồ pháp lý) with basis and certainty and, for a year, the days off.

    A rule that changes has several rows, each valid for a period. A row that is not `confirmed` is only a warning.
    """
    async with parts.database.read() as connection:
        found = await read_public_clocks(connection, params)
    return json_bytes_response(request, found.model_dump_json().encode())
