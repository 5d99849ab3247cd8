"""`POST /api/v1/ingest`: partners push records for a source of theirs (đẩy dữ liệu)."""

from fastapi import APIRouter
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.manage.http import WRITE_RESPONSES
from hub.state import Parts
from hub.web.responses import no_store_response
from ingest.sources.push import Batch, Results, push

INGEST = "/api/v1/ingest"

routes = APIRouter(tags=["Sources"])


@routes.post(
    INGEST,
    operation_id="ingest",
    response_model=Results,
    responses=WRITE_RESPONSES,
)
async def ingest(parts: Parts, by: CurrentPrincipal, body: Batch) -> Response:
    """Push up to 500 records to a source of the type `push` of your agency, with a key of the scope `ingest`.

    Each record has a result of its own: one that is wrong is set aside with its reason, and the others go on. A record
    is known by its name for ever, so the same batch may be sent again: what was taken is `unchanged`.
    """
    return no_store_response(await push(parts.database, by, body))
