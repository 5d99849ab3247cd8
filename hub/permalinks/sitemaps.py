"""Files for search engines: robots.txt, sitemaps of all documents and guides, and the news sitemap of two days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Annotated, Any

from fastapi import Path
from lxml import etree
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from hub.content.as_of import currently_open
from hub.content.language_fallback import best_language
from hub.content.live_counts import LiveDocuments, read_live_counts
from hub.content.stored_views import parse_view
from hub.content.visibility import LISTED_STATES, VIEW
from hub.domain.kinds import BY_PLURAL, KINDS
from hub.errors import NotFound
from hub.guides import changelog
from hub.guides.catalogue import NAMES
from hub.guides.routes import INDEX
from hub.i18n.catalogues import LANGUAGES, translate
from hub.problem_texts.templates import fill, one_of
from hub.state import Parts
from hub.times import format_rfc3339, now
from hub.web.problems import Problem
from hub.web.public_urls import base_url, page_path
from hub.web.responses import bytes_response
from hub.web.router import HubRouter
from hub.web.xml import XHTML, add_child, serialize

MAX_URLS = 50_000
"""Maximum number of URLs of one sitemap. Source: sitemaps.org."""
NEWS_KINDS = ("bulletin", "statement")
NEWS_DAYS, MAX_NEWS = 2, 1_000
"""Limits of a news sitemap. Source: Google's documentation of news sitemaps."""

SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_NAMESPACE = "http://www.google.com/schemas/sitemap-news/0.9"
GUIDES_PATH = "/sitemaps/guides.xml"
GUIDE_PATHS = (INDEX, *(f"{INDEX}/{name}" for name in NAMES), changelog.PATH)
MEDIA_TYPE = "application/xml; charset=utf-8"

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sitemap.", "content": {"application/xml": {"schema": {"type": "string"}}}},
    304: {"description": "Not modified: the ETag still matches."},
}

routes = HubRouter(tags=["Feeds"])


@dataclass(frozen=True)
class _SitemapPart:
    path: str
    changed: datetime


def _sitemap_parts(counts: Iterable[LiveDocuments]) -> Iterator[_SitemapPart]:
    for each in counts:
        for number in range(1, ceil(each.documents / MAX_URLS) + 1):
            yield _SitemapPart(f"/sitemaps/{KINDS[each.kind].plural}-{number}.xml", each.changed)


def _root_element(name: str, **namespaces: str) -> Any:
    return etree.Element(f"{{{SITEMAP_NAMESPACE}}}{name}", nsmap=dict([(None, SITEMAP_NAMESPACE), *namespaces.items()]))


@routes.get("/robots.txt", include_in_schema=False)
async def robots(request: Request, parts: Parts) -> Response:
    base = base_url(request, parts.settings)
    lines = (
        "User-agent: *",
        "Disallow: /api/v1/manage",
        "Disallow: /preview/",
        "Allow: /",
        f"Sitemap: {base}/sitemap.xml",
        f"Sitemap: {base}/sitemaps/news.xml",
    )
    return bytes_response(request, "\n".join((*lines, "")).encode(), "text/plain; charset=utf-8")


@routes.get(
    "/sitemap.xml",
    operation_id="get_sitemap_index",
    summary="Sitemap index",
    response_class=Response,
    responses=_RESPONSES,
)
async def sitemap_index(request: Request, parts: Parts) -> Response:
    """Lists one sitemap per kind and 50,000 pages, with the time of the last change of the kind, and that of guides."""
    async with parts.database.read() as connection:
        counts = await read_live_counts(connection)
    base = base_url(request, parts.settings)
    root = _root_element("sitemapindex")
    for part in _sitemap_parts(counts):
        listed = add_child(root, SITEMAP_NAMESPACE, "sitemap")
        add_child(listed, SITEMAP_NAMESPACE, "loc", base + part.path)
        add_child(listed, SITEMAP_NAMESPACE, "lastmod", format_rfc3339(part.changed))
    add_child(add_child(root, SITEMAP_NAMESPACE, "sitemap"), SITEMAP_NAMESPACE, "loc", base + GUIDES_PATH)
    return bytes_response(request, serialize(root), MEDIA_TYPE)


