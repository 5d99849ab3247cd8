"""REST of files of comments for editors of the consultation's agency, and for moderators while they are not public."""

from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.http import CurrentPrincipal
from hub.consultation.comment_files.queries import list_managed_files, open_managed_file
from hub.consultation.comment_files.routes import FILE_RESPONSES, Position, download
from hub.consultation.comments.file_views import CommentFileList
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.path_parameters import CommentId, ConsultationId
from hub.errors import Forbidden, NotFound, Unauthenticated
from hub.manage.http import NoQuery
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import no_store_response
from hub.web.router import HubRouter

routes = HubRouter(prefix="/api/v1/manage/consultations/{id}/comments/{comment}/files", tags=["Manage consultations"])
_ERRORS = problem_responses(Unauthenticated, Forbidden, NotFound, *VALIDATION_ERRORS)


@routes.get("", operation_id="list_comment_files", response_model=CommentFileList, responses=_ERRORS)
async def list_all(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002 - the public name
    comment: CommentId,
    _: NoQuery,
) -> Response:
    """List the files of a comment. `waiting` means that they were not scanned for malware.

    Requires the scope `read:working`, or `moderate` for a comment that is not public.
    """
    async with parts.database.read() as connection:
        return no_store_response(await list_managed_files(connection, by, id, comment))


@routes.get(
    "/{position}",
    operation_id="get_managed_comment_file",
    response_class=Response,
    responses={**FILE_RESPONSES, **_ERRORS},
)
async def get_file(
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    comment: CommentId,
    position: Position,
    _: NoQuery,
) -> Response:
    """Download a file of a comment, also before it is public. Without a scan, its name begins with `not-scanned-`.

    Requires the scope `read:working`, or `moderate` for a comment that is not public.
    """
    keys = CommentKeys(SecretCipher(parts.settings))
    return download(await open_managed_file(parts.database, keys, parts.files.store, by, id, comment, position))
