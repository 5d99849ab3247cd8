"""REST for the press watch, below `/api/v1/manage/trends`: a key needs the scope `read:working`, of any agency."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.errors import Forbidden, Unauthenticated
from hub.press import queries, views
from hub.registry.hierarchy import get_registry
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import no_store_response

routes = APIRouter(prefix="/api/v1/manage/trends", tags=["Press watch"])

PROBLEMS = problem_responses(Unauthenticated, Forbidden, *VALIDATION_ERRORS)


@routes.get("", operation_id="get_trends", response_model=views.Trends, responses=PROBLEMS)
async def get_trends(parts: Parts, by: CurrentPrincipal, params: Annotated[views.TrendParams, Query()]) -> Response:
    """What newspapers wrote about, by topic or place and by day or week (xu hướng báo chí): counts, the part of all
    headlines, and for topics the tone. The last 28 days when nothing is said."""
    queries.require_read(by)
    known = await get_registry(parts.database)
    async with parts.database.read() as connection:
        return no_store_response(await queries.read_trends(connection, known, params))


@routes.get("/items", operation_id="list_trend_items", response_model=views.TrendItemPage, responses=PROBLEMS)
async def list_items(parts: Parts, by: CurrentPrincipal, params: Annotated[views.TrendItemParams, Query()]) -> Response:
    """The headlines behind a figure (tít báo), newest first: title, outlet, address, moment. Texts are not kept."""
    queries.require_read(by)
    known = await get_registry(parts.database)
    async with parts.database.read() as connection:
        return no_store_response(await queries.list_items(connection, known, params))


@routes.get("/bursts", operation_id="list_trend_bursts", response_model=views.TrendBurstPage, responses=PROBLEMS)
async def list_bursts(parts: Parts, by: CurrentPrincipal, params: Annotated[views.BurstParams, Query()]) -> Response:
    """Of what much more was written than usual (đợt tin dồn dập), and whether a statement or bulletin answers it
    already, and after how long. Without days: all that are kept, those that began last first."""
    queries.require_read(by)
    known = await get_registry(parts.database)
    async with parts.database.read() as connection:
        return no_store_response(await queries.list_bursts(connection, known, params))
