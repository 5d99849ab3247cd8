"""Ports and addresses of this machine."""

import errno
import http.client
import json
import socket
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"


def is_free(host: str, port: int) -> bool:
    """Check if a server can listen on a port. Raises `OSError` if `host` is not an address of this machine."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do: recently closed connections do not count
        try:
            probe.bind(address)
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def choose_port(file: Path) -> int:
    """Choose a free port on loopback: the one stored in `file` if it is free, else a new one, which is stored there."""
    with suppress(OSError, ValueError):
        noted = int(file.read_text("ascii"))
        if 0 < noted < 65536 and is_free(LOOPBACK, noted):
            return noted
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    file.write_text(str(port), "ascii")
    return port


def client_host(host: str) -> str:
    """The host name for the URL of a server on this machine that listens on `host`."""
    name = {"0.0.0.0": LOOPBACK, "": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"[{name}]" if ":" in name else name


def is_responding(host: str, port: int, path: str) -> bool:
    """Check if ``GET path`` returns 200 within two seconds, without a proxy."""
    with closing(http.client.HTTPConnection(client_host(host).strip("[]"), port, timeout=2)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def fetch_json(host: str, port: int, path: str) -> Any:
    """Return the JSON that ``GET path`` answers within two seconds, without a proxy; None if it does not."""
    with closing(http.client.HTTPConnection(client_host(host).strip("[]"), port, timeout=2)) as connection:
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
