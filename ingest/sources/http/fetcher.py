"""Fetching from the web as a guest should: asked of robots.txt, at the site's pace, only what changed, never inside.

Redirects are followed here, one by one: each hop is judged like the first address (public only, robots, pace).
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from w3lib.url import safe_url_string

from hub.db import Database
from hub.errors import InvalidInput
from hub.outgoing.client import AGENT, Outgoing, Reply, Unreached, checked_url
from hub.settings import Settings
from hub.times import now
from ingest.sources.http.host_policy import keep_robots, known_robots, rest, site_of, take_turn
from ingest.sources.http.robots import LONGEST as LONGEST_ROBOTS
from ingest.sources.http.robots import Robots, read

REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_LATER = (408, 425, 429, 500, 502, 503, 504)
"""Statuses of a server that may answer another time."""
DEFAULT_REST = 60.0
"""Seconds for which a site is left alone that says it is busy and not for how long."""


class NotFetched(Exception):
    """No bytes: the stable `code`, whether trying again may help (`passing`), and how soon at the earliest."""

    def __init__(self, code: str, detail: str, *, passing: bool, after: float = 0.0):
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.passing = passing
        self.after = after


@dataclass(frozen=True)
class Fetched:
    """A page or file as it came; `body` is None when the server says that it did not change."""

    url: str
    """Where it was at last, behind redirects."""
    body: bytes | None
    media_type: str | None
    content_type: str
    etag: str | None
    last_modified: str | None
    at: datetime


class Fetcher:
    """Fetches for all sources of a process."""

    def __init__(self, database: Database, outgoing: Outgoing, settings: Settings):
        self.database = database
        self.outgoing = outgoing
        self.settings = settings
        self.agent = agent(settings)

    async def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """What stands at an address now. Raises `NotFetched`."""
        headers = {"if-none-match": etag, "if-modified-since": last_modified}
        asked = {name: value for name, value in headers.items() if value}
        url = written(url)
        for _ in range(REDIRECTS + 1):
            robots = await self._robots(url)
            if not robots.allows(url):
                raise _forbidden(robots, url)
            reply = await self._get(url, asked, self.settings.source_max_bytes, pause=robots.pause)
            if reply.status in _MOVED and "location" in reply.headers:
                url = written(urljoin(url, reply.headers["location"]))
                continue
            return await self._answered(url, reply)
        raise NotFetched("too_many_redirects", f"{url} is behind more than {REDIRECTS} redirects.", passing=False)

    async def _answered(self, url: str, reply: Reply) -> Fetched:
        if reply.status in _LATER:
            after = retry_after(reply.headers, now())
            if reply.status in (429, 503):
                after = DEFAULT_REST if after is None else after
                await rest(self.database, site_of(url), after)
            raise NotFetched(f"http_{reply.status}", f"{url} answers {reply.status}.", passing=True, after=after or 0.0)
        if reply.status not in (200, 304):
            raise NotFetched(f"http_{reply.status}", f"{url} answers {reply.status}.", passing=False)
        content_type = reply.headers.get("content-type", "")
        return Fetched(
            url=url,
            body=None if reply.status == 304 else unpacked(reply, self.settings.source_max_bytes),
            media_type=content_type.partition(";")[0].strip().lower() or None,
            content_type=content_type,
            etag=reply.headers.get("etag"),
            last_modified=reply.headers.get("last-modified"),
            at=now(),
        )

    async def _robots(self, url: str) -> Robots:
        site = site_of(url)
        robots = await known_robots(self.database, site)
        if robots is None:
            robots = await self._asked_robots(site)
            await keep_robots(self.database, site, robots)
        return robots

    async def _asked_robots(self, site: str) -> Robots:
        url = f"{site}/robots.txt"
        for _ in range(REDIRECTS + 1):
            reply = await self._get(url, {}, LONGEST_ROBOTS * 4, pause=0.0)
            if reply.status in _MOVED and "location" in reply.headers:
                url = written(urljoin(url, reply.headers["location"]))
                continue
            return Robots(reply.status, read(reply.body) if reply.status == 200 else "", now())
        return Robots(404, "", now())

    async def _get(self, url: str, headers: Mapping[str, str], limit: int, *, pause: float) -> Reply:
        """One request of this very address, at the site's pace."""
        try:
            checked_url(url, self.settings, field="url", https=False)
        except InvalidInput as problem:
            raise NotFetched("refused_address", f"{url[:300]}: {problem.detail}", passing=False) from problem
        wait = await take_turn(self.database, site_of(url), max(pause, self.settings.source_host_pause))
        if wait:
            raise NotFetched(
                "host_rests", f"{urlsplit(url).hostname} wants to be left alone.", passing=True, after=wait
            )
        try:
            return await self.outgoing.get(
                url, headers={"user-agent": self.agent, **headers}, seconds=self.settings.source_timeout, limit=limit
            )
        except Unreached as problem:
            passing = problem.reason not in ("refused_address", "too_large")
            raise NotFetched(problem.reason, f"{url}: {problem}", passing=passing) from problem


def written(url: str) -> str:
    """An address as it goes over the wire: escaped, without its fragment."""
    return str(safe_url_string(url.strip())).partition("#")[0]


def agent(settings: Settings) -> str:
    """Who the hub says it is, and where its people can be reached."""
    contact = settings.source_contact or settings.public_url
    return f"{AGENT} (+{contact})" if contact else AGENT


def _forbidden(robots: Robots, url: str) -> NotFetched:
    if robots.answered:
        return NotFetched("robots_forbid", f"The site's robots.txt does not allow {url}.", passing=False)
    return NotFetched("robots_unknown", f"The site's robots.txt answers {robots.status}.", passing=True, after=900.0)


def unpacked(reply: Reply, limit: int) -> bytes:
    """The body without the compression that was not asked for. Raises `NotFetched` when it is broken or too large."""
    coding = reply.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        return reply.body
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise NotFetched("unknown_encoding", f"The server packs its answer as {coding[:40]}.", passing=False)
    return inflated(reply.body, limit)


def inflated(body: bytes, limit: int) -> bytes:
    """Gzip or zlib data unpacked, at most `limit` bytes. Raises `NotFetched`."""
    machine = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        found = machine.decompress(body, limit + 1)
    except zlib.error as problem:
        raise NotFetched("broken_file", f"It cannot be unpacked: {problem}.", passing=True) from problem
    if len(found) > limit:
        raise NotFetched("too_large", f"It has more than {limit:,} bytes when unpacked.", passing=False)
    if not machine.eof:
        raise NotFetched("broken_file", "It ends before its packed data does.", passing=True)
    return found


def retry_after(headers: Mapping[str, str], moment: datetime) -> float | None:
    """The seconds that a `Retry-After` asks for, in either of its forms."""
    said = headers.get("retry-after", "").strip()
    if said.isdecimal() and len(said) < 9:
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - moment).total_seconds())
