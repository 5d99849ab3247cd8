"""Pages for browsers: the GraphQL playground, the REST docs, and their static files.

Nothing is loaded from other hosts. The Content-Security-Policy of the pages enforces it: scripts run only from the
hub's own files, so the content of a document can never become a script.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.web import assets
from hub.web.content_security import DOCS_CSP, PLAYGROUND_CSP
from hub.web.responses import bytes_response
from hub.web.templates import render

EXAMPLES_FOLDER = assets.STATIC / "examples"

_PLAYGROUND_STYLES = ("vendor/graphiql.css", "vendor/graphiql-explorer.css", "common.css", "playground.css")
_PLAYGROUND_SCRIPTS = (
    "vendor/react.js",
    "vendor/react-dom.js",
    "vendor/graphiql.js",
    "vendor/graphiql-explorer.js",
    "playground.js",
)
_DOCS_STYLES = ("vendor/swagger-ui.css", "common.css", "docs.css")
_DOCS_SCRIPTS = ("vendor/swagger-ui.js", "docs.js")


def playground_html(*, root: str = "", endpoint: str = "/graphql") -> str:
    """Render the page of `GET /graphql` for browsers. `root` is the path that the hub is mounted under, if any."""
    if assets.list_missing(_vendor_files(_PLAYGROUND_STYLES + _PLAYGROUND_SCRIPTS)):
        return _missing_assets_page(root)
    data = {"endpoint": root + endpoint, "examples": json.dumps(examples(), ensure_ascii=False)}
    return _page("playground", "GraphQL", root, _PLAYGROUND_STYLES, _PLAYGROUND_SCRIPTS, data)


def docs_html(*, root: str = "", openapi: str = "/openapi.json") -> str:
    """Render the page of `/docs`: Swagger UI for the OpenAPI document."""
    if assets.list_missing(_vendor_files(_DOCS_STYLES + _DOCS_SCRIPTS)):
        return _missing_assets_page(root)
    return _page("docs", "REST", root, _DOCS_STYLES, _DOCS_SCRIPTS, {"openapi": root + openapi})


def playground_response(request: Request) -> Response:
    """The playground with its headers, as returned by a GraphQL router's `render_graphql_ide`."""
    html = playground_html(root=request.scope.get("root_path", ""))
    return page_response(request, html, PLAYGROUND_CSP)


def page_response(request: Request, html: str, csp: str, **headers: str) -> Response:
    """The answer with a page: its ETag, or 304. `headers` replace those of `page_headers`."""
    return bytes_response(request, html.encode(), "text/html; charset=utf-8", headers=page_headers(csp) | headers)


def page_headers(csp: str) -> dict[str, str]:
    """Headers of a page, in lower case, so that an answer can replace one of them.

    Browsers revalidate a page on every visit and cache the files that it references forever.
    """
    return {
        "content-security-policy": csp,
        "cache-control": "no-cache",
        # /graphql serves API clients at the same address.
        "vary": "Accept",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
    }


@lru_cache(maxsize=1)
def examples() -> list[dict[str, Any]]:
    """The example queries of the playground, in order: the manifest with file names replaced by their texts."""
    listed: list[dict[str, Any]] = json.loads((EXAMPLES_FOLDER / "manifest.json").read_text("utf-8"))
    for example in listed:
        for part in (example, example.get("fill")):
            if part is not None:
                part["query"] = (EXAMPLES_FOLDER / part.pop("file")).read_text("utf-8")
    return listed


def mount(app: FastAPI) -> None:
    """Add `/docs` and `/static/…`. The app must not have FastAPI's own docs, which load files from other hosts."""
    if app.docs_url or app.redoc_url:
        raise ValueError("create the app with docs_url=None and redoc_url=None; hub.web.pages serves the docs")

    async def docs(request: Request) -> Response:
        html = docs_html(root=request.scope.get("root_path", ""), openapi=app.openapi_url or "/openapi.json")
        return page_response(request, html, DOCS_CSP)

    app.router.routes.append(Route("/docs", docs, methods=["GET"], include_in_schema=False))
    app.router.routes.append(
        Route(f"{assets.PREFIX}/{{name:path}}", assets.serve, methods=["GET"], include_in_schema=False)
    )


def _vendor_files(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith("vendor/")]


def _page(
    page: str, title: str, root: str, styles: Iterable[str], scripts: Iterable[str], data: Mapping[str, str]
) -> str:
    values = {"page": page, "title": title, "styles": styles, "scripts": scripts, "data": data}
    return render("plain.html", root=root, lang="vi", **values)


def _missing_assets_page(root: str) -> str:
    """Render the page shown while vendored files are missing: how to fetch them, and links to the API descriptions."""
    values = {"page": "plain", "title": "make assets", "styles": ["common.css"], "scripts": ()}
    return render("missing.html", root=root, lang="vi", **values)
