"""REST for what sources brought that was set aside, below `/api/v1/manage/quarantine`: the scope `sources`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.manage.http import LIST_RESPONSES, READ_RESPONSES, WRITE_RESPONSES, EmptyBody, NoQuery, run_command
from hub.state import Parts
from hub.web.responses import no_store_response
from ingest.sources import quarantine
from ingest.sources.views import ItemPage

routes = APIRouter(prefix="/api/v1/manage/quarantine", tags=["Sources"])

# Paths say {item:int}, so that `retry` is never taken for a number: it answers POST alone.
ItemNumber = Annotated[int, Path(ge=1, lt=2**62, description="The finding's number.")]


@routes.get("", operation_id="list_quarantine", response_model=ItemPage, responses=LIST_RESPONSES)
async def get_quarantine(
    parts: Parts, by: CurrentPrincipal, params: Annotated[quarantine.QuarantineParams, Query()]
) -> Response:
    """What the sources of your agencies brought that was set aside, with the reasons, newest first (cách ly)."""
    async with parts.database.read() as connection:
        return no_store_response(await quarantine.list_quarantined(connection, by, params))


@routes.post("/retry", operation_id="retry_quarantine", response_model=quarantine.Retried, responses=WRITE_RESPONSES)
async def retry_quarantine(parts: Parts, by: CurrentPrincipal, body: quarantine.Retry) -> Response:
    """Try everything of a source again that was set aside, or only what has one reason (xử lý lại)."""
    return await run_command(parts, lambda session: quarantine.retry_all(session, by, body))


@routes.get(
    "/{item:int}", operation_id="get_quarantined", response_model=quarantine.QuarantineItem, responses=READ_RESPONSES
)
async def get_quarantined(parts: Parts, by: CurrentPrincipal, item: ItemNumber, _: NoQuery) -> Response:
    """One of them with the record as delivered, or the SHA-256 of the page or file that was kept."""
    async with parts.database.read() as connection:
        return no_store_response(await quarantine.read_quarantined(connection, by, item))


@routes.post(
    "/{item:int}/retry", operation_id="retry_quarantined", response_model=quarantine.Retried, responses=WRITE_RESPONSES
)
async def retry_quarantined(parts: Parts, by: CurrentPrincipal, item: ItemNumber, _: EmptyBody) -> Response:
    """Try this one again: it is fetched and read anew (thử lại)."""
    return await run_command(parts, lambda session: quarantine.retry_one(session, by, item))
