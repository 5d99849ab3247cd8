"""Stands in for `python -m hub`: notes what it was asked for, and serves a health page."""

import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

DATA = Path(os.environ["HUB_DATA"])


def note(event: str) -> None:
    """Add a line to the test's list of events."""
    with (DATA / "events").open("a") as file:
        file.write(f"{event}\n")


class Live(BaseHTTPRequestHandler):
    """Alive."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health/live" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


if __name__ == "__main__":
    os.chdir(DATA)
    command = sys.argv[1]
    if command == os.environ.get("STUB_FAILS"):
        sys.exit(f"The reason why {command} failed.")
    note(f"{command} {os.getpid()}")
    run = json.loads((DATA / "run.json").read_text())
    assert all(os.environ[f"HUB_{key.upper()}"] == str(value) for key, value in run.items()), run
    if command in {"worker", "serve"}:
        ended = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
        if command == "serve":
            server = HTTPServer((os.environ["HUB_HOST"], int(os.environ["HUB_PORT"])), Live)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        ended.wait()
        note(f"{command} ended")
