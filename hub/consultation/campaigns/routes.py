"""REST of groups of near copies: for everybody, and for editors. Texts of comments are never cached."""

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.http import CurrentPrincipal
from hub.consultation.campaigns.queries import list_managed_groups, list_public_groups
from hub.consultation.campaigns.views import CommentGroupPage, ManagedGroupPage
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.path_parameters import ConsultationId
from hub.errors import NotFound
from hub.manage.http import READ_RESPONSES
from hub.state import AppState, Parts
from hub.web.parameters import PageParams
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1")
_RESPONSES: dict[int | str, dict[str, Any]] = problem_responses(NotFound, *VALIDATION_ERRORS)


def comment_keys(parts: AppState) -> CommentKeys:
    """Return the data keys of comments, as this process opens them."""
    return CommentKeys(SecretCipher(parts.settings))


@routes.get(
    "/consultations/{id}/groups",
    tags=["Consultations"],
    operation_id="list_comment_groups",
    response_model=CommentGroupPage,
    responses=_RESPONSES,
)
async def get_groups(
    parts: Parts,
    id: ConsultationId,  # noqa: A002 - the public name
    params: Annotated[PageParams, Query()],
) -> Response:
    """List groups of comments that are near copies of one another (nhóm ý kiến giống nhau), the largest first.

    Nobody is hidden in a group: the list of comments with `group` returns every text. `counts` tells comments that
    stand alone and groups apart.
    """
    async with parts.database.read() as connection:
        return no_store_response(await list_public_groups(connection, comment_keys(parts), id, params))


@routes.get(
    "/manage/consultations/{id}/groups",
    tags=["Manage consultations"],
    operation_id="list_managed_comment_groups",
    response_model=ManagedGroupPage,
    responses=READ_RESPONSES,
)
async def get_managed_groups(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    params: Annotated[PageParams, Query()],
) -> Response:
    """List groups of near copies with their answers, also those that are not public yet.

    Requires the scope `read:working`.
    """
    async with parts.database.read() as connection:
        return no_store_response(await list_managed_groups(connection, comment_keys(parts), by, id, params))
