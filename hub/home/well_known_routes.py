"""Files that browsers, phones and finders of security flaws look for at fixed addresses."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from hub.errors import NotFound
from hub.home.app_links import ANDROID_PATH, APPLE_PATH, android_asset_links, apple_association
from hub.home.security_txt import PATH as SECURITY_PATH
from hub.home.security_txt import security_txt
from hub.state import Parts
from hub.web import assets
from hub.web.responses import JSON, bytes_response
from hub.web.router import HubRouter

HOUR = {"cache-control": "public, max-age=3600"}
DAY = "public, max-age=86400"

routes = HubRouter(include_in_schema=False)


@routes.get("/favicon.ico")
async def favicon(request: Request) -> Response:
    """The icon for browsers and programs that read no page."""
    return await assets.respond(request, assets.load_asset("favicon.ico"), DAY)


@routes.get(SECURITY_PATH)
async def security(request: Request, parts: Parts) -> Response:
    """Contacts for reports of security flaws (RFC 9116)."""
    text = security_txt(parts.settings, parts.settings.languages)
    if text is None:
        raise NotFound("This hub names no contact for security flaws.")
    return bytes_response(request, text.encode(), "text/plain; charset=utf-8", headers=HOUR)


@routes.get(APPLE_PATH)
async def apple_apps(request: Request, parts: Parts) -> Response:
    """The apps of Apple's systems that open addresses of documents."""
    return _respond(request, apple_association(parts.settings))


@routes.get(ANDROID_PATH)
async def android_apps(request: Request, parts: Parts) -> Response:
    """The Android apps that open addresses of documents."""
    return _respond(request, android_asset_links(parts.settings))


def _respond(request: Request, found: Any) -> Response:
    if found is None:
        raise NotFound("This hub names no app.")
    return bytes_response(request, orjson.dumps(found), JSON, headers=HOUR)
