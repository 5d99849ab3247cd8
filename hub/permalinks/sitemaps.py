"""What search engines read: robots.txt, the sitemaps with every page of a document, and the news of two days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path
from lxml import etree
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from hub.content.visibility import LISTED, VIEW, best_language, still_open
from hub.domain.kinds import BY_PLURAL, KINDS
from hub.errors import NotFound
from hub.i18n.feeds import word
from hub.state import Parts
from hub.times import now, shown
from hub.web.problems import Problem
from hub.web.public_urls import base_of, page_path
from hub.web.served_bytes import served
from hub.web.xml import sub, written

MOST = 50_000
"""Pages one sitemap may name. Source: sitemaps.org."""
NEWS = ("bulletin", "statement")
NEWS_DAYS, MOST_NEWS = 2, 1_000
"""What a news sitemap may hold. Source: Google's documentation of news sitemaps."""

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_SPACE = "http://www.google.com/schemas/sitemap-news/0.9"
MEDIA_TYPE = "application/xml; charset=utf-8"

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sitemap.", "content": {"application/xml": {"schema": {"type": "string"}}}},
    304: {"description": "The reader's ETag still holds."},
}

routes = APIRouter(tags=["Feeds"])


@dataclass(frozen=True)
class _Part:
    path: str
    changed: datetime


def _parts(counted: Any) -> Iterator[_Part]:
    for kind, pages, changed in sorted(counted):
        for number in range(1, ceil(pages / MOST) + 1):
            yield _Part(f"/sitemaps/{KINDS[kind].plural}-{number}.xml", changed)


def _document(name: str, **namespaces: str) -> Any:
    return etree.Element(f"{{{SITEMAP}}}{name}", nsmap=dict([(None, SITEMAP), *namespaces.items()]))


@routes.get("/robots.txt", include_in_schema=False)
async def robots(request: Request, parts: Parts) -> Response:
    base = base_of(request, parts.settings)
    lines = (
        "User-agent: *",
        "Disallow: /api/v1/manage",
        "Allow: /",
        f"Sitemap: {base}/sitemap.xml",
        f"Sitemap: {base}/sitemaps/news.xml",
    )
    return served(request, "\n".join((*lines, "")).encode(), "text/plain; charset=utf-8")


@routes.get(
    "/sitemap.xml",
    operation_id="get_sitemap_index",
    summary="The list of sitemaps",
    response_class=Response,
    responses=_ANSWERS,
)
async def sitemap_index(request: Request, parts: Parts) -> Response:
    """One sitemap for each kind and 50,000 pages, with the moment of the kind's last edition."""
    query = (
        select(VIEW.c.kind, func.count(VIEW.c.document_id.distinct()), func.max(VIEW.c.modified_at))
        .where(still_open(VIEW), VIEW.c.state.in_(LISTED))
        .group_by(VIEW.c.kind)
    )
    async with parts.database.read() as connection:
        counted = (await connection.execute(query)).all()
    base = base_of(request, parts.settings)
    root = _document("sitemapindex")
    for part in _parts(map(tuple, counted)):
        listed = sub(root, SITEMAP, "sitemap")
        sub(listed, SITEMAP, "loc", base + part.path)
        sub(listed, SITEMAP, "lastmod", shown(part.changed))
    return served(request, written(root), MEDIA_TYPE)


@routes.get(
    "/sitemaps/news.xml",
    operation_id="get_news_sitemap",
    summary="Bulletins and statements of the last two days, for news search",
    response_class=Response,
    responses=_ANSWERS,
)
async def news_sitemap(request: Request, parts: Parts) -> Response:
    """At most 1,000, the newest first."""
    first = parts.settings.languages[0]
    query = (
        select(VIEW.c.document_id, VIEW.c.lang, VIEW.c.published_at, VIEW.c.card)
        .where(
            VIEW.c.kind.in_(NEWS),
            still_open(VIEW),
            VIEW.c.state.in_(LISTED),
            VIEW.c.published_at > now() - timedelta(days=NEWS_DAYS),
            best_language(first),
        )
        .order_by(VIEW.c.published_at.desc(), VIEW.c.document_id)
        .limit(MOST_NEWS)
    )
    async with parts.database.read() as connection:
        rows = (await connection.execute(query)).all()
    base = base_of(request, parts.settings)
    root = _document("urlset", news=NEWS_SPACE)
    for row in rows:
        url = sub(root, SITEMAP, "url")
        sub(url, SITEMAP, "loc", base + page_path(row.document_id))
        news = sub(url, NEWS_SPACE, "news")
        publication = sub(news, NEWS_SPACE, "publication")
        sub(publication, NEWS_SPACE, "name", word(row.lang, "hub"))
        sub(publication, NEWS_SPACE, "language", row.lang)
        sub(news, NEWS_SPACE, "publication_date", shown(row.published_at))
        sub(news, NEWS_SPACE, "title", orjson.loads(row.card)["title"])
    return served(request, written(root), MEDIA_TYPE)


@routes.get(
    "/sitemaps/{name}-{number}.xml",
    operation_id="get_sitemap",
    summary="Pages of one kind",
    response_class=Response,
    responses={**_ANSWERS, 404: {"model": Problem, "description": "There is no such sitemap."}},
)
async def sitemap(
    request: Request,
    parts: Parts,
    name: Annotated[str, Path(description="`policies`, `drafts`, `bulletins` or `statements`.")],
    number: Annotated[int, Path(ge=1, le=10_000, description="Which part, from 1.")],
) -> Response:
    """At most 50,000 pages, in an order that stays."""
    if name not in BY_PLURAL:
        raise NotFound(f"There is no sitemap `{name}`.", field="name", expected=" or ".join(BY_PLURAL))
    query = (
        select(VIEW.c.document_id, func.max(VIEW.c.modified_at).label("changed"))
        .where(VIEW.c.kind == BY_PLURAL[name].name, still_open(VIEW), VIEW.c.state.in_(LISTED))
        .group_by(VIEW.c.document_id)
        .order_by(VIEW.c.document_id)
        .offset((number - 1) * MOST)
        .limit(MOST)
    )
    async with parts.database.read() as connection:
        rows = (await connection.execute(query)).all()
    if not rows and number > 1:
        raise NotFound("There is no such part.", field="number", expected="those that /sitemap.xml lists")
    base = base_of(request, parts.settings)
    root = _document("urlset")
    for row in rows:
        url = sub(root, SITEMAP, "url")
        sub(url, SITEMAP, "loc", base + page_path(row.document_id))
        sub(url, SITEMAP, "lastmod", shown(row.changed))
    return served(request, written(root), MEDIA_TYPE)
