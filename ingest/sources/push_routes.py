"""REST for push: `POST /api/v1/ingest` (đẩy dữ liệu)."""

from fastapi import APIRouter
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.manage.http import WRITE_RESPONSES
from hub.state import Parts
from hub.web.parsed_body import ParsedBodyRoute
from hub.web.responses import no_store_response
from ingest.sources.push import PushBatch, PushResults, push

INGEST = "/api/v1/ingest"

routes = APIRouter(tags=["Sources"], route_class=ParsedBodyRoute)


@routes.post(
    INGEST,
    operation_id="ingest",
    response_model=PushResults,
    responses=WRITE_RESPONSES,
)
async def ingest(parts: Parts, by: CurrentPrincipal, body: PushBatch) -> Response:
    """Push up to 500 records to a source of the type `push` of your agency. Requires a key with the scope `ingest`.

    Each record has its own result: an invalid record is quarantined with the reason, and the others are imported. A
    record keeps its identifier, so the same batch can be sent again: records that were imported are `unchanged`.
    """
    return no_store_response(await push(parts.database, parts.settings, by, body))
