"""REST of words that the registry does not know, under `/api/v1/manage/unmapped`.

A key needs the scope `admin` and an agency at the level of a province.
"""

from typing import Annotated

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.manage.http import LIST_RESPONSES, WRITE_RESPONSES, run_command
from hub.registrar.unmapped_names import (
    MapResult,
    MapWords,
    UnmappedList,
    UnmappedParams,
    list_unmapped,
    require_mapper,
)
from hub.registrar.word_mapping import map_once
from hub.state import Parts
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage/unmapped", tags=["Registry"])


@routes.get("", operation_id="list_unmapped", response_model=UnmappedList, responses=LIST_RESPONSES)
async def get_unmapped(parts: Parts, by: CurrentPrincipal, params: Annotated[UnmappedParams, Query()]) -> Response:
    """List topics, places, issuers and types that documents name and the registry does not have (chưa ánh xạ)."""
    async with parts.database.read() as connection:
        await require_mapper(connection, by)
        return no_store_response(await list_unmapped(connection, params))


@routes.post("/map", operation_id="map_unmapped", response_model=MapResult, responses=WRITE_RESPONSES)
async def post_map(parts: Parts, by: CurrentPrincipal, body: MapWords) -> Response:
    """Say what words mean, and map the first 50 editions that have them; repeat it until nothing waits (ánh xạ).

    Nothing is sent on channels. Imports of the same words use the decision from now on.
    """

    async def work(session: AsyncSession) -> MapResult:
        await require_mapper(session, by)
        return await map_once(session, by, body)

    return await run_command(parts, work)
