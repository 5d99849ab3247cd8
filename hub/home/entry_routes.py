"""REST routes of the entry documents."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from hub.home.entry import (
    API_PATH,
    V1_PATH,
    ApiEntry,
    VersionEntry,
    describe_api,
    describe_version,
    entry_link_headers,
)
from hub.i18n.catalogues import LANGUAGES
from hub.state import Parts
from hub.web.language import request_language
from hub.web.parameters import LangParams
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.public_urls import base_url
from hub.web.responses import json_bytes_response
from hub.web.router import HubRouter

routes = HubRouter(tags=["Entry"])
RESPONSES = {304: {"description": "Not modified: the ETag still matches."}} | problem_responses(*VALIDATION_ERRORS)


@routes.get(
    API_PATH,
    operation_id="get_api",
    summary="The API (điểm vào)",
    response_model=ApiEntry,
    responses=RESPONSES,
)
async def get_api(request: Request, parts: Parts, params: Annotated[LangParams, Query()]) -> Response:
    """List the versions of the API, and contract, GraphQL, errors, feeds and pages. Titles are in `lang`."""
    lang = request_language(request, params.lang, LANGUAGES)
    links = [f'<{request.scope.get("root_path", "")}{V1_PATH}>; rel="item"; type="application/json"']
    return _respond(request, describe_api(lang, base_url(request, parts.settings)), lang, links)


@routes.get(
    V1_PATH,
    operation_id="get_api_version",
    summary="Version 1 of the API (điểm vào của phiên bản 1)",
    response_model=VersionEntry,
    responses=RESPONSES,
)
async def get_api_version(request: Request, parts: Parts, params: Annotated[LangParams, Query()]) -> Response:
    """List what version 1 has: lists, search and what followers read. Titles are in `lang`."""
    lang = request_language(request, params.lang, LANGUAGES)
    links = [f'<{request.scope.get("root_path", "")}{API_PATH}>; rel="up"; type="application/json"']
    return _respond(request, describe_version(lang, base_url(request, parts.settings)), lang, links)


def _respond(request: Request, found: BaseModel, lang: str, links: list[str]) -> Response:
    links += entry_link_headers(request.scope.get("root_path", ""))
    return json_bytes_response(request, found.model_dump_json().encode(), lang=lang, links=links)
