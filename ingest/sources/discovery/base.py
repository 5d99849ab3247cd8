"""The arguments and results of discovery, shared by all types of sources."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import httpx

from hub.settings import Settings
from hub.text import one_line
from hub.urls import MAX_URL_LENGTH, canonical_url
from ingest.sources.http.fetcher import Fetcher, escape_url
from ingest.sources.name_pattern import matches
from ingest.sources.reach import SourceReach
from ingest.sources.schemas import Mapping, SourceConfig

LONGEST_NAME = 500
LONGEST_TITLE = 500
LONGEST_SUMMARY = 2_000


@dataclass(frozen=True)
class DiscoveredItem:
    """An item at a source: its identifier there, its URL, and facts from the list.

    `hints` are `title`, `posted`, `summary`, and `changed`: any value that differs after a change of the item.
    """

    external_id: str
    url: str | None
    hints: dict[str, Any]


@dataclass(frozen=True)
class ListPage:
    """A page of a list, with its validators `etag` and `last_modified`; `is_unchanged`: it did not change since."""

    url: str
    items: tuple[DiscoveredItem, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    is_unchanged: bool = False
    bad_links: int = 0
    """Links that are no web addresses and were skipped."""


Validators = tuple[str | None, str | None]
"""ETag and Last-Modified."""


@dataclass(frozen=True)
class SourceAccess:
    """Access to one source: its config and mapping, the settings, the fetcher, and the places that it may read."""

    config: SourceConfig
    mapping: Mapping
    settings: Settings
    fetcher: Fetcher
    reach: SourceReach
    validators: dict[str, Validators] = field(default_factory=dict)
    """Validators of each list page from its last download."""

    @property
    def url(self) -> str:
        """The URL of the list; `check_location` has checked it."""
        assert self.config.url is not None  # noqa: S101 - types that need one have one
        return self.config.url

    @property
    def name_filter(self) -> Callable[[str], bool]:
        """The filter of URLs or names by `include` and `exclude`."""
        include, exclude = self.config.include, self.config.exclude
        return lambda name: (
            (include is None or matches(include, name)) and (exclude is None or not matches(exclude, name))
        )


class Discoverer(Protocol):
    """Lists the items of a source, page by page. Raises `FetchError`."""

    def __call__(self, access: SourceAccess) -> AsyncIterator[ListPage]: ...


def hint(text: object, longest: int = LONGEST_TITLE) -> str | None:
    """Clean a fact of the list to one line of at most `longest` characters; None when it is empty or no text."""
    return (one_line(text)[:longest] or None) if isinstance(text, str) else None


_HOSTLESS = re.compile(r"https?:(?:/{0,2}(?:[?#]|$)|///)", re.IGNORECASE)
"""A scheme without a host, which `urljoin` takes for the page itself."""


@dataclass
class LinkReader:
    """Reader of the links of one list page: a link that no request can be sent to is skipped alone, and counted."""

    base: str
    bad: int = 0

    def read(self, link: str) -> tuple[str, str] | None:
        """Return a link as an absolute URL without its fragment, with its canonical form; None for any other link."""
        try:
            url = self._resolve(link.strip())
            if urlsplit(url).scheme not in ("http", "https"):
                return None
            # Parsers of URLs disagree, so a URL must satisfy that of the requests as well.
            name = canonical_url(url)
            httpx.Request("GET", escape_url(url))
        except (ValueError, httpx.InvalidURL):
            self.bad += 1
            return None
        return url, _storable_name(name)

    def _resolve(self, link: str) -> str:
        url = str(urljoin(self.base, link)).partition("#")[0]
        if _HOSTLESS.match(link) or len(url) > MAX_URL_LENGTH:
            raise ValueError("the URL has no host, or is too long")
        return url


def _storable_name(name: str) -> str:
    """A name that can be stored: of a longer one, its beginning and its hash."""
    if len(name) <= LONGEST_NAME:
        return name
    digest = sha256(name.encode()).hexdigest()
    return f"{name[: LONGEST_NAME - len(digest) - 1]}#{digest}"
