"""Run a function on strangers' bytes in a child process, so that no file can crash, fill or stop the calling process.

A child process serves one file at a time and lives on for the next one, because starting it is mostly imports
(docs/decisions/081). It is killed when a file takes too long, and another one starts. Only JSON crosses the pipes,
never pickled objects.
"""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from hub.problem_texts.templates import fill, load_text
from hub.sandbox.errors import BrokenFile, ReadingOverrun, UnreadableFile
from hub.sandbox.functions import check_function_name
from hub.settings import Settings

MAX_PROCESSES = 2
"""Child processes that work at the same time; further calls wait."""


@dataclass(frozen=True)
class SandboxLimits:
    """The time in seconds and the memory in megabytes that one file may take."""

    seconds: float
    megabytes: int

    @classmethod
    def of(cls, settings: Settings) -> "SandboxLimits":
        """The limits of the settings, the same for every function: a process serves one set of limits only."""
        return cls(settings.source_read_seconds, settings.source_read_megabytes)

    @property
    def arguments(self) -> tuple[str, str]:
        """The arguments of the child process; its limit of processor time is in whole seconds."""
        return str(max(1, round(self.seconds))), str(self.megabytes)


DEFAULT_LIMITS = SandboxLimits(seconds=60, megabytes=1_500)
"""The limits of callers without settings; those of the settings have the same defaults."""


async def run_in_sandbox(
    function: str,
    body: bytes,
    arguments: dict[str, Any],
    limits: SandboxLimits,
    errors: Mapping[str, type[UnreadableFile]],
) -> Any:
    """Call `function(body, **arguments)` in a child process and return its JSON value.

    `function` is the dotted name of an importable function, below one of the prefixes that the worker allows; a name
    keeps the imports of the function out of the calling process. Raises `ReadingOverrun` when a limit is exceeded,
    `BrokenFile` when the process crashes or the function fails in a way that it did not foresee, and an error that the
    function raises by its code in `errors`.
    """
    return await asyncio.to_thread(call_in_sandbox, function, body, arguments, limits, errors)


def call_in_sandbox(
    function: str,
    body: bytes,
    arguments: dict[str, Any],
    limits: SandboxLimits,
    errors: Mapping[str, type[UnreadableFile]],
) -> Any:
    """The same as `run_in_sandbox`, for code that has no event loop; the calling thread waits."""
    check_function_name(function)
    request = {"function": function, "arguments": arguments, "size": len(body)}
    answer = _POOL.send(request, body, limits)
    if "problem" in answer:
        problem = answer["problem"]
        error = errors.get(problem["code"], BrokenFile)
        try:
            detail, expected = load_text(problem["detail"]), load_text(problem["expected"])
        except ValueError:
            raise BrokenFile from None
        raise error(detail, expected=expected)
    return answer["result"]


class _WorkerProcess:
    """A child process with its limits."""

    def __init__(self, limits: SandboxLimits) -> None:
        self.arguments = limits.arguments
        self._process = subprocess.Popen(  # noqa: S603 - a module of our own with two numbers
            [sys.executable, "-P", "-m", "hub.sandbox.worker", *self.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path), "LC_ALL": "C.UTF-8"},
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, request: dict[str, Any], body: bytes, seconds: float) -> dict[str, Any]:
        """Send a file and wait for the answer.

        Raises `BrokenFile` or `ReadingOverrun`; the process is dead then.
        """
        is_late = threading.Event()

        def stop() -> None:
            is_late.set()
            self._process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            return self._exchange(request, body)
        except (OSError, ValueError) as problem:
            self.kill()
            if is_late.is_set() or self._process.returncode == -24:  # SIGXCPU
                raise ReadingOverrun(
                    fill("Reading takes more than {seconds:g} s.", seconds=seconds), expected="a smaller file"
                ) from problem
            raise BrokenFile("Reading the file crashed.", expected="a whole file") from problem
        finally:
            timer.cancel()

    def _exchange(self, request: dict[str, Any], body: bytes) -> dict[str, Any]:
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            raise OSError("The process has no pipes.")
        requests.write(orjson.dumps(request) + b"\n")
        requests.write(body)
        requests.flush()
        size = int(orjson.loads(answers.readline())["size"])
        packed = answers.read(size)
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


class _ProcessPool:
    """At most `MAX_PROCESSES` child processes, started when they are needed."""

    def __init__(self) -> None:
        self._idle: list[_WorkerProcess] = []
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(MAX_PROCESSES)

    def send(self, request: dict[str, Any], body: bytes, limits: SandboxLimits) -> dict[str, Any]:
        """Send a file to an idle process or a new one and wait for the answer."""
        with self._slots:
            process, is_reused = self._acquire(limits)
            try:
                answer = process.send(request, body, limits.seconds)
            except BrokenFile:
                # A process that has served before may have ended by itself, or because of an earlier file: retry in a
                # new one.
                if not is_reused:
                    raise
                process = _WorkerProcess(limits)
                answer = process.send(request, body, limits.seconds)
            with self._lock:
                self._idle.append(process)
        return answer

    def _acquire(self, limits: SandboxLimits) -> tuple[_WorkerProcess, bool]:
        """Return a process, and True when it has served before."""
        with self._lock:
            for process in reversed(list(self._idle)):
                if not process.is_alive:
                    self._idle.remove(process)
                    process.kill()
                elif process.arguments == limits.arguments:
                    self._idle.remove(process)
                    return process, True
            if len(self._idle) >= MAX_PROCESSES:
                self._idle.pop(0).kill()
        return _WorkerProcess(limits), False


_POOL = _ProcessPool()
