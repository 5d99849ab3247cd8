"""Fetch from the web: as robots.txt allows, within a host's rate limit, by conditional requests, from public addresses.

Redirects are followed here, one by one: each hop is checked like the first URL (public address, robots.txt, rate).
"""

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from urllib.parse import urljoin, urlsplit

from w3lib.url import safe_url_string

from hub.db import Database
from hub.errors import InvalidInput
from hub.outgoing.client import USER_AGENT, OutgoingClient, Reply, RequestFailed, check_url
from hub.outgoing.retry_after import parse_retry_after
from hub.problem_texts.templates import fill
from hub.sandbox.errors import UnreadableFile
from hub.sandbox.runner import SandboxLimits, run_in_sandbox
from hub.settings import Settings
from hub.times import now
from ingest.sources.http.host_policy import acquire_slot, back_off, load_robots, save_robots, site_of
from ingest.sources.http.robots import MAX_BYTES as LONGEST_ROBOTS
from ingest.sources.http.robots import Robots, decode_robots

GZIP = b"\x1f\x8b"
"""The first bytes of gzip data."""
_CHUNK = 1 << 20
MAX_REDIRECTS = 5
APPLY_FUNCTION = "ingest.sources.http.robots.apply_rules"
_REDIRECT_STATUSES = (301, 302, 303, 307, 308)
_RETRY_STATUSES = (408, 425, 429, 500, 502, 503, 504)
"""Statuses after which a retry may succeed."""
DEFAULT_BACK_OFF = 60.0
"""Seconds without requests to a site that answers 429 or 503 without `Retry-After`."""


class FetchError(Exception):
    """A failed fetch: a stable `code`, `transient` when a retry may help, and the shortest `delay` of it in seconds."""

    def __init__(self, code: str, detail: str, *, transient: bool, delay: float = 0.0):
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.transient = transient
        self.delay = delay


@dataclass(frozen=True)
class FetchResult:
    """A fetched page or file; `body` is None when the server answers that it did not change."""

    url: str
    """The final URL, after redirects."""
    body: bytes | None
    media_type: str | None
    content_type: str
    etag: str | None
    last_modified: str | None
    fetched_at: datetime


class Fetcher:
    """The fetcher of a process, for all sources."""

    def __init__(self, database: Database, outgoing: OutgoingClient, settings: Settings):
        self.database = database
        self.outgoing = outgoing
        self.settings = settings
        self.user_agent = user_agent(settings)

    async def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> FetchResult:
        """Fetch a URL, by a conditional request when validators are given. Raises `FetchError`."""
        headers = {"if-none-match": etag, "if-modified-since": last_modified}
        conditions = {name: value for name, value in headers.items() if value}
        url = _resolve_url(url)
        for _ in range(MAX_REDIRECTS + 1):
            robots = await self._load_robots(url)
            allows, pause = await self._apply_robots(robots, url)
            if not allows:
                raise _robots_error(robots, url)
            reply = await self._get(url, conditions, self.settings.source_max_bytes, pause=pause)
            if reply.status in _REDIRECT_STATUSES and "location" in reply.headers:
                url = _resolve_url(reply.headers["location"], url)
                continue
            return await self._handle_reply(url, reply)
        raise FetchError(
            "too_many_redirects",
            fill("{url} redirects more than {most} times.", url=url, most=MAX_REDIRECTS),
            transient=False,
        )

    async def _handle_reply(self, url: str, reply: Reply) -> FetchResult:
        if reply.status in _RETRY_STATUSES:
            after = parse_retry_after(reply.headers, now())
            if reply.status in (429, 503):
                after = DEFAULT_BACK_OFF if after is None else after
                await back_off(self.database, site_of(url), after)
            raise FetchError(
                f"http_{reply.status}",
                fill("{url} answers {status}.", url=url, status=reply.status),
                transient=True,
                delay=after or 0.0,
            )
        if reply.status not in (200, 304):
            raise FetchError(
                f"http_{reply.status}", fill("{url} answers {status}.", url=url, status=reply.status), transient=False
            )
        content_type = reply.headers.get("content-type", "")
        return FetchResult(
            url=url,
            body=None if reply.status == 304 else decompress_body(reply, self.settings.source_max_bytes),
            media_type=content_type.partition(";")[0].strip().lower() or None,
            content_type=content_type,
            etag=reply.headers.get("etag"),
            last_modified=reply.headers.get("last-modified"),
            fetched_at=now(),
        )

    async def _load_robots(self, url: str) -> Robots:
        site = site_of(url)
        robots = await load_robots(self.database, site)
        if robots is None:
            robots = await self._fetch_robots(site)
            await save_robots(self.database, site, robots)
        return robots

    async def _apply_robots(self, robots: Robots, url: str) -> tuple[bool, float]:
        """Return True if a URL may be fetched, and the seconds between two requests. Raises `FetchError`."""
        if robots.status != 200:
            return robots.is_answered, 0.0
        limits = SandboxLimits.of(self.settings)
        try:
            found = await run_in_sandbox(APPLY_FUNCTION, robots.text.encode(), {"url": url}, limits, {})
        except UnreadableFile as problem:
            detail = fill("The robots.txt of {site} cannot be read: {detail}", site=site_of(url), detail=problem.detail)
            raise FetchError("robots_unreadable", detail, transient=True, delay=900.0) from problem
        return bool(found["allows"]), float(found["delay"])

    async def _fetch_robots(self, site: str) -> Robots:
        url = f"{site}/robots.txt"
        for _ in range(MAX_REDIRECTS + 1):
            reply = await self._get(url, {}, LONGEST_ROBOTS * 4, pause=0.0)
            if reply.status in _REDIRECT_STATUSES and "location" in reply.headers:
                url = _resolve_url(reply.headers["location"], url)
                continue
            return Robots(reply.status, decode_robots(reply.body) if reply.status == 200 else "", now())
        return Robots(404, "", now())

    async def _get(self, url: str, headers: Mapping[str, str], limit: int, *, pause: float) -> Reply:
        """Send one request without following redirects, within the site's rate limit."""
        try:
            check_url(url, self.settings, field="url", https=False)
        except InvalidInput as problem:
            raise FetchError(
                "refused_address", fill("{url}: {detail}", url=url[:300], detail=problem.detail), transient=False
            ) from problem
        wait = await acquire_slot(self.database, site_of(url), max(pause, self.settings.source_host_pause))
        if wait:
            raise FetchError(
                "host_rests",
                fill("{host} allows no request yet.", host=urlsplit(url).hostname),
                transient=True,
                delay=wait,
            )
        try:
            return await self.outgoing.get(
                url,
                headers={"user-agent": self.user_agent, **headers},
                seconds=self.settings.source_timeout,
                limit=limit,
            )
        except RequestFailed as problem:
            transient = problem.reason not in ("refused_address", "too_large")
            raise FetchError(problem.reason, f"{url}: {problem}", transient=transient) from problem


