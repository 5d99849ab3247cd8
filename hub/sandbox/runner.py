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
from ingest.extraction.errors import BY_CODE, BrokenFile, ReadingOverrun, UnreadableFile
from ingest.extraction.extract import Extract
from ingest.extraction.models import Original

MAX_PROCESSES = 2
"""How many files are read at once."""


async def extract_in_sandbox(original: Original, select: dict[str, str], official: bool, settings: Settings) -> Extract:
    """What stands in an original. Raises `Unreadable`."""
    return await asyncio.to_thread(_POOL.extract, original, select, official, settings)


class _WorkerProcess:
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
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def request(self, original: Original, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a file and wait for the answer. Raises `BrokenFile` or `ReadingOverrun`; the process is dead then."""
        late = threading.Event()

        def overrun() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds, overrun)
        timer.start()
        try:
            answer = self._exchange(original.body, request)
        except (OSError, ValueError) as problem:
            self.kill()
            if late.is_set() or self._process.returncode == -24:  # SIGXCPU
                raise ReadingOverrun(f"Reading takes more than {seconds:g} s.", expected="a smaller file") from problem
            raise BrokenFile("Reading the file crashed.", expected="a whole file") from problem
        finally:
            timer.cancel()
        return answer

    def _exchange(self, body: bytes, request: dict[str, Any]) -> dict[str, Any]:
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

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def limits_of(settings: Settings) -> tuple[int, int]:
    """Seconds and megabytes."""
    return max(1, round(settings.source_read_seconds)), settings.source_read_megabytes


class _ProcessPool:
    """At most `PROCESSES` reading processes, started when they are needed."""

    def __init__(self) -> None:
        self._idle: list[_WorkerProcess] = []
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(MAX_PROCESSES)

    def extract(self, original: Original, select: dict[str, str], official: bool, settings: Settings) -> Extract:
        request = {
            "name": original.name,
            "media_type": original.media_type,
            "url": original.url,
            "select": select,
            "official": official,
        }
        with self._slots:
            process, used = self._acquire(settings)
            try:
                answer = process.request(original, request, settings.source_read_seconds)
            except BrokenFile:
                # One that served before may have ended by itself, or of what it read before: a new one decides.
                if not used:
                    raise
                process = _WorkerProcess.of(settings)
                answer = process.request(original, request, settings.source_read_seconds)
            with self._lock:
                self._idle.append(process)
        if "problem" in answer:
            raise _problem(answer["problem"])
        return Extract.from_dict(answer["extract"])

    def _acquire(self, settings: Settings) -> tuple[_WorkerProcess, bool]:
        """A process, and whether it has served before."""
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.is_alive and process.limits == limits_of(settings):
                    return process, True
                process.kill()
        return _WorkerProcess.of(settings), False


def _problem(said: dict[str, Any]) -> UnreadableFile:
    problem = BY_CODE.get(said["code"], BrokenFile)
    return problem(said.get("detail"), expected=said.get("expected"))


_POOL = _ProcessPool()
