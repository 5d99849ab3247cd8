"""Permalinks: `/d/{id}` (page and JSON-LD), `/id/…` (the document, by content negotiation), `/eli/…` (by number)."""

import asyncio
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.content.queries import get_view
from hub.content.stored_views import parse_object, render_view
from hub.content.visibility import Pointer
from hub.domain.eli import node_ref
from hub.domain.kinds import KindName
from hub.domain.kinds.policy import POLICY
from hub.errors import HubError, NotFound
from hub.legal.numbers import number_key
from hub.permalinks.json_ld import MEDIA_TYPE
from hub.permalinks.loader import SURFACE, load_page_context
from hub.permalinks.lookup import DocumentMatch, find_by_eli, find_by_number
from hub.permalinks.page import PageContext, is_consulted, render_page
from hub.permalinks.plain_page import PlainPage
from hub.permalinks.responses import HTML, JSON, JSON_LD, error_response, permalink_page_headers, respond_with_matches
from hub.problem_texts.templates import fill
from hub.state import Parts
from hub.web.content_security import CONSULTED_DOCUMENT_CSP, DOCUMENT_CSP
from hub.web.language import request_language
from hub.web.parameters import SharedLangParams, SharedParams
from hub.web.problems import Problem
from hub.web.public_urls import base_url, json_ld_path, page_path, rest_path
from hub.web.responses import bytes_response, permanent_redirect
from hub.web.router import HubRouter

routes = HubRouter(tags=["Linked data"])

Id = Annotated[UUID, Path(description="UUID of the document.")]
_PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    304: {"description": "Not modified: the ETag still matches."},
    308: {"description": "Replaced by another document, at `Location`."},
    404: {"model": Problem, "description": "No public document at this address."},
    410: {"model": Problem, "description": "Permanently removed."},
    422: {"model": Problem, "description": "A parameter is not valid."},
}
_REDIRECT_RESPONSES: dict[int | str, dict[str, Any]] = {
    303: {"description": "The document in the form negotiated by `Accept`, at `Location`."},
    **{status: answer for status, answer in _PROBLEM_RESPONSES.items() if status != 304},
}
_CHOICE_RESPONSES: dict[int | str, dict[str, Any]] = {
    300: {"description": "Several documents have this number: a page, or JSON with `choices`."},
    **_REDIRECT_RESPONSES,
}


async def _load_page(
    request: Request, parts: Parts, document_id: UUID, params: SharedLangParams, *, with_answers: bool = False
) -> PageContext | PlainPage | Pointer:
    lang = request_language(request, params.lang, parts.settings.languages)
    async with parts.database.read() as connection:
        base = base_url(request, parts.settings)
        return await load_page_context(connection, document_id, lang=lang, base=base, with_answers=with_answers)


