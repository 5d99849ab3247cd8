"""REST of moderation for everybody: how many comments of a consultation are hidden, and for which reasons."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.consultation.moderation.counts import read_public_moderation
from hub.consultation.moderation.views import ConsultationModerationView
from hub.consultation.path_parameters import ConsultationId
from hub.errors import NotFound
from hub.state import Parts
from hub.web.language import request_language
from hub.web.parameters import LangParams
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import json_bytes_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1", tags=["Consultations"])


@routes.get(
    "/consultations/{id}/moderation",
    operation_id="get_consultation_moderation",
    response_model=ConsultationModerationView,
    responses={
        304: {"description": "Not modified: the ETag still matches."},
        **problem_responses(NotFound, *VALIDATION_ERRORS),
    },
)
async def get_one(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002 - the public name
    params: Annotated[LangParams, Query()],
) -> Response:
    """Get the public numbers of moderation (công khai việc kiểm duyệt): comments that wait and that are hidden, and the
    list of reasons with the number for each."""
    lang = request_language(request, params.lang, parts.settings.languages)
    async with parts.database.read() as connection:
        found = await read_public_moderation(connection, id, lang)
    return json_bytes_response(request, found.model_dump_json().encode(), lang=lang)
