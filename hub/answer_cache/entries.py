"""Kept answers in bounded memory: the least recently used one is dropped first."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from hub.answer_cache.dependence import Dependence
from hub.answer_cache.keyed_request import Key
from hub.public_state.touches import Touches
from hub.public_state.versions import PublicVersions

OVERHEAD = 1_500
"""Bytes of an entry beside its body, its headers and its key."""

Headers = list[tuple[bytes, bytes]]


class Entry:
    """A kept answer, as the whole stack of layers made it, without what is for one client."""

    __slots__ = ("body", "charged", "dependence", "etag", "headers", "made_at", "pattern", "size", "until", "versions")

    def __init__(
        self,
        headers: Headers,
        body: bytes,
        *,
        pattern: str,
        charged: int,
        dependence: Dependence,
        versions: PublicVersions,
        made_at: datetime,
        until: datetime,
    ):
        self.headers = headers
        self.body = body
        self.pattern = pattern
        """Pattern of the route, for metrics."""
        self.charged = charged
        """Requests that it was charged for beyond the first: for its cost and its bytes."""
        self.dependence = dependence
        self.versions = versions
        """Versions that were read before it was made; it is at least as new."""
        self.made_at = made_at
        self.until = until
        """Moment at which time alone may change it."""
        tag = next((value for name, value in headers if name == b"etag"), None)
        self.etag = None if tag is None else tag.removeprefix(b"W/")
        self.size = OVERHEAD + len(body) + sum(len(name) + len(value) for name, value in headers)

    def is_fresh(self, seen: PublicVersions, touches: Touches | None, moment: datetime) -> bool:
        """Return True if it is what would be answered now; unless found, it then counts as made from what was seen."""
        if not self.made_at <= moment < self.until:
            return False
        if self.versions is seen or self.versions == seen:
            return True
        between = None if touches is None else touches.after(self.versions.seq)
        if not self.dependence.holds(self.versions, seen, between, moment):
            return False
        if seen.seq > self.versions.seq and not self.dependence.is_search:
            self.versions = seen
        return True


class Entries:
    """The kept answers of a process."""

    def __init__(self, max_bytes: int, on_eviction: Callable[[], None]):
        self.max_bytes = max_bytes
        self.max_entry = max_bytes // 8
        """Largest answer that is kept, in bytes."""
        self.bytes = 0
        self._on_eviction = on_eviction
        self._entries: OrderedDict[Key, Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: Key) -> Entry | None:
        """Return the answer that is kept under a key, which may be stale."""
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: Key, entry: Entry) -> None:
        """Keep an answer in place of another one; answers that are too large are not kept."""
        self.drop(key)
        entry.size += sum(map(len, key))
        if entry.size > self.max_entry:
            return
        self._entries[key] = entry
        self.bytes += entry.size
        while self.bytes > self.max_bytes:
            _, oldest = self._entries.popitem(last=False)
            self.bytes -= oldest.size
            self._on_eviction()

    def drop(self, key: Key) -> None:
        """Drop what is kept under a key."""
        found = self._entries.pop(key, None)
        if found is not None:
            self.bytes -= found.size

    def clear(self) -> None:
        """Drop everything."""
        self._entries.clear()
        self.bytes = 0
