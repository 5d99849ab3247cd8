"""REST for quarantined items of sources, below `/api/v1/manage/quarantine`: requires the scope `sources`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.manage.http import LIST_RESPONSES, READ_RESPONSES, WRITE_RESPONSES, NoBody, NoQuery, run_command
from hub.state import Parts
from hub.web.responses import no_store_response
from ingest.sources import quarantine
from ingest.sources.views import ItemPage

routes = APIRouter(prefix="/api/v1/manage/quarantine", tags=["Sources"])

# Paths have {item:int}, so that `retry` never matches as a number: it allows POST only.
ItemNumber = Annotated[int, Path(ge=1, lt=2**62, description="Number of the item.")]


@routes.get("", operation_id="list_quarantine", response_model=ItemPage, responses=LIST_RESPONSES)
async def get_quarantine(
    parts: Parts, by: CurrentPrincipal, params: Annotated[quarantine.QuarantineParams, Query()]
) -> Response:
    """List quarantined items of the sources of your agencies with the reasons, newest first (cách ly)."""
    async with parts.database.read() as connection:
        return no_store_response(await quarantine.list_quarantined(connection, by, params))


@routes.post(
    "/retry", operation_id="retry_quarantine", response_model=quarantine.RetryResult, responses=WRITE_RESPONSES
)
async def retry_quarantine(parts: Parts, by: CurrentPrincipal, body: quarantine.Retry) -> Response:
    """Retry all quarantined items of a source, or those with one reason (xử lý lại)."""
    return await run_command(parts, lambda session: quarantine.retry_all(session, by, body))


@routes.get(
    "/{item:int}", operation_id="get_quarantined", response_model=quarantine.QuarantineItem, responses=READ_RESPONSES
)
async def get_quarantined(parts: Parts, by: CurrentPrincipal, item: ItemNumber, _: NoQuery) -> Response:
    """Get a quarantined item with the record as delivered, or the SHA-256 of the stored page or file."""
    async with parts.database.read() as connection:
        return no_store_response(await quarantine.read_quarantined(connection, by, item))


@routes.post(
    "/{item:int}/retry",
    operation_id="retry_quarantined",
    response_model=quarantine.RetryResult,
    responses=WRITE_RESPONSES,
)
async def retry_quarantined(parts: Parts, by: CurrentPrincipal, item: ItemNumber, _: NoBody = None) -> Response:
    """Retry a quarantined item: it is fetched and extracted again (thử lại)."""
    return await run_command(parts, lambda session: quarantine.retry_one(session, by, item))
