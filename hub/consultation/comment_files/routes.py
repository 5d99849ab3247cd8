"""REST of files of comments: authors send and delete them by the code; those of public comments are for everybody."""

from typing import Annotated, Any

from fastapi import Header, Path
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.consultation.comment_files.cleaner import MAX_BYTES
from hub.consultation.comment_files.commands import CommentFileOwner, ReceivedFile
from hub.consultation.comment_files.errors import (
    FileBroken,
    FileEncrypted,
    FileOverrun,
    FileTypeRefused,
    StorageReserved,
)
from hub.consultation.comment_files.names import name_in_header
from hub.consultation.comment_files.queries import OpenedFile, open_public_file
from hub.consultation.comments.file_views import CommentFileList, CommentFileView
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.own_files import list_own_files
from hub.consultation.path_parameters import CommentId, ConsultationId
from hub.consultation.submission.errors import CommentNotFound, ConsultationNotOpen
from hub.consultation.submission.own_comments import CommentOwner
from hub.consultation.submission.own_routes import CommentCode
from hub.domain.file_names import content_disposition
from hub.errors import (
    BodyTooLarge,
    FileInfected,
    FileLimit,
    FileTooLarge,
    InvalidInput,
    NotFound,
    Overload,
    StorageUnavailable,
    TransitionConflict,
)
from hub.files.sniff import FileType
from hub.manage.http import NoQuery, file_bodies
from hub.problem_texts.templates import fill
from hub.state import Parts
from hub.web.body_limit import check_declared_size, read_body
from hub.web.content_security import FILE_SANDBOX_CSP
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import NO_STORE, no_store_response
from hub.web.router import HubRouter

UPLOAD_PATHS = r"/api/v1/consultations/[^/]+/comments/mine/files/?"
"""Paths whose request body has its own limit, enforced while the body is read."""

routes = HubRouter(prefix="/api/v1/consultations/{id}/comments", tags=["Comments"])

TYPES = (FileType.pdf, FileType.docx, FileType.jpeg, FileType.png)
Position = Annotated[int, Path(ge=1, le=99, description="Position among the files of the comment.")]
FILE_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, as a download.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@routes.post(
    "/mine/files",
    operation_id="add_comment_file",
    status_code=201,
    response_model=CommentFileView,
    responses=problem_responses(
        CommentNotFound,
        ConsultationNotOpen,
        TransitionConflict,
        FileTooLarge,
        FileTypeRefused,
        FileBroken,
        FileEncrypted,
        FileOverrun,
        FileInfected,
        FileLimit,
        *VALIDATION_ERRORS,
        Overload,
        StorageUnavailable,
        StorageReserved,
    ),
    openapi_extra={
        "requestBody": {"required": True, "description": "Bytes of the file.", "content": file_bodies(TYPES)}
    },
)
async def add_file(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002 - the public name
    code: CommentCode,
    _: NoQuery,
    content_disposition: Annotated[
        str | None,
        Header(
            alias="Content-Disposition",
            max_length=2_000,
            description="Name of the file: `attachment; filename*=UTF-8''ke-hoach.pdf`. Only its author sees it again.",
        ),
    ] = None,
) -> Response:
    """Add a file to one's own comment until the end of the consultation (tải tệp lên): five of 5 MB at most.

    The body is the file itself: PDF, DOCX, JPEG or PNG, told by its bytes. It is written again without metadata,
    scripts, links and signatures, and is public with the comment once a scanner has found it clean.
    """
    name = name_in_header(content_disposition)
    files = CommentFileOwner(parts, CommentOwner(parts, request.scope, id, code))
    row = await files.admit()
    try:
        size = check_declared_size(request.scope, MAX_BYTES)
        async with parts.budgets.bodies.hold(parts.client_ips.resolve(request.scope), size):
            body = await read_body(request.receive, MAX_BYTES)
            if body is None:
                raise InvalidInput("The upload ended before the end of the file.", field="body")
            view = await files.add(row, ReceivedFile(name, body))
    except BodyTooLarge as problem:
        raise FileTooLarge(
            fill("The file is larger than {max_bytes} bytes.", max_bytes=MAX_BYTES),
            field="body",
            expected=fill("at most {max_bytes} bytes", max_bytes=MAX_BYTES),
        ) from problem
    return no_store_response(view, 201)


@routes.get(
    "/mine/files",
    operation_id="list_own_comment_files",
    response_model=CommentFileList,
    responses=problem_responses(CommentNotFound, *VALIDATION_ERRORS),
)
async def list_own(request: Request, parts: Parts, id: ConsultationId, code: CommentCode, _: NoQuery) -> Response:  # noqa: A002
    """List the files of one's own comment, also those that wait for a scan or were refused."""
    owner = CommentOwner(parts, request.scope, id, code)
    async with parts.database.read() as connection:
        row = await owner.find(connection)
        files = await list_own_files(connection, owner.keys, row.id)
    return no_store_response(CommentFileList(items=files))


@routes.delete(
    "/mine/files/{position}",
    operation_id="delete_comment_file",
    status_code=204,
    response_model=None,
    responses=problem_responses(CommentNotFound, ConsultationNotOpen, TransitionConflict, NotFound, *VALIDATION_ERRORS),
)
async def delete_file(
    request: Request,
    parts: Parts,
    id: ConsultationId,  # noqa: A002
    position: Position,
    code: CommentCode,
    _: NoQuery,
) -> Response:
    """Delete a file of one's own comment until the end of the consultation (xóa tệp)."""
    await CommentFileOwner(parts, CommentOwner(parts, request.scope, id, code)).delete(position)
    return no_store_response(None)


@routes.get(
    "/{comment:uuid}/files/{position}",  # so that reading one's own, which does not exist, is 405
    operation_id="get_comment_file",
    response_class=Response,
    responses={**FILE_RESPONSES, **problem_responses(NotFound, *VALIDATION_ERRORS)},
)
async def get_file(
    parts: Parts,
    id: ConsultationId,  # noqa: A002
    comment: CommentId,
    position: Position,
    _: NoQuery,
) -> Response:
    """Download a file of a public comment that a scanner found clean. Its name tells nothing of its author."""
    keys = CommentKeys(SecretCipher(parts.settings))
    return download(await open_public_file(parts.database, keys, parts.files.store, id, comment, position))


def download(file: OpenedFile) -> Response:
    """Answer with a stranger's file: as a download that no browser shows inside a page, and no cache keeps."""
    headers = {
        "cache-control": NO_STORE,
        "content-disposition": content_disposition("attachment", file.name),
        "content-security-policy": FILE_SANDBOX_CSP,
        "x-content-type-options": "nosniff",
    }
    return Response(file.body, 200, headers, file.kind.value)
