"""REST for quarantined items of sources, below `/api/v1/manage/quarantine`: requires the scope `sources`."""

from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.domain.file_names import content_disposition
from hub.errors import StorageUnavailable
from hub.manage.http import LIST_RESPONSES, READ_RESPONSES, WRITE_RESPONSES, NoBody, NoQuery, run_command
from hub.state import Parts
from hub.web.content_security import FILE_SANDBOX_CSP
from hub.web.problems import merge_responses, problem_responses, problem_writer
from hub.web.responses import NO_STORE, no_store_response
from hub.web.router import HubRouter
from ingest.extraction.errors import ERRORS_BY_CODE
from ingest.file_reader import FileReading
from ingest.sources import quarantine
from ingest.sources.quarantine_reading import original_name, read_quarantined_file
from ingest.sources.stored_original import read_original
from ingest.sources.views import ItemPage

routes = HubRouter(prefix=quarantine.QUARANTINE_PATH, tags=["Sources"])

# Paths have {item:int}, so that `retry` never matches as a number: it allows POST only.
ItemNumber = Annotated[int, Path(ge=1, lt=2**62, description="Number of the item.")]


@routes.get("", operation_id="list_quarantine", response_model=ItemPage, responses=LIST_RESPONSES)
async def get_quarantine(
    request: Request, parts: Parts, by: CurrentPrincipal, params: Annotated[quarantine.QuarantineParams, Query()]
) -> Response:
    """List quarantined items of the sources of your agencies with the reasons, newest first (cách ly)."""
    async with parts.database.read() as connection:
        found = await quarantine.list_quarantined(connection, by, params, problem_writer(request))
    return no_store_response(found, headers={"vary": "Accept-Language"})


@routes.post(
    "/retry", operation_id="retry_quarantine", response_model=quarantine.RetryResult, responses=WRITE_RESPONSES
)
async def retry_quarantine(parts: Parts, by: CurrentPrincipal, body: quarantine.Retry) -> Response:
    """Retry all quarantined items of a source, or those with one reason (xử lý lại)."""
    return await run_command(parts, lambda session: quarantine.retry_all(session, by, body))


@routes.get(
    "/{item:int}", operation_id="get_quarantined", response_model=quarantine.QuarantineItem, responses=READ_RESPONSES
)
async def get_quarantined(
    request: Request, parts: Parts, by: CurrentPrincipal, item: ItemNumber, _: NoQuery
) -> Response:
    """Get a quarantined item with the record as delivered, or the stored page or file and where it is read again."""
    async with parts.database.read() as connection:
        found = await quarantine.read_quarantined(connection, by, item, problem_writer(request))
    return no_store_response(found, headers={"vary": "Accept-Language"})


@routes.get(
    "/{item:int}/original",
    operation_id="get_quarantined_original",
    response_class=Response,
    responses={
        200: {"description": "The page or file.", "content": {"application/octet-stream": {}}},
        **READ_RESPONSES,
        **problem_responses(StorageUnavailable),
    },
)
async def get_original(parts: Parts, by: CurrentPrincipal, item: ItemNumber, _: NoQuery) -> Response:
    """Download the page or file of a quarantined item as it was delivered (bản gốc). It is never shown in a browser."""
    async with parts.database.read() as connection:
        row, _source, original = await quarantine.find_quarantined_original(connection, by, item)
    headers = {
        "cache-control": NO_STORE,
        "content-disposition": content_disposition("attachment", original_name(row)),
        "x-content-type-options": "nosniff",
        "content-security-policy": FILE_SANDBOX_CSP,
    }
    body = await read_original(parts.files.store, original)
    return Response(body, headers=headers, media_type="application/octet-stream")


@routes.get(
    "/{item:int}/reading",
    operation_id="read_quarantined",
    response_model=FileReading,
    responses=merge_responses(READ_RESPONSES, problem_responses(*ERRORS_BY_CODE.values(), StorageUnavailable)),
)
async def get_reading(parts: Parts, by: CurrentPrincipal, item: ItemNumber, _: NoQuery) -> Response:
    """Read the page or file of a quarantined item again: its text, what was found, and what was expected where.

    Nothing is stored. A file that cannot be read at all answers 422 with the reason.
    """
    found = await read_quarantined_file(parts.database, parts.files.store, parts.settings, by, item)
    return no_store_response(found)


@routes.post(
    "/{item:int}/retry",
    operation_id="retry_quarantined",
    response_model=quarantine.RetryResult,
    responses=WRITE_RESPONSES,
)
async def retry_quarantined(parts: Parts, by: CurrentPrincipal, item: ItemNumber, _: NoBody = None) -> Response:
    """Retry a quarantined item: it is fetched and extracted again (thử lại)."""
    return await run_command(parts, lambda session: quarantine.retry_one(session, by, item))
