"""The port for a virus scanner, and ClamAV's daemon behind it. Without one, files are taken in unscanned."""

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
    """What a scanner says of a file; `finding` names what it found."""

    clean: bool
    finding: str | None = None


class Scanner(Protocol):
    """Anything that can look for viruses."""

    async def scan(self, path: Path) -> ScanResult:
        """Scan a file. Raises `ScannerUnavailable` when there is no verdict: the file is then not taken in."""
        ...


class Clamd:
    """ClamAV's daemon, over its INSTREAM command: the file goes over the wire, so it may run anywhere."""

    def __init__(self, host: str, port: int, *, seconds: float = _TIMEOUT_SECONDS):
        self.host = host
        self.port = port
        self.seconds = seconds

    async def scan(self, path: Path) -> ScanResult:
        """Only the daemon's exact `stream: OK` lets a file pass."""
        try:
            async with asyncio.timeout(self.seconds):
                answer = await self._send_file(path)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as problem:  # TimeoutError is an OSError
            raise ScannerUnavailable("The virus scanner does not answer.") from problem
        if answer == "stream: OK":
            return ScanResult(clean=True)
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return ScanResult(clean=False, finding=answer.removeprefix("stream: ").removesuffix(" FOUND"))
        raise ScannerUnavailable("The virus scanner gave no verdict.")

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
    """The scanner of the settings; None when there is none."""
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
