"""REST route of the feeds: `/feeds/{name}.{form}`."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from hub.feeds.params import FeedParams, build_feed
from hub.feeds.render import render_feed
from hub.state import Parts
from hub.web.content_security import FEED_CSP
from hub.web.feed_links import FeedFormat
from hub.web.problems import Problem
from hub.web.public_urls import base_url
from hub.web.responses import bytes_response
from hub.web.router import HubRouter

routes = HubRouter(tags=["Feeds"])

_RESPONSE_CONTENT: dict[str, Any] = {form.media_type: {"schema": {"type": "string"}} for form in FeedFormat}


@routes.get(
    "/feeds/{name}.{form}",
    operation_id="get_feed",
    summary="A list as a feed (nguồn tin)",
    description="Live items by their last change in the publication log, newest first: the order of the list with "
    "`sort=changed_desc`. Items that were withdrawn, are gone, were redirected, or no longer match the filters appear "
    "as tombstones: in Atom and RSS as a deleted entry (RFC 6721), in JSON Feed under `_hub.deleted`. The links `next` "
    "and `previous` lead to other pages (RFC 5005); `rel=hub` and `rel=self` are for WebSub. A browser receives the "
    "same bytes as `application/xml` or `application/json`, which it can display.",
    response_class=Response,
    responses={
        200: {"description": "The feed in the requested format.", "content": _RESPONSE_CONTENT},
        304: {"description": "The ETag of the client is still valid, or nothing has changed since."},
        404: {"model": Problem, "description": "There is no such feed."},
        422: {"model": Problem, "description": "A parameter is not valid."},
    },
)
async def get_feed(
    request: Request,
    parts: Parts,
    name: Annotated[
        str, Path(description="Name of the feed: `policies`, `drafts`, `bulletins`, `statements` or `all`.")
    ],
    form: Annotated[str, Path(description="Format: `atom`, `rss` or `json`.")],
    params: Annotated[FeedParams, Query()],
) -> Response:
    feed = build_feed(name, form, params, parts.settings.languages)
    found = await render_feed(parts.database, parts.settings, feed, base_url(request, parts.settings))
    media_type = found.media_type
    if "text/html" in request.headers.get("accept", ""):
        # Browsers show feed media types as source text or download them; plain XML is displayed.
        media_type = "application/json" if feed.form is FeedFormat.json else "application/xml; charset=utf-8"
    return bytes_response(
        request,
        found.body,
        media_type,
        etag=found.etag,
        # An older page also changes when one of its items moves to the first page.
        last_modified=found.updated if feed.cursor is None else None,
        lang=found.lang,
        links=found.link_header,
        headers={"content-security-policy": FEED_CSP, "vary": "Accept"},
    )
