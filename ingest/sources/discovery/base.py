"""What the finders share: what they are given, and what they give."""

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
    """One thing at the source: its name there, where it is, and what the list says of it.

    `hints` hold `title`, `posted`, `summary`, and `changed`: whatever differs when the thing changed.
    """

    external_id: str
    url: str | None
    hints: dict[str, Any]


@dataclass(frozen=True)
class ListPage:
    """One page of a list. `etag` and `last_modified` are for asking again; `same`: it did not change since."""

    url: str
    items: tuple[DiscoveredItem, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    is_unchanged: bool = False


Validators = tuple[str | None, str | None]
"""ETag and Last-Modified."""


@dataclass(frozen=True)
class SourceAccess:
    """Where to look, and by what means."""

    config: SourceConfig
    mapping: Mapping
    settings: Settings
    fetcher: Fetcher
    validators: dict[str, Validators] = field(default_factory=dict)
    """What each page of a list was answered with when it was read last."""

    @property
    def url(self) -> str:
        """The address of the list, which `check_place` has seen to."""
        assert self.config.url is not None  # noqa: S101 - types that need one have one
        return self.config.url

    @property
    def name_filter(self) -> Callable[[str], bool]:
        """Whether the config wants an address or name."""
        include, exclude = self.config.include, self.config.exclude
        return lambda name: (
            (include is None or re.search(include, name) is not None)
            and (exclude is None or re.search(exclude, name) is None)
        )


class Discoverer(Protocol):
    """Gives what stands at a source, page by page. Raises `NotFetched`."""

    def __call__(self, access: SourceAccess) -> AsyncIterator[ListPage]: ...


def hint(text: object, longest: int = LONGEST_TITLE) -> str | None:
    """A word of the list in one line, if there is any."""
    return (one_line(text)[:longest] or None) if isinstance(text, str) else None
