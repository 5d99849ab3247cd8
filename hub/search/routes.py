"""REST endpoints of search."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.content.item_views import item_json
from hub.content.pictures import add_pictures_to
from hub.search.params import RelatedParams, SearchParams, SuggestParams
from hub.search.queries import SearchResults, search
from hub.search.similar import as_json, find_similar
from hub.search.suggest import suggest
from hub.search.views import RelatedItems, SearchPage, Suggestions
from hub.state import Parts
from hub.web.language import request_language
from hub.web.problems import Problem
from hub.web.public_urls import base_url
from hub.web.responses import content_digest, json_bytes_response, json_response, next_link
from hub.web.router import HubRouter

NO_STORE = "no-store"
"""Cache-Control for answers of the fallback engine: the next answer may be better."""


routes = HubRouter(prefix="/api/v1", tags=["Search"])


@routes.get(
    "/search",
    operation_id="search",
    response_model=SearchPage,
    responses={
        304: {"description": "Not modified: the ETag still matches."},
        409: {"model": Problem, "description": "The cursor is from another engine or index."},
        422: {"model": Problem, "description": "A parameter is unknown or invalid."},
    },
)
async def search_all(request: Request, parts: Parts, params: Annotated[SearchParams, Query()]) -> Response:
    """Search public items of all kinds by words or by document number, or browse them by facets without words.

    Diacritics are optional.
    """
    lang = request_language(request, params.lang, parts.settings.languages)
    query = params.query(lang)
    results = await search(parts.search, parts.database, query, filters=params, cursor=params.cursor)
    views = await add_pictures_to(parts.database, [item.view for item in results.items])
    items = [replace(item, view=view) for item, view in zip(results.items, views, strict=True)]
    results = replace(results, items=items)
    base = base_url(request, parts.settings)
    etag = content_digest(_json(replace(results, took_ms=0), base, params.fields))
    response = json_bytes_response(
        request, _json(results, base, params.fields), etag=etag, links=next_link(request, results.next)
    )
    if results.engine != parts.search.name:
        response.headers["cache-control"] = NO_STORE
    return response


@routes.get(
    "/search/suggest",
    operation_id="search_suggest",
    response_model=Suggestions,
    responses={
        304: {"description": "Not modified: the ETag still matches."},
        422: {"model": Problem, "description": "A parameter is unknown or invalid."},
    },
)
async def search_suggest(request: Request, parts: Parts, params: Annotated[SuggestParams, Query()]) -> Response:
    """Suggest completions of a query: numbers and titles of public items, topics, agencies. Diacritics are optional."""
    found = await suggest(parts.database, params.q, limit=params.limit)
    return json_response(request, {"items": found})


@routes.get(
    "/search/related/{id}",
    operation_id="search_related",
    response_model=RelatedItems,
    responses={
        304: {"description": "Not modified: the ETag still matches."},
        404: {"model": Problem, "description": "No live item has this id."},
        422: {"model": Problem, "description": "A parameter is unknown or invalid."},
    },
)
async def search_related(
    request: Request,
    parts: Parts,
    document_id: Annotated[UUID, Path(alias="id", description="UUID of the document.")],
    params: Annotated[RelatedParams, Query()],
) -> Response:
    """List items related to a live one by stated relations, shared topics, or similar titles."""
    lang = request_language(request, params.lang, parts.settings.languages)
    found = await find_similar(parts.database, document_id, lang=lang, limit=params.limit)
    views = await add_pictures_to(parts.database, [one.view for one in found])
    shown = [replace(one, view=view) for one, view in zip(found, views, strict=True)]
    return json_response(request, {"items": as_json(shown)})


def _json(results: SearchResults, base: str, fields: str | None) -> bytes:
    return orjson.dumps(
        {
            "items": [
                {
                    "kind": item.view.kind,
                    "id": item.view.document_id,
                    "document": orjson.Fragment(item_json(item.view, base, fields)),
                    "highlight": item.highlight,
                    "article": item.article,
                    "article_label": item.article_label,
                }
                for item in results.items
            ],
            "facets": results.facets,
            "engine": results.engine,
            "estimated_total": results.estimated_total,
            "took_ms": results.took_ms,
            "did_you_mean": results.did_you_mean,
            "next": results.next,
        },
        default=str,
    )
