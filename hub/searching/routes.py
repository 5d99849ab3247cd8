"""REST for search."""

from dataclasses import replace
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.content.kinds import KINDS
from hub.content.kinds.base import Line
from hub.content.kinds.bulletin import BulletinCard
from hub.content.kinds.draft import DraftCard
from hub.content.kinds.policy import PolicyCard
from hub.content.kinds.statement import StatementCard
from hub.paging import DEFAULT_LIMIT, MAX_LIMIT
from hub.searching.port import SearchQuery
from hub.searching.queries import Results, search
from hub.web.answers import answer, next_link
from hub.web.language import chosen
from hub.web.parameters import LangParam, NoParams
from hub.web.problems import Problem
from hub.web.state import Parts

KindName = StrEnum("KindName", {name: name for name in KINDS})  # type: ignore[misc]
KindName.__doc__ = "The four kinds of content."


class SearchParams(NoParams):
    """Parameters of a search."""

    q: Line = Field(
        max_length=500,
        description="Words with or without marks, or a document number (từ khóa, số hiệu).",
        examples=["truyen thong chinh sach"],
    )
    kind: KindName | None = Field(None, description="Only this kind.")
    lang: LangParam = None
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many items at most.")
    cursor: str | None = Field(None, max_length=1_000, description="The `next` of the page before.")


class SearchItem(BaseModel):
    """One found item."""

    kind: KindName = Field(description="Which of the four kinds.")
    id: str = Field(description="The document's UUID.")
    document: PolicyCard | DraftCard | BulletinCard | StatementCard = Field(description="Its card.")
    highlight: str | None = Field(
        None, description="Where it matched: safe HTML with `<mark>`, and no other tags; null when nothing fits."
    )


class SearchPage(BaseModel):
    """A page of results."""

    items: list[SearchItem] = Field(description="Best match first.")
    facets: dict[str, dict[str, int]] = Field(description="Estimated counts by kind, agency, topic, type and year.")
    engine: str = Field(description="`meilisearch`, or `postgres` while that cannot answer.", examples=["meilisearch"])
    estimated_total: int = Field(description="Estimated number of all results.")
    took_ms: int = Field(description="Time taken, in milliseconds.")
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
    lang = chosen(params.lang, request.headers.get("accept-language"), parts.settings.languages)
    query = SearchQuery(text=params.q, kind=params.kind, lang=lang, limit=params.limit)
    results = await search(parts.search, parts.database, query, cursor=params.cursor)
    etag = sha256(_json(replace(results, took_ms=0))).hexdigest()[:32]
    return answer(request, _json(results), etag=etag, links=next_link(request, results.next))


def _json(results: Results) -> bytes:
    return orjson.dumps(
        {
            "items": [
                {
                    "kind": item.view.kind,
                    "id": item.view.document_id,
                    "document": orjson.Fragment(item.view.json),
                    "highlight": item.highlight,
                }
                for item in results.items
            ],
            "facets": results.facets,
            "engine": results.engine,
            "estimated_total": results.estimated_total,
            "took_ms": results.took_ms,
            "next": results.next,
        },
        default=str,
    )
