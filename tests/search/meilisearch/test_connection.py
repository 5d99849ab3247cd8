"""The persistent connection: it reconnects after the server closed it, and does not repeat a refused request."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from search.meilisearch.connection import PersistentConnection


class _Closing(BaseHTTPRequestHandler):
    """Keeps connections open, and closes each one after its response without announcing it."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str | None]]
    slow = 0.0

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["Authorization"]))
        time.sleep(self.slow)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        self.close_connection = True

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[tuple[type[_Closing], str]]:
    handler = type("Handler", (_Closing,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_connection_that_the_server_closed_is_opened_again(server: tuple[type[_Closing], str]) -> None:
    handler, url = server
    kept = PersistentConnection(f"{url}/behind/", "secret")
    for _ in range(3):
        assert kept.request("GET", "health", None, time.monotonic() + 5) == (200, b"{}")
    assert handler.seen == [("/behind/health", "Bearer secret")] * 3
    kept.close()


def test_a_slow_answer_is_given_up_in_time_and_the_next_one_is_not_its_rest(server: tuple[type[_Closing], str]) -> None:
    handler, url = server
    kept = PersistentConnection(url, None)
    handler.slow = 0.5
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        kept.request("GET", "first", None, began + 0.1)
    handler.slow = 0.0
    assert kept.request("GET", "second", None, time.monotonic() + 5) == (200, b"{}")
    assert [path for path, _ in handler.seen] == ["/first", "/second"]
    kept.close()


def test_a_server_that_is_not_there_is_an_error_at_once() -> None:
    with pytest.raises(ConnectionRefusedError):
        PersistentConnection("http://127.0.0.1:1", None).request("GET", "health", None, time.monotonic() + 5)
