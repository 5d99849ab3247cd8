"""REST for push: `POST /api/v1/ingest` (đẩy dữ liệu), with records as JSON or one file as the body.

Both are one operation of the contract. The route of a file matches by the media type of the body.
"""

from typing import Annotated, Any

from fastapi import Query
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from hub.auth.http import CurrentPrincipal
from hub.errors import FileInfected, FileMismatch, ScannerUnavailable, StorageUnavailable
from hub.manage.http import WRITE_RESPONSES
from hub.state import Parts
from hub.web.body_limit import is_json_media_type
from hub.web.parsed_body import ParsedBodyRoute
from hub.web.problems import merge_responses, problem_responses, problem_writer
from hub.web.responses import no_store_response
from hub.web.router import HubRouter
from hub.web.routing.selective import SelectiveRoute
from ingest.file_routes import FILE_BODIES
from ingest.sources.push import PushBatch, PushResults, push
from ingest.sources.pushed_file import PushedFileParams, push_file

INGEST = "/api/v1/ingest"

routes = HubRouter(tags=["Sources"], route_class=ParsedBodyRoute)


class FileBodyRoute(SelectiveRoute):
    """Route of requests whose body is a file: of any media type but JSON."""

    def accepts(self, scope: Scope) -> bool:
        """Return False for a request with JSON or without a media type."""
        declared = Headers(scope=scope).get("content-type", "").encode()
        return bool(declared) and not is_json_media_type(declared)


async def _ingest_file(
    request: Request, parts: Parts, by: CurrentPrincipal, params: Annotated[PushedFileParams, Query()]
) -> Response:
    media_type = request.headers.get("content-type")
    found = await push_file(parts, by, params, await request.body(), media_type, problem_writer(request))
    return no_store_response(found, headers={"vary": "Accept-Language"})


routes.add_api_route(
    INGEST, _ingest_file, methods=["POST"], include_in_schema=False, route_class_override=FileBodyRoute
)


def _file_parameters() -> list[dict[str, Any]]:
    """The query parameters of a file, as OpenAPI has them."""
    members = PushedFileParams.model_json_schema()["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": f"For a file: {schema['description']}",
            "schema": {key: value for key, value in schema.items() if key not in ("description", "title", "default")},
        }
        for name, schema in members.items()
    ]


@routes.post(
    INGEST,
    operation_id="ingest",
    response_model=PushResults,
    responses={
        **merge_responses(
            WRITE_RESPONSES, problem_responses(FileMismatch, FileInfected, ScannerUnavailable, StorageUnavailable)
        ),
    },
    openapi_extra={"parameters": _file_parameters(), "requestBody": {"content": FILE_BODIES}},
)
async def ingest(request: Request, parts: Parts, by: CurrentPrincipal, body: PushBatch) -> Response:
    """Push up to 500 records to a source of the type `push` of your agency. Requires a key with the scope `ingest`.

    Each record has its own result: an invalid record is quarantined with the reason, and the others are imported. A
    record keeps its identifier, so the same batch can be sent again: records that were imported are `unchanged`.

    With any other media type, the body is one file: a DOCX, a PDF with text, a page or a plain text, with `source` and
    `name` in the query. It is read as the source's mapping says; a file that cannot be read or accepted is quarantined
    with its bytes. A table (XLSX, XLS, ODS, CSV) of up to 500 rows has a result for each row; reasons name the cell.
    """
    found = await push(parts.database, parts.settings, by, body, problem_writer(request))
    return no_store_response(found, headers={"vary": "Accept-Language"})
