"""REST of consultations for everybody: the list, and one consultation."""

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.consultation.params import ConsultationListParams
from hub.consultation.path_parameters import ConsultationId
from hub.consultation.queries import get_consultation, list_consultations
from hub.consultation.views import DraftConsultationPage, DraftConsultationView
from hub.errors import NotFound
from hub.state import Parts
from hub.web.language import request_language
from hub.web.parameters import LangParams
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import json_bytes_response, next_link, page_json
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1", tags=["Consultations"])
_FRESH: dict[int | str, dict[str, Any]] = {304: {"description": "Not modified: the ETag still matches."}}


@routes.get(
    "/consultations",
    operation_id="list_consultations",
    response_model=DraftConsultationPage,
    responses={**_FRESH, **problem_responses(*VALIDATION_ERRORS)},
)
async def list_all(request: Request, parts: Parts, params: Annotated[ConsultationListParams, Query()]) -> Response:
    """List consultations on drafts (lấy ý kiến) with a live draft, by their end.

    Those that people can comment on, the ones that end first: `state=open&sort=closes_asc`.
    """
    lang = request_language(request, params.lang, parts.settings.languages)
    found = await list_consultations(parts.database, params, lang)
    body = page_json((item.model_dump_json().encode() for item in found.items), found.next)
    return json_bytes_response(request, body, lang=lang, links=next_link(request, found.next))


@routes.get(
    "/consultations/{id}",
    operation_id="get_consultation",
    response_model=DraftConsultationView,
    responses={**_FRESH, **problem_responses(NotFound, *VALIDATION_ERRORS)},
)
async def get_one(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002 - the public name
    params: Annotated[LangParams, Query()],
) -> Response:
    """Get a consultation on a draft (đợt lấy ý kiến): its window, its life, and its drafts in order."""
    lang = request_language(request, params.lang, parts.settings.languages)
    async with parts.database.read() as connection:
        found = await get_consultation(connection, id, lang)
    return json_bytes_response(request, found.model_dump_json().encode(), lang=lang)
