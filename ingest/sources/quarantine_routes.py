"""REST for what sources brought that was set aside, below `/api/v1/manage/quarantine`: the scope `sources`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.auth.http import Acting
from hub.state import Parts
from ingest.sources import quarantine
from ingest.sources.routes import READS, WRITES, Nothing, NoWords, answer, problems
from ingest.sources.views import ItemPage

routes = APIRouter(prefix="/api/v1/manage/quarantine", tags=["Sources"])

# Paths say {item:int}, so that `retry` is never taken for a number: it answers POST alone.
Number = Annotated[int, Path(ge=1, lt=2**62, description="The finding's number.")]


@routes.get("", operation_id="list_quarantine", response_model=ItemPage, responses=problems(401, 403, 422))
async def get_quarantine(parts: Parts, by: Acting, params: Annotated[quarantine.AsideParams, Query()]) -> Response:
    """What the sources of your agencies brought that was set aside, with the reasons, newest first (cách ly)."""
    async with parts.database.read() as connection:
        return answer(await quarantine.list_aside(connection, by, params))


@routes.post("/retry", operation_id="retry_quarantine", response_model=quarantine.Retried, responses=WRITES)
async def retry_quarantine(parts: Parts, by: Acting, body: quarantine.Retry) -> Response:
    """Try everything of a source again that was set aside, or only what has one reason (xử lý lại)."""
    async with parts.database.write() as session:
        found = await quarantine.retry_all(session, by, body)
    return answer(found)


@routes.get("/{item:int}", operation_id="get_quarantined", response_model=quarantine.AsideView, responses=READS)
async def get_quarantined(parts: Parts, by: Acting, item: Number, _: Nothing) -> Response:
    """One of them with the record as delivered, or the SHA-256 of the page or file that was kept."""
    async with parts.database.read() as connection:
        return answer(await quarantine.read_aside(connection, by, item))


@routes.post("/{item:int}/retry", operation_id="retry_quarantined", response_model=quarantine.Retried, responses=WRITES)
async def retry_quarantined(parts: Parts, by: Acting, item: Number, _: NoWords) -> Response:
    """Try this one again: it is fetched and read anew (thử lại)."""
    async with parts.database.write() as session:
        found = await quarantine.retry_one(session, by, item)
    return answer(found)
