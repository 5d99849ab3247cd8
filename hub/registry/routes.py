"""REST for the registry: agencies, topics, places, spokespersons."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.as_of import Day
from hub.domain.types import Code
from hub.registry import queries
from hub.registry.views import AgencyView, PlaceView, SpokespersonView, TopicView
from hub.state import Parts
from hub.web.parameters import PageParams
from hub.web.problems import Problem
from hub.web.responses import json_bytes_response, next_link, page_json


class RegistryListParams(PageParams):
    """Parameters of registry lists that are valid in time."""

    valid_on: Day | None = Field(None, description="Only entries valid on this day (có hiệu lực tại ngày).")


class SpokespersonParams(RegistryListParams):
    """Parameters of the spokespersons."""

    agency: Code | None = Field(None, description="Code of the agency they speak for.")


class _CursorPage(BaseModel):
    next: str | None = Field(None, description="Cursor of the following page; null at the end.")


class AgencyPage(_CursorPage):
    """One page of agencies."""

    items: list[AgencyView] = Field(description="In alphabetical order.")


class TopicPage(_CursorPage):
    """One page of topics."""

    items: list[TopicView] = Field(description="In alphabetical order.")


class SpokespersonPage(_CursorPage):
    """One page of spokespersons."""

    items: list[SpokespersonView] = Field(description="In alphabetical order.")


class PlacePage(_CursorPage):
    """One page of places."""

    items: list[PlaceView] = Field(description="In alphabetical order.")


routes = APIRouter(prefix="/api/v1", tags=["Registry"])
RESPONSES: dict[int | str, dict[str, Any]] = {
    304: {"description": "The reader's ETag still holds."},
    422: {"model": Problem, "description": "A parameter is unknown or not valid."},
}


def _page_response(request: Request, found: queries.RegistryPage[Any]) -> Response:
    items = (item.model_dump_json().encode() for item in found.items)
    return json_bytes_response(request, page_json(items, found.next), links=next_link(request, found.next))


@routes.get("/agencies", operation_id="list_agencies", response_model=AgencyPage, responses=RESPONSES)
async def list_agencies(request: Request, parts: Parts, params: Annotated[RegistryListParams, Query()]) -> Response:
    """Agencies (cơ quan) in alphabetical order, with the time they are valid and who took over."""
    async with parts.database.read() as connection:
        return _page_response(request, await queries.list_agencies(connection, **dict(params)))


@routes.get("/topics", operation_id="list_topics", response_model=TopicPage, responses=RESPONSES)
async def list_topics(request: Request, parts: Parts, params: Annotated[PageParams, Query()]) -> Response:
    """Topics (chủ đề) in alphabetical order."""
    async with parts.database.read() as connection:
        return _page_response(request, await queries.list_topics(connection, **dict(params)))


@routes.get("/spokespersons", operation_id="list_spokespersons", response_model=SpokespersonPage, responses=RESPONSES)
async def list_spokespersons(
    request: Request, parts: Parts, params: Annotated[SpokespersonParams, Query()]
) -> Response:
    """Spokespersons (người phát ngôn) with their public contact."""
    async with parts.database.read() as connection:
        return _page_response(request, await queries.list_spokespersons(connection, **dict(params)))


@routes.get("/places", operation_id="list_places", response_model=PlacePage, responses=RESPONSES)
async def list_places(request: Request, parts: Parts, params: Annotated[RegistryListParams, Query()]) -> Response:
    """Units of administration (đơn vị hành chính), old and new."""
    async with parts.database.read() as connection:
        return _page_response(request, await queries.list_places(connection, **dict(params)))
