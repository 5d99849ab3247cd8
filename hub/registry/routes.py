"""REST routes of the registry: agencies, topics, places, spokespersons."""

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.registry import queries
from hub.registry.params import RegistryListParams, SpokespersonParams, TopicParams
from hub.registry.views import (
    AgencyPage,
    PlacePage,
    SpokespersonPage,
    TopicPage,
)
from hub.state import Parts
from hub.web.language import request_language
from hub.web.problems import Problem
from hub.web.responses import json_bytes_response, next_link, page_json
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1", tags=["Registry"])
RESPONSES: dict[int | str, dict[str, Any]] = {
    304: {"description": "Not modified: the ETag still matches."},
    422: {"model": Problem, "description": "A parameter is unknown or not valid."},
}


def _page_response(request: Request, found: queries.RegistryPage[Any], lang: str | None = None) -> Response:
    items = (item.model_dump_json().encode() for item in found.items)
    body = page_json(items, found.next)
    return json_bytes_response(request, body, lang=lang, links=next_link(request, found.next))


@routes.get("/agencies", operation_id="list_agencies", response_model=AgencyPage, responses=RESPONSES)
async def list_agencies(request: Request, parts: Parts, params: Annotated[RegistryListParams, Query()]) -> Response:
    """List agencies (cơ quan) in alphabetical order, with their periods of validity and successors."""
    given = dict(params) | {"lang": request_language(request, params.lang, parts.settings.languages)}
    async with parts.database.read() as connection:
        return _page_response(request, await queries.list_agencies(connection, **given), given["lang"])


@routes.get("/topics", operation_id="list_topics", response_model=TopicPage, responses=RESPONSES)
async def list_topics(request: Request, parts: Parts, params: Annotated[TopicParams, Query()]) -> Response:
    """List topics (chủ đề) in alphabetical order."""
    given = dict(params) | {"lang": request_language(request, params.lang, parts.settings.languages)}
    async with parts.database.read() as connection:
        return _page_response(request, await queries.list_topics(connection, **given), given["lang"])


@routes.get("/spokespersons", operation_id="list_spokespersons", response_model=SpokespersonPage, responses=RESPONSES)
async def list_spokespersons(
    request: Request, parts: Parts, params: Annotated[SpokespersonParams, Query()]
) -> Response:
    """List spokespersons (người phát ngôn) with their public contact details."""
    async with parts.database.read() as connection:
        return _page_response(request, await queries.list_spokespersons(connection, **dict(params)))


@routes.get("/places", operation_id="list_places", response_model=PlacePage, responses=RESPONSES)
async def list_places(request: Request, parts: Parts, params: Annotated[RegistryListParams, Query()]) -> Response:
    """List administrative units (đơn vị hành chính), current and former."""
    given = dict(params) | {"lang": request_language(request, params.lang, parts.settings.languages)}
    async with parts.database.read() as connection:
        return _page_response(request, await queries.list_places(connection, **given), given["lang"])
