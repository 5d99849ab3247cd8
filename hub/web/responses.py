"""Responses of bytes that are ready to send: ETag, Last-Modified, 304 Not Modified, `no-store`, permanent redirects.

Every conditional answer of the hub is made here. `hub.web.head` answers HEAD from the same responses.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

import orjson
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from hub.times import now, parse_http_date

JSON = "application/json"
NO_STORE = "no-store"
REVALIDATE = "public, no-cache"
"""Caches may store the answer but must revalidate it each time, so that a withdrawn document disappears at once."""
MIN_LAST_MODIFIED_AGE = timedelta(minutes=1)
"""Age from which a change may be sent as Last-Modified. The header counts whole seconds, so a newer date could be
shared by a second change."""


def content_digest(body: bytes) -> str:
    """The part of an ETag between the quotes: 32 hexadecimal digits of the body's SHA-256."""
    return sha256(body).hexdigest()[:32]


def not_modified_response(
    request: Request, headers: Mapping[str, str], last_modified: datetime | None = None
) -> Response | None:
    """304 with these headers if the client already has the content, else None.

    `If-None-Match` is compared with the header `etag`; `If-Modified-Since` counts only without it (RFC 9110 §13.2.2).
    """
    if not _is_fresh(request, headers["etag"], last_modified):
        return None
    return Response(status_code=304, headers=dict(headers))


def bytes_response(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    etag: str | None = None,
    last_modified: datetime | None = None,
    lang: str | None = None,
    links: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """200 with the body, or 304 if the client already has it. `etag` defaults to the body's digest.

    Pass `last_modified` only where every change of the content has a later time than the one before. A time less than
    `MIN_LAST_MODIFIED_AGE` ago is not sent: another change could still come within the same second.
    """
    sent = {"etag": f'"{etag or content_digest(body)}"', "cache-control": REVALIDATE, **(headers or {})}
    if lang is not None:
        sent["content-language"] = lang
    if links:
        sent["link"] = ", ".join(links)
    if last_modified is not None:
        if last_modified < now() - MIN_LAST_MODIFIED_AGE:
            sent["last-modified"] = format_datetime(last_modified.astimezone(UTC), usegmt=True)
        else:
            last_modified = None
    unchanged = not_modified_response(request, sent, last_modified)
    # As a header: for a media type, Starlette would add a charset to `text/…`.
    return unchanged or Response(body, 200, {**sent, "content-type": media_type})


def json_bytes_response(
    request: Request, body: bytes, *, etag: str | None = None, lang: str | None = None, links: Sequence[str] = ()
) -> Response:
    """`bytes_response` for a body that is JSON already."""
    return bytes_response(request, body, JSON, etag=etag, lang=lang, links=links, headers={"vary": "Accept-Language"})


def json_response(request: Request, value: Any, **options: Any) -> Response:
    """`json_bytes_response` for a value that is still to be serialized."""
    return json_bytes_response(request, orjson.dumps(value), **options)


def no_store_response(
    found: BaseModel | None, status: int = 200, *, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer for one client alone, never stored by caches: the model as JSON, or 204 for None."""
    sent = {"cache-control": NO_STORE, **(headers or {})}
    if found is None:
        return Response(status_code=204, headers=sent)
    return Response(found.model_dump_json(), status, sent, JSON)


def page_json(items: Iterable[bytes], next_cursor: str | None) -> bytes:
    """`{"items": […], "next": …}` around items that are JSON already."""
    return b'{"items":[' + b",".join(items) + b'],"next":' + orjson.dumps(next_cursor) + b"}"


def next_link(request: Request, cursor: str | None) -> list[str]:
    """The value of the Link header for the next page; none on the last page."""
    if cursor is None:
        return []
    url = request.url.include_query_params(cursor=cursor)
    return [f'<{request.scope.get("root_path", "")}{url.path}?{url.query}>; rel="next"']


def permanent_redirect(request: Request, location: str) -> Response:
    """308 to the document that replaces another one, with the same query string."""
    query = f"?{request.url.query}" if request.url.query else ""
    return Response(status_code=308, headers={"location": f"{location}{query}", "cache-control": REVALIDATE})


def _is_fresh(request: Request, etag: str, last_modified: datetime | None) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        # Weak comparison (RFC 9110 §8.8.3.2): a compressed answer had a weak ETag.
        return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    since = request.headers.get("if-modified-since")
    if since is None or last_modified is None:
        return False
    moment = parse_http_date(since)
    return moment is not None and last_modified.replace(microsecond=0) <= moment
