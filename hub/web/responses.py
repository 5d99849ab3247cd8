"""Answers made of bytes that are JSON already, with ETag and 304."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"
REVALIDATE = "public, no-cache"
"""Caches may keep the answer and must ask whether it still holds: what is withdrawn is gone at once."""


def page_json(items: Iterable[bytes], next_cursor: str | None) -> bytes:
    """`{"items": […], "next": …}` around items that are JSON already."""
    return b'{"items":[' + b",".join(items) + b'],"next":' + orjson.dumps(next_cursor) + b"}"


def json_bytes_response(
    request: Request, body: bytes, *, etag: str | None = None, lang: str | None = None, links: Sequence[str] = ()
) -> Response:
    """200 with the body, or 304 when the reader has it already. `etag` defaults to a hash of the body."""
    etag = f'"{etag or sha256(body).hexdigest()[:32]}"'
    headers: dict[str, str] = {"etag": etag, "cache-control": REVALIDATE, "vary": "Accept-Language"}
    if lang is not None:
        headers["content-language"] = lang
    if links:
        headers["link"] = ", ".join(links)
    if has_matching_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, JSON)


def json_response(request: Request, value: Any, **options: Any) -> Response:
    """`answer` for a value that is not JSON yet."""
    return json_bytes_response(request, orjson.dumps(value), **options)


def next_link(request: Request, cursor: str | None) -> list[str]:
    """The Link header's value for the following page."""
    if cursor is None:
        return []
    url = request.url.include_query_params(cursor=cursor)
    return [f'<{url.path}?{url.query}>; rel="next"']


def has_matching_etag(header: str | None, etag: str) -> bool:
    """Whether a reader's `If-None-Match` names this ETag."""
    if header is None:
        return False
    return header.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in header.split(","))
