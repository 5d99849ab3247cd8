"""Stores of delta sync: where an app keeps its copy of the public items, and its place in the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from policyhub.types import AnyFull


class ItemKey(NamedTuple):
    """An item is a document in one language."""

    id: str
    lang: str


@dataclass(frozen=True)
class SyncPage:
    """What changed, and the place in the log after it: to be stored in one transaction."""

    items: Mapping[ItemKey, AnyFull | None]
    """The item as it is public now; None: delete it."""
    position: str
    """To be stored with the items, and returned by `get_position` the next time."""
    begins: bool
    """True if everything stored before is void: delete it first, in the same transaction."""


class Store(Protocol):
    """A copy of the public items that an app keeps as it likes."""

    def get_position(self) -> str | None:
        """Return the position stored last; None for an empty copy."""

    def apply(self, page: SyncPage) -> None:
        """Store a page: all of it or nothing, for an app may be ended at any moment."""


class AsyncStore(Protocol):
    """A copy of the public items, with asyncio."""

    async def get_position(self) -> str | None:
        """Return the position stored last; None for an empty copy."""

    async def apply(self, page: SyncPage) -> None:
        """Store a page: all of it or nothing, for an app may be ended at any moment."""


@dataclass
class MemoryStore:
    """A copy in memory."""

    items: dict[ItemKey, AnyFull] = field(default_factory=dict)
    position: str | None = None

    def get_position(self) -> str | None:
        """Return the position stored last; None for an empty copy."""
        return self.position

    def apply(self, page: SyncPage) -> None:
        """Store a page."""
        if page.begins:
            self.items.clear()
        for key, item in page.items.items():
            if item is None:
                self.items.pop(key, None)
            else:
                self.items[key] = item
        self.position = page.position


def page_of(found: Any, *, begins: bool) -> SyncPage:
    """Return what a page of `/api/v1/changes` with `include=view` says about the items; the last change counts."""
    items: dict[ItemKey, AnyFull | None] = {}
    for change in found["items"]:
        if "id" in change:
            view = change["view"]
            items[ItemKey(change["id"], change["lang"])] = None if view is None else view["item"]
    return SyncPage(items, found["next"], begins)
