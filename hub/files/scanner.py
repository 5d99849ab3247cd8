"""Port for a virus scanner, and its adapter for ClamAV's daemon. Without a scanner, files are stored unscanned."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import anyio

from hub.errors import ScannerUnavailable, SetupProblem
from hub.settings import Settings

_CHUNK = 256 * 1024
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class ScanResult:
    """Result of a scan; `finding` is the name of the malware that was found."""

    clean: bool
    finding: str | None = None


class Scanner(Protocol):
    """Port for a virus scanner."""

    async def scan(self, path: Path) -> ScanResult:
        """Scan a file. Raises `ScannerUnavailable` if there is no result: the file is then rejected."""
        ...


class Clamd:
    """Adapter for ClamAV's daemon and its INSTREAM command: files are sent over the network, so it may run anywhere."""

    def __init__(self, host: str, port: int, *, seconds: float = _TIMEOUT_SECONDS):
        self.host = host
        self.port = port
        self.seconds = seconds

    async def scan(self, path: Path) -> ScanResult:
        """Scan a file; only the exact answer `stream: OK` counts as clean."""
        try:
            async with asyncio.timeout(self.seconds):
                answer = await self._send_file(path)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as problem:  # TimeoutError is an OSError
            raise ScannerUnavailable("The virus scanner does not respond.") from problem
        if answer == "stream: OK":
            return ScanResult(clean=True)
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return ScanResult(clean=False, finding=answer.removeprefix("stream: ").removesuffix(" FOUND"))
        raise ScannerUnavailable("The virus scanner returned no result.")

    async def _send_file(self, path: Path) -> str:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(b"zINSTREAM\0")
            async with await anyio.open_file(path, "rb") as file:
                while chunk := await file.read(_CHUNK):
                    writer.write(len(chunk).to_bytes(4) + chunk)
                    await writer.drain()
            writer.write((0).to_bytes(4))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode()
        finally:
            writer.close()


def build_scanner(settings: Settings) -> Scanner | None:
    """Create the scanner of the settings; None if none is configured. Raises `SetupProblem` for an invalid URL."""
    if settings.clamd_url is None:
        return None
    parts = urlsplit(settings.clamd_url)
    try:
        port = parts.port or 3310
    except ValueError:
        port = 0
    if parts.scheme != "tcp" or not parts.hostname or not port:
        raise SetupProblem(f"HUB_CLAMD_URL is {settings.clamd_url}; it must be tcp://host:port.")
    return Clamd(parts.hostname, port)
