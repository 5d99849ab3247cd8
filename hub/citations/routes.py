"""REST routes of citations: the mentions in a document, and the documents that cite it."""

from typing import Annotated

import orjson
from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from hub.citations.params import CitedByParams, CitesParams
from hub.citations.queries import CitationPage, list_citations, list_citing_documents
from hub.citations.views import CitationPageView, CitedByPageView
from hub.content.detail_routes import DOCUMENT_RESPONSES, MOVED_RESPONSES, PROBLEM_RESPONSES, Id
from hub.content.pictures import load_pictures
from hub.content.visibility import Pointer
from hub.domain.kinds import KINDS, Kind
from hub.domain.pictures import Pictures, add_picture, find_image_ids
from hub.state import Parts
from hub.web.language import request_language
from hub.web.responses import json_bytes_response, next_link, page_json, permanent_redirect
from hub.web.router import HubRouter


def citations_router() -> HubRouter:
    """Build the routes of all kinds of documents."""
    routes = HubRouter()
    for kind in KINDS.values():
        _add_routes(routes, kind)
    return routes


def _add_routes(routes: HubRouter, kind: Kind) -> None:
    own, tag = f"/api/v1/{kind.plural}/{{id}}", kind.plural.capitalize()

    @routes.get(
        f"{own}/cites",
        operation_id=f"list_{kind.name}_cites",
        summary=f"List the citations in a {kind.name} (viện dẫn)",
        description="Lists every mention of another document in the Vietnamese text: its position, its words, and the "
        "cited document if that is public in this hub. Citations appear a few seconds after publication.",
        tags=[tag],
        response_model=CitationPageView,
        responses={**MOVED_RESPONSES, **DOCUMENT_RESPONSES, **PROBLEM_RESPONSES},
    )
    async def list_cites(
        request: Request,
        parts: Parts,
        id: Id,  # noqa: A002 - the public name
        params: Annotated[CitesParams, Query()],
    ) -> Response:
        lang = request_language(request, params.lang, parts.settings.languages)
        async with parts.database.read() as connection:
            found = await list_citations(
                connection, id, kind=kind.name, lang=lang, by=params.by, limit=params.limit, cursor=params.cursor
            )
            return await _page_response(request, connection, found, "/cites", lang)

    @routes.get(
        f"{own}/cited-by",
        operation_id=f"list_{kind.name}_cited_by",
        summary=f"List the documents that cite a {kind.name} (được viện dẫn bởi)",
        description="Lists live documents of every kind whose text mentions this one, newest first, with the number of "
        "mentions and the first five of them. With `node`, only documents that cite this part.",
        tags=[tag],
        response_model=CitedByPageView,
        responses={**MOVED_RESPONSES, **DOCUMENT_RESPONSES, **PROBLEM_RESPONSES},
    )
    async def list_cited_by(
        request: Request,
        parts: Parts,
        id: Id,  # noqa: A002
        params: Annotated[CitedByParams, Query()],
    ) -> Response:
        lang = request_language(request, params.lang, parts.settings.languages)
        async with parts.database.read() as connection:
            found = await list_citing_documents(
                connection, id, kind=kind.name, lang=lang, node=params.node, limit=params.limit, cursor=params.cursor
            )
            return await _page_response(request, connection, found, "/cited-by", lang)


async def _page_response(
    request: Request, connection: AsyncConnection, found: CitationPage | Pointer, below: str, lang: str
) -> Response:
    if isinstance(found, Pointer):
        return permanent_redirect(request, f"{found.path}{below}")
    pictures = await load_pictures(connection, find_image_ids(item.json for item in found.items))
    items = (orjson.dumps(item.facts | {"document": _document(item.json, pictures)}) for item in found.items)
    return json_bytes_response(request, page_json(items, found.next), lang=lang, links=next_link(request, found.next))


def _document(view: bytes | None, pictures: Pictures) -> orjson.Fragment | None:
    return None if view is None else orjson.Fragment(add_picture(view, pictures))
