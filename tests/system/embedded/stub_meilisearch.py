"""Stands in for Meilisearch: its version, its health, its refusal of another version's index."""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

VERSION = os.environ.get("STUB_VERSION", "1.21.0")


class Health(BaseHTTPRequestHandler):
    """Healthy."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


if __name__ == "__main__":
    if sys.argv[1:] == ["--version"]:
        print(f"meilisearch {VERSION}")
        sys.exit()
    options = dict(argument.split("=", 1) for argument in sys.argv[1:] if "=" in argument)
    assert len(os.environ["MEILI_MASTER_KEY"]) >= 16
    index = Path(options["--db-path"])
    index.mkdir(exist_ok=True)
    note = index / "VERSION"
    if note.exists() and note.read_text() != VERSION:
        sys.exit(f"Your database version ({note.read_text()}) is incompatible with your engine version ({VERSION}).")
    note.write_text(VERSION)
    host, port = options["--http-addr"].split(":")
    HTTPServer((host, int(port)), Health).serve_forever()
