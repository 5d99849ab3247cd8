"""REST for search."""

from dataclasses import replace
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.kinds import KindName as KindName
from hub.domain.kinds.bulletin import BulletinCard
from hub.domain.kinds.draft import DraftCard
from hub.domain.kinds.policy import PolicyCard
from hub.domain.kinds.statement import StatementCard
from hub.domain.types import Line, View
from hub.paging import DEFAULT_LIMIT, MAX_LIMIT
from hub.search.filters import SearchFilters, SearchSort
from hub.search.port import SearchQuery
from hub.search.queries import SearchResults, search
from hub.search.similar import RelatedBy, as_json, find_similar
from hub.search.suggest import SuggestionType, suggest
from hub.state import Parts
from hub.web.language import negotiate_language
from hub.web.parameters import LangParam, LangParams, NoParams
from hub.web.problems import Problem
from hub.web.responses import json_bytes_response, json_response, next_link

NO_STORE = "no-store"
"""For answers of the engine that stands in for another: the next one is better."""


class SearchParams(SearchFilters):
    """Parameters of a search."""

    q: Line = Field(
        max_length=500,
        description="Words with or without marks, or a document number (từ khóa, số hiệu).",
        examples=["truyen thong chinh sach"],
    )
    kind: KindName | None = Field(None, description="Only this kind.")
    sort: SearchSort = Field(
        SearchSort.relevance, description="Best match first, or the newest of those that hold every word."
    )
    lang: LangParam = None
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many items at most.")
    cursor: str | None = Field(None, max_length=1_000, description="The `next` of the page before.")


class FacetValue(BaseModel):
    """A value that results share."""

    value: str = Field(description="Give it to the filter of this name.", examples=["moi-truong"])
    label: str = Field(description="Its name where the registry has one.", examples=["Môi trường"])
    count: int = Field(description="Estimated number of results.")


class SearchItem(BaseModel):
    """One found item."""

    kind: KindName = Field(description="Which of the four kinds.")
    id: str = Field(description="The document's UUID.")
    document: PolicyCard | DraftCard | BulletinCard | StatementCard = Field(description="Its card.")
    highlight: str | None = Field(
        None, description="Where it matched: safe HTML with `<mark>`, and no other tags; null when nothing fits."
    )
    article: str | None = Field(
        None, description="Ref of the part that matched, as in `nodes`; null when the item as a whole did."
    )
    article_label: str | None = Field(None, description="That part's printed number.", examples=["Điều 5"])


class SuggestParams(NoParams):
    """Parameters of suggestions."""

    q: str = Field(
        max_length=200, description="The beginning of a query, with or without marks.", examples=["truyen t"]
    )
    limit: int = Field(8, ge=1, le=MAX_LIMIT, description="How many suggestions at most.")


class SuggestionView(View):
    """Something a reader may be about to type (gợi ý)."""

    type: SuggestionType = Field(description="What it is.")
    text: str = Field(description="What to put into the search box.", examples=["269/KH-UBND"])
    item_kind: KindName | None = Field(None, description="The item's kind, for a title or number.")
    id: UUID | None = Field(None, description="The item's UUID, for a title or number.")
    code: str | None = Field(None, description="Code of the topic or agency; give it to the filter of this name.")


class Suggestions(BaseModel):
    """Suggestions, the likeliest first."""

    items: list[SuggestionView] = Field(description="The likeliest first.")


class RelatedParams(LangParams):
    """Parameters of related documents."""

    limit: int = Field(6, ge=1, le=20, description="How many documents at most.")


class RelatedItem(BaseModel):
    """A document related to another."""

    kind: KindName = Field(description="Which of the four kinds.")
    id: str = Field(description="The document's UUID.")
    document: PolicyCard | DraftCard | BulletinCard | StatementCard = Field(description="Its card.")
    by: list[RelatedBy] = Field(description="Why: a stated relation, shared topics, titles that say the same.")


class RelatedItems(BaseModel):
    """Related documents, the closest first."""

    items: list[RelatedItem] = Field(description="The closest first.")


class SearchPage(BaseModel):
    """A page of results."""

    items: list[SearchItem] = Field(description="Best match first.")
    facets: dict[str, list[FacetValue]] = Field(
        description="By filter: its values, estimated. Of `in_force_on` the only one is today."
    )
    engine: str = Field(description="`meilisearch`, or `postgres` while that cannot answer.", examples=["meilisearch"])
    estimated_total: int = Field(description="Estimated number of all results.")
    took_ms: int = Field(description="Time taken, in milliseconds.")
    did_you_mean: str | None = Field(
        None, description="A spelling that live documents answer to, where a word is in none; null mostly."
    )
    next: str | None = Field(None, description="Cursor of the following page; null at the end or at 1,000 results.")


routes = APIRouter(prefix="/api/v1", tags=["Search"])


@routes.get(
    "/search",
    operation_id="search",
    response_model=SearchPage,
    responses={
        304: {"description": "The reader's ETag still holds."},
        409: {"model": Problem, "description": "The cursor was made by another engine or index."},
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
    },
)
async def search_all(request: Request, parts: Parts, params: Annotated[SearchParams, Query()]) -> Response:
    """Search all kinds by words or by document number. Marks are optional; only public items are found."""
    lang = negotiate_language(params.lang, request.headers.get("accept-language"), parts.settings.languages)
    query = SearchQuery(text=params.q, kind=params.kind, lang=lang, limit=params.limit, sort=params.sort)
    results = await search(parts.search, parts.database, query, filters=params, cursor=params.cursor)
    etag = sha256(_json(replace(results, took_ms=0))).hexdigest()[:32]
    answered = json_bytes_response(request, _json(results), etag=etag, links=next_link(request, results.next))
    if results.engine != parts.search.name:
        answered.headers["cache-control"] = NO_STORE
    return answered


@routes.get(
    "/search/suggest",
    operation_id="search_suggest",
    response_model=Suggestions,
    responses={
        304: {"description": "The reader's ETag still holds."},
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
    },
)
async def search_suggest(request: Request, parts: Parts, params: Annotated[SuggestParams, Query()]) -> Response:
    """Suggestions as you type: numbers and titles of public items, topics, agencies. Marks are optional."""
    found = await suggest(parts.database, params.q, limit=params.limit)
    return json_response(request, {"items": found})


@routes.get(
    "/search/related/{id}",
    operation_id="search_related",
    response_model=RelatedItems,
    responses={
        304: {"description": "The reader's ETag still holds."},
        404: {"model": Problem, "description": "No live item has this id."},
        422: {"model": Problem, "description": "A parameter is unknown or not valid."},
    },
)
async def search_related(
    request: Request,
    parts: Parts,
    document_id: Annotated[UUID, Path(alias="id", description="UUID of the document.")],
    params: Annotated[RelatedParams, Query()],
) -> Response:
    """Items related to a live one: by stated relations, shared topics, or titles that say the same."""
    lang = negotiate_language(params.lang, request.headers.get("accept-language"), parts.settings.languages)
    found = await find_similar(parts.database, document_id, lang=lang, limit=params.limit)
    return json_response(request, {"items": as_json(found)})


def _json(results: SearchResults) -> bytes:
    return orjson.dumps(
        {
            "items": [
                {
                    "kind": item.view.kind,
                    "id": item.view.document_id,
                    "document": orjson.Fragment(item.view.json),
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
