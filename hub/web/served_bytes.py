"""Answers that are not JSON: bytes of any type with ETag, Last-Modified and 304."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from hub.times import now
from hub.web.responses import REVALIDATE, known

SETTLED = timedelta(minutes=1)
"""How old a change must be before its date, which counts only seconds, may stand for the content."""


def served(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    etag: str | None = None,
    changed: datetime | None = None,
    lang: str | None = None,
    links: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """200 with the body, or 304 when the reader has it already.

    `changed` is given where every change of the content has a later moment than the one before. A moment that has only
    just passed is not told: another change could still come within its second.
    """
    tag = f'"{etag or sha256(body).hexdigest()[:32]}"'
    found = {"etag": tag, "cache-control": REVALIDATE, "x-content-type-options": "nosniff", **(headers or {})}
    if lang is not None:
        found["content-language"] = lang
    if links:
        found["link"] = ", ".join(links)
    if changed is not None and changed < now() - SETTLED:
        found["last-modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    else:
        changed = None
    if _unchanged(request, tag, changed):
        return Response(status_code=304, headers=found)
    return Response(body, 200, {**found, "content-type": media_type})


def _unchanged(request: Request, tag: str, changed: datetime | None) -> bool:
    given = request.headers.get("if-none-match")
    if given is not None:
        return known(given, tag)
    since = request.headers.get("if-modified-since")
    if since is None or changed is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    return moment.tzinfo is not None and changed.replace(microsecond=0) <= moment
