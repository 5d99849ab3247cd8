"""Strangers' files are taken apart in processes of their own: none can crash, fill or stop the one that asks.

A process serves one file at a time and lives on for the next; it is killed when a file takes too long, and another one
starts. What crosses is JSON, never objects.
"""

import asyncio
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any, Self

import orjson

from hub.settings import Settings
from ingest.extraction.errors import BY_CODE, BrokenFile, ReadingOverrun, Unreadable
from ingest.extraction.extract import Extract
from ingest.extraction.models import Original

PROCESSES = 2
"""How many files are read at once."""


async def extracted(original: Original, select: dict[str, str], official: bool, settings: Settings) -> Extract:
    """What stands in an original. Raises `Unreadable`."""
    return await asyncio.to_thread(_READERS.read, original, select, official, settings)


class _Process:
    """One reading process with its limits."""

    def __init__(self, limits: tuple[int, int]) -> None:
        self.limits = limits
        self._process = subprocess.Popen(  # noqa: S603 - a module of our own with two numbers
            [sys.executable, "-P", "-m", "ingest.extraction.sandbox_worker", *map(str, limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path), "LC_ALL": "C.UTF-8"},
        )

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(limits_of(settings))

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, original: Original, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a file and wait for the answer. Raises `BrokenFile` or `ReadingOverrun`; the process is dead then."""
        late = threading.Event()

        def overrun() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds, overrun)
        timer.start()
        try:
            answer = self._talk(original.body, request)
        except (OSError, ValueError) as problem:
            self.end()
            if late.is_set() or self._process.returncode == -24:  # SIGXCPU
                raise ReadingOverrun(f"Reading takes more than {seconds:g} s.", expected="a smaller file") from problem
            raise BrokenFile("Reading the file crashed.", expected="a whole file") from problem
        finally:
            timer.cancel()
        return answer

    def _talk(self, body: bytes, request: dict[str, Any]) -> dict[str, Any]:
        sending, receiving = self._process.stdin, self._process.stdout
        if sending is None or receiving is None:
            raise OSError("The process has no pipes.")
        sending.write(orjson.dumps(request | {"size": len(body)}) + b"\n")
        sending.write(body)
        sending.flush()
        size = int(orjson.loads(receiving.readline())["size"])
        packed = receiving.read(size)
        if len(packed) != size:
            raise OSError("The answer ends early.")
        answer: dict[str, Any] = orjson.loads(packed)
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def limits_of(settings: Settings) -> tuple[int, int]:
    """Seconds and megabytes."""
    return max(1, round(settings.source_read_seconds)), settings.source_read_megabytes


class _Readers:
    """At most `PROCESSES` reading processes, started when they are needed."""

    def __init__(self) -> None:
        self._free: list[_Process] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(PROCESSES)

    def read(self, original: Original, select: dict[str, str], official: bool, settings: Settings) -> Extract:
        request = {
            "name": original.name,
            "media_type": original.media_type,
            "url": original.url,
            "select": select,
            "official": official,
        }
        with self._places:
            process, used = self._take(settings)
            try:
                answer = process.ask(original, request, settings.source_read_seconds)
            except BrokenFile:
                # One that served before may have ended by itself, or of what it read before: a new one decides.
                if not used:
                    raise
                process = _Process.of(settings)
                answer = process.ask(original, request, settings.source_read_seconds)
            with self._lock:
                self._free.append(process)
        if "problem" in answer:
            raise _problem(answer["problem"])
        return Extract.of(answer["extract"])

    def _take(self, settings: Settings) -> tuple[_Process, bool]:
        """A process, and whether it has served before."""
        with self._lock:
            while self._free:
                process = self._free.pop()
                if process.alive and process.limits == limits_of(settings):
                    return process, True
                process.end()
        return _Process.of(settings), False


def _problem(said: dict[str, Any]) -> Unreadable:
    problem = BY_CODE.get(said["code"], BrokenFile)
    return problem(said.get("detail"), expected=said.get("expected"))


_READERS = _Readers()
