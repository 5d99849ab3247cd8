"""Clients that do not read: how long unsent bytes have been waiting, and how fast they are taken."""

from asyncio import Transport


class UnreadWatch:
    """Watches the write buffer of one connection. Times are of the event loop's clock."""

    __slots__ = ("_drained", "_last", "_since", "_transport")

    def __init__(self, transport: Transport):
        self._transport = transport
        self._since: float | None = None
        self._drained = 0
        self._last = 0

    def is_late(self, now: float, grace: float, least_rate: int) -> bool:
        """True once unsent bytes have waited `grace` seconds longer than a reader of `least_rate` would take."""
        size = self._transport.get_write_buffer_size()
        if size == 0:
            self._since, self._drained, self._last = None, 0, 0
            return False
        if self._since is None:
            self._since, self._last = now, size
            return False
        self._drained += max(0, self._last - size)
        self._last = size
        return now > self._since + grace + self._drained / least_rate
