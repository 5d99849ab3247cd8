"""Feed discovery: `Link` headers of lists and `<link rel="alternate">` in the heads of pages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from hub.domain.filters import FeedFilters

ALL = "all"


class FeedFormat(StrEnum):
    """Format of a feed; also the suffix of its path."""

    atom = "atom"
    rss = "rss"
    json = "json"

    @property
    def media_type(self) -> str:
        """The registered media type, without parameters."""
        return _MEDIA_TYPES[self]

    @property
    def label(self) -> str:
        """The name of the format for readers."""
        return _LABELS[self]


_MEDIA_TYPES = {
    FeedFormat.atom: "application/atom+xml",
    FeedFormat.rss: "application/rss+xml",
    FeedFormat.json: "application/feed+json",
}

_LABELS = {FeedFormat.atom: "Atom", FeedFormat.rss: "RSS", FeedFormat.json: "JSON Feed"}


def filter_query(given: Mapping[str, Any]) -> str:
    """Write filters as a query string with its question mark, sorted by name; empty without any."""
    written = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
    return f"?{urlencode(sorted(written.items()))}" if written else ""


def feed_paths(name: str, filters: Mapping[str, Any] | None = None) -> list[tuple[FeedFormat, str]]:
    """The feeds of a list in every form; of `filters` only those that a list has count."""
    given = {key: value for key, value in (filters or {}).items() if value is not None and key in _FEED_FILTERS}
    query = filter_query(given)
    return [(form, f"/feeds/{name}.{form}{query}") for form in FeedFormat]


_FEED_FILTERS = (*FeedFilters.model_fields, "lang")


def link_headers(name: str, filters: Mapping[str, Any] | None = None, *, root: str = "") -> list[str]:
    """Values of the Link header that name a list's feeds."""
    return [f'<{root}{path}>; rel="alternate"; type="{form.media_type}"' for form, path in feed_paths(name, filters)]
