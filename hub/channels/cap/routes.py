"""REST routes of warnings as CAP 1.2: `/feeds/cap.atom`, and each alert at its own address. Experimental."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.channels.cap.alerts import Alert
from hub.channels.cap.queries import list_alerts, load_alert
from hub.channels.cap.xml import MEDIA_TYPE, render_alert, render_feed
from hub.state import Parts
from hub.web.content_security import FEED_CSP
from hub.web.parameters import SharedParams
from hub.web.problems import Problem
from hub.web.public_urls import base_url
from hub.web.responses import bytes_response
from hub.web.router import HubRouter

routes = HubRouter(tags=["Feeds"])

FEED_PATH = "/feeds/cap.atom"
_ATOM = "application/atom+xml"
_EMPTY_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""Time of a feed without alerts, which must have one."""


def _content(media_type: str) -> dict[str, Any]:
    return {media_type: {"schema": {"type": "string"}}}


@routes.get(
    FEED_PATH,
    operation_id="get_cap_feed",
    summary="Warnings as CAP 1.2 (cảnh báo), experimental",
    response_class=Response,
    responses={200: {"description": "An Atom feed of alerts, the newest 100.", "content": _content(_ATOM)}},
)
async def get_cap_feed(request: Request, parts: Parts, _: Annotated[SharedParams, Query()]) -> Response:
    """The alerts of bulletins that are marked as warnings, newest first; each entry links to a message of the Common
    Alerting Protocol 1.2. The hub is no warning authority: it renders what agencies publish.
    """
    async with parts.database.read() as connection:
        alerts = await list_alerts(connection, parts.settings.languages)
    base = base_url(request, parts.settings)
    urls = {alert.item.id: f"{base}{_alert_path(alert)}" for alert in alerts}
    body = render_feed(
        alerts,
        base=base,
        self_url=f"{base}{FEED_PATH}",
        lang=parts.settings.languages[0],
        empty_since=_EMPTY_SINCE,
        urls=urls,
    )
    return bytes_response(request, body, _ATOM, headers={"content-security-policy": FEED_CSP})


@routes.get(
    "/feeds/cap/{document}/{id}.xml",
    operation_id="get_cap_alert",
    summary="One alert as CAP 1.2, experimental",
    response_class=Response,
    responses={
        200: {"description": "The alert.", "content": _content(MEDIA_TYPE)},
        404: {"model": Problem, "description": "There is no such alert, or its document is gone."},
        422: {"model": Problem, "description": "A parameter is not valid."},
    },
)
async def get_cap_alert(
    request: Request,
    parts: Parts,
    document: Annotated[UUID, Path(description="UUID of the bulletin.")],
    id: Annotated[UUID, Path(description="Identifier of the alert.")],  # noqa: A002 - the public name
    _: Annotated[SharedParams, Query()],
) -> Response:
    """One message of the Common Alerting Protocol 1.2; it never changes."""
    async with parts.database.read() as connection:
        alert = await load_alert(connection, document, id, parts.settings.languages)
    sender = urlsplit(base_url(request, parts.settings)).hostname or "policy-hub"
    return bytes_response(
        request, render_alert(alert, sender), MEDIA_TYPE, headers={"content-security-policy": FEED_CSP}
    )


def _alert_path(alert: Alert) -> str:
    return f"/feeds/cap/{alert.item.document_id}/{alert.item.id}.xml"
