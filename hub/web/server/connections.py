"""The open connections of a process: counted in all and by client address; the longest idle one gives way."""

from asyncio import Transport
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Protocol

from hub.web.server.limits import ServerLimits


class Connection(Protocol):
    """A connection as the registry sees it."""

    transport: Transport
    peer: str
    """Name under which the connection is counted."""
    is_client: bool
    """False for a trusted proxy, whose connections are limited in all only."""

    def expire(self, now: float) -> None:
        """End the connection if it has reached a limit of time."""


class ConnectionRegistry:
    """Connections by address. A connection is idle while no request is being worked on; a silent one always is."""

    def __init__(
        self,
        limits: ServerLimits,
        is_client: Callable[[str], bool] = lambda _: True,
        is_pressed: Callable[[], bool] = lambda: False,
    ):
        self.limits = limits
        self.is_pressed = is_pressed
        """True while answers wait for memory that clients hold which do not read."""
        self.is_client = is_client
        """False for the addresses of trusted proxies."""
        self.open: dict[Transport, Connection] = {}
        self.by_address: Counter[str] = Counter()
        self.refused = 0
        self._idle: OrderedDict[Transport, Connection] = OrderedDict()
        self._idle_by_address: dict[str, OrderedDict[Transport, Connection]] = {}

    def admit(self, connection: Connection) -> bool:
        """Count a new connection. At a limit the longest idle connection is closed for it; False if none is idle."""
        peer = connection.peer
        if connection.is_client and self.by_address[peer] >= self.limits.connections_per_address:
            admitted = self._evict(self._idle_by_address.get(peer))
        else:
            admitted = len(self.open) < self.limits.connections or self._evict(self._idle)
        # A refused connection counts too, until it is closed.
        self.open[connection.transport] = connection
        self.by_address[peer] += 1
        if admitted:
            self.mark_idle(connection)
        else:
            self.refused += 1
        return admitted

    def replace(self, connection: Connection) -> None:
        """Let another protocol take over an open connection, which is no longer idle."""
        self.mark_busy(self.open[connection.transport])
        self.open[connection.transport] = connection

    def mark_idle(self, connection: Connection) -> None:
        self._idle[connection.transport] = connection
        self._idle_by_address.setdefault(connection.peer, OrderedDict())[connection.transport] = connection

    def mark_busy(self, connection: Connection) -> None:
        self._idle.pop(connection.transport, None)
        if (own := self._idle_by_address.get(connection.peer)) is not None:
            own.pop(connection.transport, None)
            if not own:
                del self._idle_by_address[connection.peer]

    def forget(self, connection: Connection) -> None:
        """Stop counting a connection that is closed."""
        if self.open.pop(connection.transport, None) is None:
            return
        self.mark_busy(connection)
        self.by_address[connection.peer] -= 1
        if not self.by_address[connection.peer]:
            del self.by_address[connection.peer]

    def sweep(self, now: float) -> None:
        """End what has reached a limit of time. Call it about once a second."""
        for connection in list(self.open.values()):
            connection.expire(now)

    def _evict(self, idle: OrderedDict[Transport, Connection] | None) -> bool:
        if not idle:
            return False
        oldest = next(iter(idle.values()))
        transport = oldest.transport
        # Forgotten at once: its place is free although the loop tells of its end later.
        self.forget(oldest)
        transport.abort()
        return True
