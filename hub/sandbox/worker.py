"""The child process of the sandbox: `python -m hub.sandbox.worker SECONDS MEGABYTES`.

It reads requests from its standard input and writes answers to its standard output, each as one line of JSON with the
size of what follows. Its environment has no database address and no secret, and it ends after a minute without
requests.
"""

import contextlib
import os
import re
import resource
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from hub.errors import HubError
from hub.problem_texts.templates import dump_text, fill
from hub.sandbox.errors import BrokenFile, ReadingOverrun
from hub.sandbox.functions import import_function

IDLE_SECONDS = 60
MAX_FILES = 200
"""Files after which another process takes over: parsers written in C never give all memory back."""


def main(seconds: int, megabytes: int) -> None:
    """Answer requests until there are no more."""
    limit = megabytes * 1_000_000
    # Inherited as ignored or blocked, the signal of the time limit would end nothing.
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a parser prints is no answer.
    os.dup2(2, 1)
    for _ in range(MAX_FILES):
        if not select.select([requests], [], [], IDLE_SECONDS)[0]:
            return
        line = requests.readline()
        if not line:
            return
        request = orjson.loads(line)
        # Imports are not charged to the file, so the limits follow them.
        function = import_function(request["function"])
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        _limit_time(seconds)
        serve_request(function, request, requests, answers)
        if _is_near_memory_limit(limit):
            return


def serve_request(function: Callable[..., Any], request: dict[str, Any], requests: BinaryIO, answers: BinaryIO) -> None:
    """Read the bytes of a request, call the function on them, and write its value or the problem."""
    body = requests.read(request["size"])
    try:
        answer = {"result": function(body, **request["arguments"])}
    except Exception as problem:  # what a parser does not understand is the file's fault, and ends no run
        answer = {"problem": _dump_error(_hub_error(problem))}
    packed = orjson.dumps(answer)
    with contextlib.suppress(BrokenPipeError):
        answers.write(orjson.dumps({"size": len(packed)}) + b"\n" + packed)
        answers.flush()


def _dump_error(error: HubError) -> dict[str, Any]:
    return {"code": error.code, "detail": dump_text(error.detail), "expected": dump_text(error.expected)}


def _hub_error(problem: Exception) -> HubError:
    """Map an exception to an error of the hub.

    Parsers raise anything when memory runs out, so the peak of memory decides whether it did.
    """
    if isinstance(problem, MemoryError) or _is_near_memory_limit(resource.getrlimit(resource.RLIMIT_AS)[0]):
        return ReadingOverrun(expected="a smaller file")
    if isinstance(problem, HubError):
        return problem
    return BrokenFile(fill("The file cannot be read ({name}).", name=type(problem).__name__), expected="a whole file")


def _is_near_memory_limit(limit: int) -> bool:
    """Return True when this process has come near its limit of memory (in bytes) at any time."""
    status = Path("/proc/self/status")
    found = re.search(r"VmPeak:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return found is not None and int(found[1]) * 1_024 > limit * 0.8


def _limit_time(seconds: int) -> None:
    """Limit the processor time of this file alone; the calling process limits the time on the clock as well."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