@routes.get(GUIDES_PATH, include_in_schema=False)
async def guides_sitemap(request: Request, parts: Parts) -> Response:
    """The guides and the changelog, which have one page for each language: each names all of them."""
    base = base_url(request, parts.settings)
    root = _root_element("urlset", xhtml=XHTML)
    for path in GUIDE_PATHS:
        pages = {lang: f"{base}{path}?lang={lang}" for lang in LANGUAGES}
        for page in pages.values():
            url = add_child(root, SITEMAP_NAMESPACE, "url")
            add_child(url, SITEMAP_NAMESPACE, "loc", page)
            for lang, href in (*pages.items(), ("x-default", base + path)):
                add_child(url, XHTML, "link", rel="alternate", hreflang=lang, href=href)
    return bytes_response(request, serialize(root), MEDIA_TYPE)


@routes.get(
    "/sitemaps/news.xml",
    operation_id="get_news_sitemap",
    summary="News sitemap of the last two days",
    response_class=Response,
    responses=_RESPONSES,
)
async def news_sitemap(request: Request, parts: Parts) -> Response:
    """Up to 1,000 bulletins and statements, newest first, for news search."""
    first = parts.settings.languages[0]
    query = (
        select(VIEW.c.document_id, VIEW.c.lang, VIEW.c.published_at, VIEW.c.card)
        .where(
            VIEW.c.kind.in_(NEWS_KINDS),
            currently_open(VIEW),
            VIEW.c.state.in_(LISTED_STATES),
            VIEW.c.published_at > now() - timedelta(days=NEWS_DAYS),
            best_language(first),
        )
        .order_by(VIEW.c.published_at.desc(), VIEW.c.document_id)
        .limit(MAX_NEWS)
    )
    async with parts.database.read() as connection:
        rows = (await connection.execute(query)).all()
    base = base_url(request, parts.settings)
    root = _root_element("urlset", news=NEWS_NAMESPACE)
    for row in rows:
        card = parse_view(row.card, row.document_id, "sitemaps")
        if card is None:
            continue
        url = add_child(root, SITEMAP_NAMESPACE, "url")
        add_child(url, SITEMAP_NAMESPACE, "loc", base + page_path(row.document_id))
        news = add_child(url, NEWS_NAMESPACE, "news")
        publication = add_child(news, NEWS_NAMESPACE, "publication")
        add_child(publication, NEWS_NAMESPACE, "name", translate(row.lang, "hub.name"))
        add_child(publication, NEWS_NAMESPACE, "language", row.lang)
        add_child(news, NEWS_NAMESPACE, "publication_date", format_rfc3339(row.published_at))
        add_child(news, NEWS_NAMESPACE, "title", card["title"])
    return bytes_response(request, serialize(root), MEDIA_TYPE)


@routes.get(
    "/sitemaps/{name}-{number}.xml",
    operation_id="get_sitemap",
    summary="Sitemap of one kind",
    response_class=Response,
    responses={**_RESPONSES, 404: {"model": Problem, "description": "No such sitemap."}},
)
async def sitemap(
    request: Request,
    parts: Parts,
    name: Annotated[str, Path(description="`policies`, `drafts`, `bulletins` or `statements`.")],
    number: Annotated[int, Path(ge=1, le=10_000, description="Number of the sitemap, starting at 1.")],
) -> Response:
    """Up to 50,000 pages, in a stable order."""
    if name not in BY_PLURAL:
        raise NotFound(fill("There is no sitemap `{name}`.", name=name), field="name", expected=one_of(BY_PLURAL))
    query = (
        select(VIEW.c.document_id, func.max(VIEW.c.modified_at).label("changed"))
        .where(VIEW.c.kind == BY_PLURAL[name].name, currently_open(VIEW), VIEW.c.state.in_(LISTED_STATES))
        .group_by(VIEW.c.document_id)
        .order_by(VIEW.c.document_id)
        .offset((number - 1) * MAX_URLS)
        .limit(MAX_URLS)
    )
    async with parts.database.read() as connection:
        rows = (await connection.execute(query)).all()
    if not rows and number > 1:
        raise NotFound("No such part.", field="number", expected="a part listed in /sitemap.xml")
    base = base_url(request, parts.settings)
    root = _root_element("urlset")
    for row in rows:
        url = add_child(root, SITEMAP_NAMESPACE, "url")
        add_child(url, SITEMAP_NAMESPACE, "loc", base + page_path(row.document_id))
        add_child(url, SITEMAP_NAMESPACE, "lastmod", format_rfc3339(row.changed))
    return bytes_response(request, serialize(root), MEDIA_TYPE)
