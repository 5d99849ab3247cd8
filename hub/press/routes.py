"""REST routes of the press watch under `/api/v1/manage/trends`. They need the scope `read:working`, of any agency."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.errors import Forbidden, Unauthenticated
from hub.press import queries, views
from hub.registry.hierarchy import get_registry
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage/trends", tags=["Press watch"])

PROBLEMS = problem_responses(Unauthenticated, Forbidden, *VALIDATION_ERRORS)


@routes.get("", operation_id="get_trends", response_model=views.Trends, responses=PROBLEMS)
async def get_trends(parts: Parts, by: CurrentPrincipal, params: Annotated[views.TrendParams, Query()]) -> Response:
    """Get headline counts by topic or place and by day or week (xu hướng báo chí): the number of headlines, their
    share of all headlines, and for topics the tone. By default for the last 28 days."""
    queries.require_read(by)
    known = await get_registry(parts.database)
    async with parts.database.read() as connection:
        return no_store_response(await queries.read_trends(connection, known, params))


@routes.get("/items", operation_id="list_trend_items", response_model=views.TrendItemPage, responses=PROBLEMS)
async def list_items(parts: Parts, by: CurrentPrincipal, params: Annotated[views.TrendItemParams, Query()]) -> Response:
    """List the headlines behind a figure (tít báo), newest first: title, outlet, link and time. Texts of articles are
    not stored."""
    queries.require_read(by)
    known = await get_registry(parts.database)
    async with parts.database.read() as connection:
        return no_store_response(await queries.list_items(connection, known, params))


@routes.get("/bursts", operation_id="list_trend_bursts", response_model=views.TrendBurstPage, responses=PROBLEMS)
async def list_bursts(parts: Parts, by: CurrentPrincipal, params: Annotated[views.BurstParams, Query()]) -> Response:
    """List bursts: topics and places with far more headlines than usual (đợt tin dồn dập), each with the first
    statement or bulletin that answers it and the time that took. Without dates, lists all stored bursts, those that
    began last first."""
    queries.require_read(by)
    known = await get_registry(parts.database)
    async with parts.database.read() as connection:
        return no_store_response(await queries.list_bursts(connection, known, params))
