"""`GET /`: the home page, cached per language until the log or the date changes."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from hub.home.queries import HomeSummary, read_home_position, read_home_summary
from hub.i18n.catalogues import LANGUAGES, texts
from hub.state import Parts
from hub.web import assets
from hub.web.content_security import PAGE_CSP
from hub.web.language import request_language
from hub.web.pages import page_headers
from hub.web.parameters import SharedLangParams
from hub.web.public_urls import base_url, page_path
from hub.web.responses import bytes_response
from hub.web.router import HubRouter
from hub.web.templates import render


def home_router() -> HubRouter:
    """The route, with one cache per app."""
    routes = HubRouter()
    cached: dict[str, HomeSummary] = {}

    @routes.get("/", include_in_schema=False)
    async def home(request: Request, parts: Parts, params: Annotated[SharedLangParams, Query()]) -> Response:
        lang = request_language(request, params.lang, LANGUAGES)
        async with parts.database.read() as connection:
            position = await read_home_position(connection)
            # The same head of the log and the same day mean the same page. A withdrawal also appends to the log.
            if lang not in cached or cached[lang].position != position:
                cached[lang] = await read_home_summary(connection, position, lang)
        html = home_html(
            cached[lang], lang, root=request.scope.get("root_path", ""), base=base_url(request, parts.settings)
        )
        headers = page_headers(PAGE_CSP) | {"vary": "Accept-Language"}
        return bytes_response(request, html.encode(), "text/html; charset=utf-8", lang=lang, headers=headers)

    return routes


def home_html(summary: HomeSummary, lang: str, *, root: str, base: str) -> str:
    """Render the home page. `base` is the public base URL of the hub."""
    words = texts(lang, "home")

    def thousands(number: int) -> str:
        return f"{number:,}".replace(",", "." if lang == "vi" else ",")

    return render(
        "landing.html",
        root=root,
        base=base,
        lang=lang,
        languages=LANGUAGES,
        page="front",
        words=words,
        kinds=texts(lang, "short_kinds"),
        nav=words["nav"],
        other=words["other"],
        summary=summary,
        serif=not assets.list_missing(("vendor/serif-latin.woff2", "vendor/serif-vietnamese.woff2")),
        thousands=thousands,
        page_path=page_path,
    )
