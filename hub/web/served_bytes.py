"""Answers that are not JSON: bytes of any type with ETag, Last-Modified and 304."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from hub.times import now
from hub.web.responses import REVALIDATE, has_matching_etag

MIN_LAST_MODIFIED_AGE = timedelta(minutes=1)
"""How old a change must be before its date, which counts only seconds, may stand for the content."""


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
    if last_modified is not None and last_modified < now() - MIN_LAST_MODIFIED_AGE:
        found["last-modified"] = format_datetime(last_modified.astimezone(UTC), usegmt=True)
    else:
        last_modified = None
    if _is_not_modified(request, tag, last_modified):
        return Response(status_code=304, headers=found)
    return Response(body, 200, {**found, "content-type": media_type})


def _is_not_modified(request: Request, tag: str, changed: datetime | None) -> bool:
    given = request.headers.get("if-none-match")
    if given is not None:
        return has_matching_etag(given, tag)
    since = request.headers.get("if-modified-since")
    if since is None or changed is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    return moment.tzinfo is not None and changed.replace(microsecond=0) <= moment
