"""Addresses of previews, `/preview/{token}`: open to whoever has the link, never cached or indexed, 410 when over."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from hub.content.file_references import FILE
from hub.errors import NotFound, PreviewOver
from hub.files.params import FileParams
from hub.files.queries import find_file
from hub.files.responses import file_response
from hub.permalinks.responses import permalink_page_headers
from hub.state import AppState, Parts
from hub.web.parameters import SharedParams
from hub.web.problems import VALIDATION_ERRORS, problem_responses
from hub.web.public_urls import base_url
from hub.web.responses import NO_STORE
from hub.web.router import HubRouter
from hub.worklist.preview import MAX_TOKEN, Preview, load_preview

routes = HubRouter(prefix="/preview", tags=["Editors' desk"], responses=problem_responses(NotFound, PreviewOver))

Token = Annotated[str, Path(max_length=MAX_TOKEN, description="Token of the link.")]
Shared = Annotated[SharedParams, Query()]
HIDDEN = {"cache-control": NO_STORE, "x-robots-tag": "noindex, nofollow, noarchive", "referrer-policy": "no-referrer"}


async def _load(parts: AppState, token: str) -> Preview:
    async with parts.database.write() as session:
        return await load_preview(session, parts.settings, token)


def _describe(description: str, media_type: str, schema: dict[str, str]) -> dict[int | str, dict[str, Any]]:
    """Describe the answer 200 of a preview."""
    return {200: {"description": description, "content": {media_type: {"schema": schema}}}}


def _respond(body: bytes, media_type: str, headers: dict[str, str] | None = None) -> Response:
    return Response(body, 200, (headers or {}) | HIDDEN, media_type)


@routes.get(
    "/{token}",
    operation_id="get_preview",
    response_class=Response,
    responses=_describe("The page.", "text/html", {"type": "string"}),
)
async def get_preview(request: Request, parts: Parts, token: Token, _: Shared) -> Response:
    """The page of a working edition, as readers would see it (xem trước)."""
    found, base = await _load(parts, token), base_url(request, parts.settings)
    body = await asyncio.to_thread(found.page, base, token)
    return _respond(body, "text/html; charset=utf-8", permalink_page_headers())


@routes.get(
    "/{token}/card.json",
    operation_id="get_preview_card",
    response_class=Response,
    responses=_describe("The card.", "application/json", {"type": "object"}),
)
async def get_preview_card(parts: Parts, token: Token, _: Shared) -> Response:
    """The card of a working edition, as lists would show it."""
    return _respond((await _load(parts, token)).card(token), "application/json")


@routes.get(
    "/{token}/entry.atom",
    operation_id="get_preview_entry",
    response_class=Response,
    responses=_describe("The feed.", "application/atom+xml", {"type": "string"}),
)
async def get_preview_entry(request: Request, parts: Parts, token: Token, _: Shared) -> Response:
    """An Atom feed with the entry of a working edition."""
    found, base = await _load(parts, token), base_url(request, parts.settings)
    body = await asyncio.to_thread(found.entry, base, token, parts.settings.languages)
    return _respond(body, "application/atom+xml; charset=utf-8")


@routes.get(
    "/{token}/files/{id}/{name}",
    operation_id="get_preview_file",
    response_class=Response,
    responses={
        **problem_responses(*VALIDATION_ERRORS),
        **_describe("The file.", "application/octet-stream", {"type": "string", "format": "binary"}),
    },
)
async def get_preview_file(
    request: Request,
    parts: Parts,
    token: Token,
    id: Annotated[UUID, Path(description="UUID of the file.")],  # noqa: A002 - the public name
    name: Annotated[str, Path(max_length=400, description="Name of the file.")],
    params: Annotated[FileParams, Query()],
) -> Response:
    """A file of a working edition, through the link to its preview."""
    found = await _load(parts, token)
    own = select(FILE.c.id).where(FILE.c.id == id, FILE.c.document_id == found.document.id, FILE.c.name == name)
    async with parts.database.read() as connection:
        is_own = (await connection.execute(own)).first() is not None and str(id).encode() in found.view.full
        file = await find_file(connection, id, None if params.w is None else int(params.w)) if is_own else None
    if file is None or file.erased:
        raise NotFound("The preview has no such file.", field="id")
    answer = await file_response(request, file, parts.files.store)
    answer.headers.update(HIDDEN)
    return answer
