"""The head of an answer, held until its body comes: both are sent at once, by one call of the system instead of two."""

from asyncio import Transport

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class HeldHead:
    """Writer of the answer to one request.

    A stream has no length, and its first bytes may be long in coming: its head is not held.
    """

    __slots__ = ("_cycle", "_head", "_is_held", "_transport")

    def __init__(self, cycle: RequestResponseCycle, transport: Transport):
        self._cycle = cycle
        self._transport = transport
        self._head = b""
        self._is_held = False

    def write(self, data: bytes) -> None:
        """Write bytes of the answer, or hold them if they are the head of an answer with a length."""
        if self._is_held:
            self._is_held = False
            self._transport.writelines((self._head, data) if data else (self._head,))
        elif not self._head and self._cycle.response_started and self._cycle.chunked_encoding is False:
            self._head, self._is_held = data, True
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Write the head if it is still held: nothing follows it."""
        if self._is_held:
            self._is_held = False
            self._transport.write(self._head)

    def close(self) -> None:
        """Close the connection after what was written."""
        self.flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Return True if the connection is closed or about to be."""
        return self._transport.is_closing()