def escape_url(url: str) -> str:
    """A URL as it is sent: escaped, without its fragment."""
    return str(safe_url_string(url.strip())).partition("#")[0]


def _resolve_url(url: str, base: str = "") -> str:
    """Escape a URL or the target of a redirect. Raises `FetchError` if it is no web address."""
    try:
        return escape_url(urljoin(base, url))
    except ValueError as problem:
        words = f"{base} redirects to {url[:300]}" if base else url[:300]
        raise FetchError("bad_address", f"{words}, which is no web address.", transient=bool(base)) from problem


def user_agent(settings: Settings) -> str:
    """The `User-Agent` of requests, with the contact of the operator."""
    contact = settings.source_contact or settings.public_url
    return f"{USER_AGENT} (+{contact})" if contact else USER_AGENT


def _robots_error(robots: Robots, url: str) -> FetchError:
    if robots.is_answered:
        return FetchError(
            "robots_forbid", fill("The site's robots.txt does not allow {url}.", url=url), transient=False
        )
    return FetchError(
        "robots_unknown",
        fill("The site's robots.txt answers {status}.", status=robots.status),
        transient=True,
        delay=900.0,
    )


def decompress_body(reply: Reply, limit: int) -> bytes:
    """Decompress a body, although no compression was requested. Raises `FetchError` when it is broken or too large."""
    coding = reply.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        return reply.body
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(
            "unknown_encoding",
            fill("The server compresses its answer as {coding}.", coding=coding[:40]),
            transient=False,
        )
    return inflate(reply.body, limit)


def inflate(body: bytes, limit: int) -> bytes:
    """Decompress zlib data, or gzip data of any number of members, to at most `limit` bytes. Raises `FetchError`."""
    try:
        found = _inflate_gzip(body, limit) if body.startswith(GZIP) else _inflate_zlib(body, limit)
    except EOFError as problem:
        raise FetchError("broken_file", "It ends in the middle of its compressed data.", transient=True) from problem
    except (zlib.error, OSError) as problem:
        raise FetchError(
            "broken_file", fill("It cannot be decompressed: {problem}.", problem=str(problem)), transient=True
        ) from problem
    if len(found) > limit:
        raise FetchError(
            "too_large", fill("It has more than {limit:,} bytes when decompressed.", limit=limit), transient=False
        )
    return found


def _inflate_zlib(body: bytes, limit: int) -> bytes:
    decompressor = zlib.decompressobj()
    found = decompressor.decompress(body, limit + 1)
    if len(found) <= limit and not decompressor.eof:
        raise EOFError
    return found


def _inflate_gzip(body: bytes, limit: int) -> bytes:
    """Decompress all members; what follows the last one is no data, as programs for gzip see it."""
    parts: list[bytes] = []
    size = 0
    with gzip.GzipFile(fileobj=BytesIO(body)) as members:
        while size <= limit:
            try:
                part = members.read1(min(_CHUNK, limit + 1 - size))
            except gzip.BadGzipFile as problem:
                if parts and str(problem).startswith("Not a gzipped file"):
                    break
                raise
            if not part:
                break
            parts.append(part)
            size += len(part)
    return b"".join(parts)
