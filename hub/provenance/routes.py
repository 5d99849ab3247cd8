"""REST routes for editors: the sources of a document, and conflicts between sources and documents."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.manage.http import LIST_RESPONSES, READ_RESPONSES
from hub.manage.routes import DOCUMENT_PATH, DocumentId
from hub.provenance.queries import list_conflicts, list_provenance
from hub.provenance.views import ConflictParams, ProvenancePage
from hub.state import Parts
from hub.web.parameters import PageParams
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage", tags=["Manage"])


@routes.get(
    f"{DOCUMENT_PATH}/provenance",
    operation_id="list_provenance",
    response_model=ProvenancePage,
    responses=READ_RESPONSES,
)
async def get_provenance(
    parts: Parts,
    by: CurrentPrincipal,
    id: DocumentId,  # noqa: A002 - the public name
    params: Annotated[PageParams, Query()],
) -> Response:
    """List the sources of a document (nguồn gốc), with the claims of each and their conflicts with the document."""
    async with parts.database.read() as connection:
        return no_store_response(await list_provenance(connection, by, id, params))


@routes.get(
    "/conflicts",
    operation_id="list_conflicts",
    response_model=ProvenancePage,
    responses=LIST_RESPONSES,
)
async def get_conflicts(parts: Parts, by: CurrentPrincipal, params: Annotated[ConflictParams, Query()]) -> Response:
    """List conflicts (mâu thuẫn) between sources and the documents of your agencies: dates, number, issuers, title."""
    async with parts.database.read() as connection:
        return no_store_response(await list_conflicts(connection, by, params))
