"""REST of the wordings of comments."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.consultation.wordings import WordingsView, load_wordings
from hub.web.parameters import NoParams
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import json_bytes_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1", tags=["Consultations"])

_BODY = load_wordings().model_dump_json().encode()
"""Read when the hub starts: what is missing in a language stops it then, and not when somebody comments."""


@routes.get(
    "/consultations/wordings",
    operation_id="get_consultation_wordings",
    response_model=WordingsView,
    responses={304: {"description": "Not modified: the ETag still matches."}, **problem_responses(*VALIDATION_ERRORS)},
)
async def get_wordings(request: Request, _: Annotated[NoParams, Query()]) -> Response:
    """Get the wordings of comments in Vietnamese and English (câu chữ): the notice to agree to, states, stances, kinds
    of authors, reasons for hiding, and errors."""
    return json_bytes_response(request, _BODY)
