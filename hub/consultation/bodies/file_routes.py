"""REST of the files of official letters, for editors: upload and download, byte for byte."""

from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.encryption import SecretCipher
from hub.auth.http import CurrentPrincipal
from hub.auth.principal import Scope
from hub.consultation.bodies.commands import BodyEditor
from hub.consultation.bodies.letter_files import (
    LETTER_TYPES,
    find_letter,
    letter_type,
    receive_letter,
    release_letter,
    store_letter,
)
from hub.consultation.bodies.views import ManagedBodyView
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.path_parameters import BodyId, ConsultationId
from hub.domain.file_names import content_disposition
from hub.errors import (
    FileInfected,
    FileMismatch,
    FileTooLarge,
    NotFound,
    ScannerUnavailable,
    StorageUnavailable,
    UnsupportedFile,
    VersionRequired,
    VersionStale,
)
from hub.files.responses import blob_response
from hub.manage.http import (
    READ_RESPONSES,
    WRITE_RESPONSES,
    IfMatch,
    NoQuery,
    file_bodies,
    parse_if_match,
    versioned_response,
)
from hub.manage.idempotency import StoredResponse
from hub.state import Parts
from hub.temporary_folders import open_temporary_folder
from hub.web.parameters import NoParams
from hub.web.problems import merge_responses, problem_responses
from hub.web.responses import NO_STORE
from hub.web.router import HubRouter

LETTER_PATHS = r"/api/v1/manage/consultations/[^/]+/bodies/[^/]+/file/?"
"""Paths whose request body has its own limit, enforced while the body is read."""

routes = HubRouter(prefix="/api/v1/manage/consultations/{id}/bodies/{body_id}/file", tags=["Manage consultations"])


class LetterParams(NoParams):
    """Query of the upload of a letter."""

    name: str = Field(min_length=1, max_length=400, description="File name with its extension.", examples=["cv-45.pdf"])


@routes.put(
    "",
    operation_id="upload_letter",
    response_model=ManagedBodyView,
    responses=merge_responses(
        WRITE_RESPONSES,
        problem_responses(
            FileTooLarge,
            UnsupportedFile,
            FileMismatch,
            FileInfected,
            VersionStale,
            VersionRequired,
            ScannerUnavailable,
            StorageUnavailable,
        ),
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Bytes of the file, which are stored as they are: up to 20 MB.",
            "content": file_bodies(kind.value for kind in LETTER_TYPES),
        }
    },
)
async def upload_letter(
    request: Request,
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002 - the public name
    body_id: BodyId,
    params: Annotated[LetterParams, Query()],
    if_match: IfMatch = None,
) -> Response:
    """Upload the file of a letter that was recorded; it replaces the one before. Signatures stay valid.

    Requires the scope `publish`.
    """
    version = parse_if_match(if_match)
    name, kind = letter_type(params.name, request.headers.get("content-type", ""))
    async with parts.database.read() as connection:
        await find_letter(connection, by, id, body_id, Scope.publish)
    keys = CommentKeys(SecretCipher(parts.settings))
    with open_temporary_folder("letter") as folder:
        length = request.headers.get("content-length")
        blob = await receive_letter(request.stream(), folder / "received", kind, length, parts.files)
        await store_letter(parts.database, parts.files, blob)
        try:
            async with parts.database.write() as session:
                found = await BodyEditor(session, by, keys).attach(body_id, version, id, name, blob.sha256)
        finally:
            await release_letter(parts.database, blob)
    return versioned_response(StoredResponse(200, found.model_dump_json().encode(), found.version))


@routes.get(
    "",
    operation_id="download_letter",
    response_class=Response,
    responses={
        **READ_RESPONSES,
        200: {"description": "The file, byte for byte.", "content": file_bodies(kind.value for kind in LETTER_TYPES)},
    },
)
async def download_letter(
    request: Request,
    parts: Parts,
    by: CurrentPrincipal,
    id: ConsultationId,  # noqa: A002
    body_id: BodyId,
    _: NoQuery,
) -> Response:
    """Download the file of a letter. Requires the scope `read:working`; it is never public."""
    async with parts.database.read() as connection:
        row = await find_letter(connection, by, id, body_id, Scope.read_working)
    if row.file_sha256 is None:
        raise NotFound("There is no file of this letter.", field="body_id")
    kind = letter_type(row.file_name, "")[1]
    headers = {
        "cache-control": NO_STORE,
        "content-disposition": content_disposition("attachment", row.file_name),
        "x-content-type-options": "nosniff",
    }
    return await blob_response(
        request, parts.files.store, sha256=row.file_sha256, size=row.size, media_type=kind.value, headers=headers
    )
