"""REST for templates: `GET /api/v1/manage/templates/{kind}.{format}` (tải mẫu bảng)."""

import asyncio
from enum import StrEnum
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.domain.file_names import content_disposition
from hub.domain.kinds import KindName
from hub.errors import NotFound, Unauthenticated
from hub.manage.http import NoQuery
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.responses import NO_STORE
from hub.web.router import HubRouter
from ingest.spreadsheets.templates import MEDIA_TYPES, template_name, write_template


class TemplateFormat(StrEnum):
    """Format of a template."""

    xlsx = "xlsx"
    csv = "csv"


routes = HubRouter()
_BINARY = {"schema": {"type": "string", "format": "binary"}}


@routes.get(
    "/api/v1/manage/templates/{kind}.{format}",
    operation_id="get_template",
    tags=["Manage"],
    response_class=Response,
    responses={
        200: {
            "description": "The table, with a row as an example.",
            "content": {media_type.partition(";")[0]: _BINARY for media_type in MEDIA_TYPES.values()},
        },
        **problem_responses(Unauthenticated, NotFound, *VALIDATION_ERRORS),
    },
)
async def get_template(
    _by: CurrentPrincipal,
    kind: Annotated[KindName, Path(description="Kind of content (loại).")],
    format: Annotated[TemplateFormat, Path(description="Format: `xlsx` or `csv`.")],  # noqa: A002 - the public name
    _params: NoQuery,
) -> Response:
    """Download a table to fill in for a kind (mẫu bảng): headers in Vietnamese, an example, notes and lists of values.

    What is filled in comes in by `hub import`, `POST /api/v1/ingest` or, to look at, `POST /api/v1/manage/read`.
    """
    body = await asyncio.to_thread(write_template, kind.value, format.value)
    headers = {
        "cache-control": NO_STORE,
        "content-type": MEDIA_TYPES[format],
        "content-disposition": content_disposition("attachment", template_name(kind.value, format.value)),
    }
    return Response(body, 200, headers)
