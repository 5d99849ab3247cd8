"""REST of a file of the registry: `POST /api/v1/manage/registry/load` (nạp danh mục)."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.auth.http import CurrentPrincipal
from hub.errors import (
    BodyTooLarge,
    Forbidden,
    IdempotencyMismatch,
    Unauthenticated,
)
from hub.manage.http import IdempotencyKeyHeader, file_bodies, stored_response
from hub.registrar.file_load import load_file
from hub.registrar.params import LoadParams
from hub.registrar.views import RegistryLoad
from hub.sandbox.errors import BrokenFile, ReadingOverrun
from hub.state import Parts
from hub.web.problems import VALIDATION_ERRORS, problem_responses, problem_writer
from hub.web.router import HubRouter

LOAD_PATH = "/api/v1/manage/registry/load"
_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/x-ndjson",
    "application/octet-stream",
)

routes = HubRouter()


@routes.post(
    LOAD_PATH,
    operation_id="load_registry",
    tags=["Registry"],
    response_model=RegistryLoad,
    responses=problem_responses(
        Unauthenticated,
        Forbidden,
        BodyTooLarge,
        *VALIDATION_ERRORS,
        BrokenFile,
        ReadingOverrun,
        IdempotencyMismatch,
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Bytes of the JSONL file or workbook.",
            "content": file_bodies(_TYPES),
        }
    },
)
async def load_registry(
    request: Request,
    parts: Parts,
    by: CurrentPrincipal,
    params: Annotated[LoadParams, Query()],
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    """Show what a JSONL file or XLSX workbook would change in the registry and, with `apply=true`, change it.

    The body is the file itself: `curl --data-binary @danh-muc.xlsx`. A load is never a replacement: entries and members
    that the file does not name stay. All changes are made, or none; faults are refused with 422 when they were to be
    made. Requires the scope `admin`, and the right to every change.
    """
    body = await request.body()
    writer = problem_writer(request)
    answer = await load_file(parts, by, body, apply=params.apply, idempotency_key=idempotency_key, writer=writer)
    response = stored_response(answer)
    response.headers["vary"] = "Accept-Language"
    return response
