"""REST of the contacts of commenters, for the editors who tell them of the answers."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Principal
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.contacts.csv_file import write_csv
from hub.consultation.contacts.queries import read_contacts
from hub.consultation.contacts.views import AnswerContactPage, CommentContactParams
from hub.consultation.path_parameters import ConsultationId
from hub.domain.file_names import content_disposition
from hub.errors import Forbidden, NotFound, TransitionConflict, Unauthenticated
from hub.state import AppState, Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import NO_STORE, next_link, no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage/consultations/{id}", tags=["Consultations"])

Params = Annotated[CommentContactParams, Query()]
_ERRORS = problem_responses(Unauthenticated, Forbidden, NotFound, TransitionConflict, *VALIDATION_ERRORS)


async def _read(parts: AppState, by: Principal, id_: UUID, params: CommentContactParams) -> AnswerContactPage:
    keys = CommentKeys(SecretCipher(parts.settings))
    async with parts.database.write() as session:
        return (await read_contacts(session, by, keys, id_, params)).page


@routes.get("/contacts", operation_id="list_comment_contacts", response_model=AnswerContactPage, responses=_ERRORS)
async def get_contacts(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002 - the public name
    params: Params,
) -> Response:
    """List the contacts that authors of answered comments left for the notice of the answer (báo kết quả).

    Only once the consultation is answered or adopted, and only to tell people of the answers. A hub that sends mail has
    told those with an e-mail address itself. Each request is entered into the audit trail. Requires the scope
    `publish`.
    """
    return no_store_response(await _read(parts, by, id, params))


@routes.get(
    "/contacts.csv",
    operation_id="download_comment_contacts",
    response_class=Response,
    responses={
        **_ERRORS,
        200: {"description": "The contacts.", "content": {"text/csv": {"schema": {"type": "string"}}}},
    },
)
async def download_contacts(
    request: Request,
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    params: Params,
) -> Response:
    """Download the contacts that authors of answered comments left as CSV, for a mail merge (trộn thư).

    The header `Link` leads to the next page. Delete the file when people are told. Each request is entered into the
    audit trail. Requires the scope `publish`.
    """
    page = await _read(parts, by, id, params)
    headers = {"cache-control": NO_STORE, "content-disposition": content_disposition("attachment", "lien-he.csv")}
    for link in next_link(request, page.next):
        headers["link"] = link
    return Response(write_csv(page.items), 200, headers, "text/csv; charset=utf-8")
