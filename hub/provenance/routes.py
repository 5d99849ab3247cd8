"""REST for editors: where a document came from, and which sources say otherwise than their document."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from hub.auth.http import Acting
from hub.manage.routes import DocumentId, DocumentPath, problems_of
from hub.provenance.queries import read_conflicts, read_provenance
from hub.provenance.views import ConflictParams, ProvenancePage
from hub.state import Parts
from hub.web.parameters import Paged
from hub.web.responses import JSON

routes = APIRouter(prefix="/api/v1/manage", tags=["Manage"])


@routes.get(
    f"{DocumentPath}/provenance",
    operation_id="list_provenance",
    response_model=ProvenancePage,
    responses=problems_of(401, 403, 404, 422),
)
async def get_provenance(
    parts: Parts,
    by: Acting,
    id: DocumentId,  # noqa: A002 - the public name
    params: Annotated[Paged, Query()],
) -> Response:
    """Which sources brought a document, what each of them says, and where the document says otherwise (nguồn gốc)."""
    async with parts.database.read() as connection:
        return _answer(await read_provenance(connection, by, id, params))


@routes.get(
    "/conflicts", operation_id="list_conflicts", response_model=ProvenancePage, responses=problems_of(401, 403, 422)
)
async def get_conflicts(parts: Parts, by: Acting, params: Annotated[ConflictParams, Query()]) -> Response:
    """What sources say otherwise than the documents of your agencies: dates, number, issuers, title (mâu thuẫn)."""
    async with parts.database.read() as connection:
        return _answer(await read_conflicts(connection, by, params))


def _answer(page: ProvenancePage) -> Response:
    return Response(page.model_dump_json(), headers={"cache-control": "no-store"}, media_type=JSON)
