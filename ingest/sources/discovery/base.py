"""The arguments and results of discovery, shared by all types of sources."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from hub.settings import Settings
from hub.text import one_line
from ingest.sources.http.fetcher import Fetcher
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


Validators = tuple[str | None, str | None]
"""ETag and Last-Modified."""


@dataclass(frozen=True)
class SourceAccess:
    """Access to one source: its config and mapping, the settings, and the fetcher."""

    config: SourceConfig
    mapping: Mapping
    settings: Settings
    fetcher: Fetcher
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
            (include is None or re.search(include, name) is not None)
            and (exclude is None or re.search(exclude, name) is None)
        )


class Discoverer(Protocol):
    """Lists the items of a source, page by page. Raises `FetchError`."""

    def __call__(self, access: SourceAccess) -> AsyncIterator[ListPage]: ...


def hint(text: object, longest: int = LONGEST_TITLE) -> str | None:
    """Clean a fact of the list to one line of at most `longest` characters; None when it is empty or no text."""
    return (one_line(text)[:longest] or None) if isinstance(text, str) else None
