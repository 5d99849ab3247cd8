"""REST routes of files: editors upload files, everybody reads the files of public editions."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.auth.http import CurrentPrincipal, principal_of
from hub.auth.principal import Principal
from hub.domain.file_names import safe_name
from hub.errors import (
    FileInfected,
    FileLimit,
    FileMismatch,
    FileTooLarge,
    Forbidden,
    HubError,
    NotFound,
    RangeNotSatisfiable,
    ScannerUnavailable,
    StorageUnavailable,
    TransitionConflict,
    Unauthenticated,
    UnsupportedFile,
)
from hub.files.commands import check_quota
from hub.files.intake import store_upload
from hub.files.params import FileParams, UploadParams
from hub.files.queries import can_read_file, find_file, list_files
from hub.files.responses import file_response
from hub.files.sniff import FileType, expected_type
from hub.files.upload import examine, receive
from hub.files.views import FileList, FileView
from hub.state import AppState, Parts
from hub.temporary_folders import open_temporary_folder
from hub.web.parameters import NoParams
from hub.web.problems import VALIDATION_ERRORS, problem_response, problem_responses
from hub.web.responses import NO_STORE, no_store_response
from hub.web.router import HubRouter

UPLOAD_PATHS = r"/api/v1/manage/documents/[^/]+/files/?"
"""Paths whose request body has its own limit, enforced while the body is read."""

routes = HubRouter()

DocumentId = Annotated[UUID, Path(description="The document's UUID.")]
FileId = Annotated[UUID, Path(description="The file's UUID.")]
FileName = Annotated[str, Path(description="Name of the file; any other name redirects to the right one.")]


@routes.post(
    "/api/v1/manage/documents/{id}/files",
    operation_id="upload_file",
    tags=["Manage"],
    status_code=201,
    response_model=FileView,
    responses={
        200: {"model": FileView, "description": "The document already has this file."},
        **problem_responses(
            Unauthenticated,
            Forbidden,
            NotFound,
            TransitionConflict,
            FileTooLarge,
            UnsupportedFile,
            FileMismatch,
            FileLimit,
            FileInfected,
            *VALIDATION_ERRORS,
            ScannerUnavailable,
            StorageUnavailable,
        ),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Bytes of the file.",
            "content": {kind.value: {"schema": {"type": "string", "format": "binary"}} for kind in FileType},
        }
    },
)
async def upload_file(
    request: Request,
    parts: Parts,
    by: CurrentPrincipal,
    id: DocumentId,  # noqa: A002 - the public name
    params: Annotated[UploadParams, Query()],
) -> Response:
    """Upload a file to a document (tải tệp lên). It becomes public with the first public edition that refers to its
    `url`.

    The body is the file itself: `curl --data-binary @ke-hoach.pdf -H "Content-Type: application/pdf"`. Requires the
    scope `write`. Images are stored upright, without EXIF data, and in smaller sizes. Files that no edition refers to
    are deleted after seven days.
    """
    name = safe_name(params.name)
    kind = expected_type(name, request.headers.get("content-type", ""))
    async with parts.database.read() as connection:
        await check_quota(connection, by, id, parts.settings)
    with open_temporary_folder("upload") as folder:
        path = folder / "received"
        await receive(request.stream(), path, parts.settings.max_file_bytes, request.headers.get("content-length"))
        intake = await examine(path, name, kind, parts.files.scanner)
        view, new = await store_upload(parts.database, parts.files.store, parts.settings, by, id, intake)
    return no_store_response(view, 201 if new else 200, headers={"location": view.url})


@routes.get(
    "/api/v1/manage/documents/{id}/files",
    operation_id="list_files",
    tags=["Manage"],
    response_model=FileList,
    responses=problem_responses(Unauthenticated, Forbidden, NotFound),
)
async def get_files(
    parts: Parts,
    by: CurrentPrincipal,
    id: DocumentId,  # noqa: A002
    _: Annotated[NoParams, Query()],
) -> Response:
    """List all files of a document, including those without an edition yet. Requires the scope `read:working`."""
    async with parts.database.read() as connection:
        found = FileList(items=await list_files(connection, by, id))
    return no_store_response(found)


@routes.get(
    "/files/{id}/{name}",
    operation_id="get_file",
    tags=["Files"],
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"application/octet-stream": {}}},
        206: {"description": "The requested range of the file."},
        304: {"description": "Not modified: the ETag still matches."},
        308: {"description": "Moved permanently: the file has another name."},
        **problem_responses(NotFound, RangeNotSatisfiable, *VALIDATION_ERRORS),
    },
)
async def get_file(
    request: Request,
    parts: Parts,
    id: FileId,  # noqa: A002
    name: FileName,
    params: Annotated[FileParams, Query()],
) -> Response:
    """Download a file while an edition that refers to it is public, or before that with the scope `read:working`.

    Supports ranges (`Range`, `If-Range`) and `If-None-Match`; the ETag is the SHA-256.
    """
    width = None if params.w is None else int(params.w)
    async with parts.database.read() as connection:
        file = await find_file(connection, id, width)
    # The same error for missing and for forbidden files: a URL must not reveal that a draft exists.
    if file is None or not (file.public or can_read_file(await _find_principal(request, parts), file)):
        raise NotFound("There is no public file at this URL.", field="id")
    if name != file.name:
        query = f"?{request.url.query}" if request.url.query else ""
        headers = {"cache-control": NO_STORE}
        return RedirectResponse(f"./{quote(file.name, safe='')}{query}", 308, headers)
    try:
        return await file_response(request, file, parts.files.store)
    except RangeNotSatisfiable as refused:
        answer = problem_response(refused)
        answer.headers["content-range"] = f"bytes */{file.size}"
        return answer


async def _find_principal(request: Request, parts: AppState) -> Principal | None:
    try:
        return await principal_of(request, parts)
    except HubError:
        return None
