"""Read a list of items in the sandbox: feeds, sitemaps and list pages are strangers' bytes."""

from dataclasses import dataclass
from typing import Any

from hub.sandbox.errors import UnreadableFile
from hub.sandbox.runner import SandboxLimits, run_in_sandbox
from hub.settings import Settings
from ingest.sources.discovery.base import DiscoveredItem
from ingest.sources.http.fetcher import FetchError

_FUNCTIONS = "ingest.sources.discovery.list_functions"
"""A name and no import: the parsers of lists are loaded in the sandbox only."""


@dataclass(frozen=True)
class ListReading:
    """The items of a list, the number of links that are no web addresses, and the URLs of further lists."""

    items: tuple[DiscoveredItem, ...]
    bad_links: int
    following: tuple[str, ...]


async def read_list(settings: Settings, function: str, body: bytes, url: str, **arguments: Any) -> ListReading:
    """Read a list by a function of `list_functions`. Raises `FetchError`, also when it takes too long or too much."""
    try:
        found = await run_in_sandbox(
            f"{_FUNCTIONS}.{function}", body, {"url": url, **arguments}, SandboxLimits.of(settings), {}
        )
    except UnreadableFile as problem:
        raise FetchError(problem.code, f"{url} cannot be read: {problem.detail}", transient=True) from problem
    if failure := found.get("failure"):
        raise FetchError(**failure)
    items = tuple(DiscoveredItem(**item) for item in found["items"])
    return ListReading(items, found["bad_links"], tuple(found["next"]))
