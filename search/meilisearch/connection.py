"""One HTTP connection of one thread to the engine, kept open, for the requests that readers wait for.

`urllib3` does the same with pools, retries and header classes, and takes half a millisecond longer for each request,
which is as long as the engine takes to count.
"""

import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH


class PersistentConnection:
    """Requests to one server, one after the other. Raises `OSError` or `HTTPException`, and reconnects after it."""

    def __init__(self, url: str, key: str | None):
        parts = urlsplit(url)
        self._prefix = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._connection: HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
            self._connection = HTTPSConnection(parts.netloc, context=context)
        else:
            self._connection = HTTPConnection(parts.netloc)

    def request(self, method: str, path: str, body: bytes | None, until: float) -> tuple[int, bytes]:
        """Send a request and return the answer's status and body. `until` is a deadline of the monotonic clock."""
        was_open = self._connection.sock is not None
        try:
            return self._send(method, path, body, until)
        except (ConnectionError, HTTPException):
            # The server closes a connection that was not used for a while. All requests here may be retried.
            if not was_open:
                raise
            return self._send(method, path, body, until)

    def _send(self, method: str, path: str, body: bytes | None, until: float) -> tuple[int, bytes]:
        left = max(0.001, until - time.monotonic())
        self._connection.timeout = left
        if self._connection.sock is not None:
            self._connection.sock.settimeout(left)
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        try:
            self._connection.request(method, f"{self._prefix}/{path}", body=body, headers=headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._connection.close()
