"""Answers kept with their ETags: one that did not change is not sent again."""

from collections import OrderedDict
from threading import Lock
from typing import Any, NamedTuple


class Kept(NamedTuple):
    """An answer with its ETag."""

    etag: str
    body: Any


class EtagCache:
    """The last answers by URL, in memory; subclass it to keep them elsewhere. Never change a body that it returned."""

    def __init__(self, size: int = 256):
        self.size = size
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, url: str) -> Kept | None:
        """Return the kept answer of a URL."""
        with self._lock:
            if url in self._kept:
                self._kept.move_to_end(url)
            return self._kept.get(url)

    def put(self, url: str, kept: Kept) -> None:
        """Keep an answer; the one that was used longest ago makes room."""
        with self._lock:
            self._kept[url] = kept
            self._kept.move_to_end(url)
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)
