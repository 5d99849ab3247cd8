"""REST for reading a file: `POST /api/v1/manage/read` (đọc tệp)."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.errors import BodyTooLarge, FileInfected, FileMismatch, Forbidden, ScannerUnavailable, Unauthenticated
from hub.manage.http import file_bodies
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses, problem_writer
from hub.web.responses import no_store_response
from hub.web.router import HubRouter
from ingest.extraction.errors import ERRORS_BY_CODE
from ingest.file_reader import FileReading, ReadParams, read_file
from ingest.spreadsheets.kinds_of_files import MEDIA_TYPES

READ_PATH = "/api/v1/manage/read"
FILE_TYPES = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/html",
    "text/plain",
    *MEDIA_TYPES,
    "application/octet-stream",
)
"""Media types of files that are read."""
FILE_BODIES = file_bodies(FILE_TYPES)

routes = HubRouter()


@routes.post(
    READ_PATH,
    operation_id="read_file",
    tags=["Manage"],
    response_model=FileReading,
    responses=problem_responses(
        Unauthenticated,
        Forbidden,
        BodyTooLarge,
        FileMismatch,
        FileInfected,
        *VALIDATION_ERRORS,
        *ERRORS_BY_CODE.values(),
        ScannerUnavailable,
    ),
    openapi_extra={
        "requestBody": {"required": True, "description": "Bytes of the file.", "content": FILE_BODIES},
    },
)
async def post_file(
    request: Request, parts: Parts, by: CurrentPrincipal, params: Annotated[ReadParams, Query()]
) -> Response:
    """Read a DOCX, a PDF with text, a page, a plain text or a table as contents, without storing anything (đọc tệp).

    The body is the file itself: `curl --data-binary @ke-hoach.docx`. The answer has the content as far as it was found,
    the confidence of each member, and the doubts to look at before the content is sent to
    `POST /api/v1/manage/documents`. A table (XLSX, XLS, ODS, CSV) is read row by row into `table`, with what an import
    would do with each row. Requires the scope `write`.
    """
    media_type = request.headers.get("content-type")
    found = await read_file(parts, by, params, await request.body(), media_type, problem_writer(request))
    return no_store_response(found, headers={"vary": "Accept-Language"})