@routes.get(
    "/d/{id}.jsonld",
    operation_id="get_json_ld",
    summary="A document as JSON-LD (dữ liệu liên kết)",
    description="The document with the schema.org vocabulary: `Legislation` for policies and drafts, `NewsArticle` for "
    "bulletins, `Quotation` for statements. Contains its files, articles and relations.",
    response_class=Response,
    responses={
        200: {"description": "JSON-LD.", "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}},
        **_PROBLEM_RESPONSES,
    },
)
async def get_json_ld(
    request: Request,
    parts: Parts,
    id: Id,  # noqa: A002 - the public name
    params: Annotated[SharedLangParams, Query()],
) -> Response:
    found = await _load_page(request, parts, id, params)
    if isinstance(found, Pointer):
        return permanent_redirect(request, base_url(request, parts.settings) + json_ld_path(found.document_id))
    headers = {"vary": "Accept-Language"}
    json_ld = found.json_ld() if isinstance(found, PlainPage) else found.json_ld
    return bytes_response(request, orjson.dumps(json_ld), MEDIA_TYPE, lang=found.lang, headers=headers)


@routes.get(
    "/d/{id}",
    operation_id="get_page",
    summary="A document as a page (trang đọc)",
    description="The page that a shared link opens, with the JSON-LD of the document. It works without JavaScript.",
    response_class=Response,
    responses={
        200: {"description": "The page.", "content": {HTML: {"schema": {"type": "string"}}}},
        **_PROBLEM_RESPONSES,
    },
)
async def get_page(
    request: Request,
    parts: Parts,
    id: Id,  # noqa: A002
    params: Annotated[SharedLangParams, Query()],
) -> Response:
    lang = request_language(request, params.lang, parts.settings.languages)
    try:
        found = await _load_page(request, parts, id, params, with_answers=True)
    except HubError as error:
        return error_response(request, parts, lang, error)
    if isinstance(found, Pointer):
        return permanent_redirect(request, base_url(request, parts.settings) + page_path(found.document_id))
    if isinstance(found, PageContext):
        document_id, kind = UUID(found.item["id"]), found.item["kind"]
        csp = CONSULTED_DOCUMENT_CSP if is_consulted(found) else DOCUMENT_CSP
        plain = PlainPage.of_card(document_id, kind, found.lang, found.base, found.item).render
        body = await asyncio.to_thread(render_view, document_id, SURFACE, partial(render_page, found), plain)
    else:
        document_id, kind, body, csp = found.document_id, found.kind, found.render(), DOCUMENT_CSP
    links = [
        f'<{found.base}{path}>; rel="{rel}"; type="{media_type}"'
        for path, rel, media_type in (
            (rest_path(kind, document_id), "alternate", JSON),
            (json_ld_path(document_id), "alternate", JSON_LD),
        )
    ]
    return bytes_response(
        request,
        body or b"",
        "text/html; charset=utf-8",
        lang=found.lang,
        links=links,
        headers=permalink_page_headers(csp),
    )


@routes.get(
    "/id/{kind}/{name}",
    operation_id="get_identity",
    summary="A document by identifier (định danh)",
    description="303 to the page, the JSON or the JSON-LD of a document, negotiated by `Accept`. `name` is its UUID or "
    "the number of a policy with hyphens (`269-kh-ubnd`). If several documents have the number, 300 with choices.",
    response_class=Response,
    status_code=303,
    responses=_CHOICE_RESPONSES,
)
async def get_identity(
    request: Request,
    parts: Parts,
    kind: Annotated[KindName, Path(description="policy, draft, bulletin or statement.")],
    name: Annotated[str, Path(max_length=120, description="UUID, or number with hyphens.")],
    _params: Annotated[SharedParams, Query()],
) -> Response:
    lang = request_language(request, None, parts.settings.languages)
    try:
        document_id = _parse_uuid(name)
        async with parts.database.read() as connection:
            if document_id is not None:
                row = await get_view(connection, document_id, lang=lang, kind=kind.value)
                found = row if isinstance(row, Pointer) else [DocumentMatch(row.document_id, row.kind, row.json)]
            elif kind.value == POLICY.name:
                found = await find_by_number(connection, [number_key(name)])
            else:
                raise NotFound(
                    fill("A {kind} has no number.", kind=kind.value), field="name", expected="the document's UUID"
                )
    except HubError as error:
        return error_response(request, parts, lang, error)
    return respond_with_matches(request, parts, found, lang, None)


def _parse_uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


@routes.get(
    "/eli/vn/hue/{type}/{year}/{serial}/{symbol}",
    operation_id="get_by_number",
    summary="A policy by type, year and number",
    description="A permanent URL after the European Legislation Identifier: type, year of issue, number and symbol, in "
    "lower case without diacritics (`/eli/vn/hue/ke-hoach/2023/269/kh-ubnd`). 303 to the form negotiated by `Accept`; "
    "300 with choices if several documents have this number. Further segments name a part: `…/dieu/5/khoan/2`.",
    response_class=Response,
    status_code=303,
    responses=_CHOICE_RESPONSES,
)
async def get_by_number(
    request: Request,
    parts: Parts,
    type: Annotated[str, Path(max_length=80, description="Document type: `ke-hoach`.")],  # noqa: A002
    year: Annotated[int, Path(ge=1900, le=2999, description="Year of issue.")],
    serial: Annotated[str, Path(max_length=20, description="Number: `269`.")],
    symbol: Annotated[str, Path(max_length=80, description="Symbol: `kh-ubnd`.")],
    _params: Annotated[SharedParams, Query()],
) -> Response:
    return await _respond_by_eli(request, parts, type, year, serial, symbol, None)


@routes.get(
    "/eli/vn/hue/{type}/{year}/{serial}/{symbol}/{part:path}",
    operation_id="get_part_by_number",
    summary="A part of a policy by type, year and number",
    description="An article, clause, point, chapter or annex: `…/dieu/5/khoan/2`, `…/phu-luc/1/dieu/3`. 303 to its "
    "position in the document.",
    response_class=Response,
    status_code=303,
    responses=_CHOICE_RESPONSES,
)
async def get_part_by_number(
    request: Request,
    parts: Parts,
    type: Annotated[str, Path(max_length=80, description="Document type: `ke-hoach`.")],  # noqa: A002
    year: Annotated[int, Path(ge=1900, le=2999, description="Year of issue.")],
    serial: Annotated[str, Path(max_length=20, description="Number: `269`.")],
    symbol: Annotated[str, Path(max_length=80, description="Symbol: `kh-ubnd`.")],
    part: Annotated[str, Path(max_length=200, description="Alternating types and numbers of parts: `dieu/5/khoan/2`.")],
    _params: Annotated[SharedParams, Query()],
) -> Response:
    return await _respond_by_eli(request, parts, type, year, serial, symbol, part)


async def _respond_by_eli(
    request: Request, parts: Parts, type_slug: str, year: int, serial: str, symbol: str, part: str | None
) -> Response:
    lang = request_language(request, None, parts.settings.languages)
    try:
        ref = None if part is None else _parse_ref(part)
        async with parts.database.read() as connection:
            found = await find_by_eli(connection, type_slug=type_slug, year=year, serial=serial, symbol=symbol)
        if ref is not None and not isinstance(found, Pointer):
            found = [match for match in found if _has_node(match, ref)]
            if not found:
                raise NotFound("The document has no such part.", field="part", expected="a part such as dieu/5/khoan/2")
    except HubError as error:
        return error_response(request, parts, lang, error)
    return respond_with_matches(request, parts, found, lang, ref)


def _parse_ref(part: str) -> str:
    ref = node_ref(part.strip("/").split("/"))
    if ref is None:
        raise NotFound(
            "This is not a part of a document.", field="part", expected="types and numbers of parts: dieu/5/khoan/2"
        )
    return ref


def _has_node(match: DocumentMatch, ref: str) -> bool:
    """Return True for a document with this part, or with parts that cannot be read: its page shows what is left."""
    item = parse_object(match.json, match.document_id, "numbers")
    nodes = item.get("nodes") if item is not None else None
    if not isinstance(nodes, list):
        return True
    return any(isinstance(node, dict) and node.get("ref") == ref for node in nodes)
