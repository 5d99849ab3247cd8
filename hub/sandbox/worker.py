"""The process that takes strangers' files apart: `python -m ingest.extraction.sandbox_worker SECONDS MEGABYTES`.

It reads requests from its standard input and answers on its standard output, each as one line of JSON with the sizes
of what follows. It holds no address of the database and no secret, and ends when nobody asks for a minute.
"""

import contextlib
import os
import re
import resource
import select
import sys
from pathlib import Path
from typing import BinaryIO

import orjson

from hub.errors import HubError
from ingest.extraction.errors import BrokenFile, ReadingOverrun
from ingest.extraction.extract import extract

IDLE_SECONDS = 60
MAX_FILES = 200
"""After so many files another process takes over: parsers written in C never give all memory back."""


def main(seconds: int, megabytes: int) -> None:
    """Answer requests until there are no more."""
    limit = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
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
        _limit_time(seconds)
        serve_request(line, requests, answers)
        if _is_near_memory_limit(limit):
            return


def serve_request(line: bytes, requests: BinaryIO, answers: BinaryIO) -> None:
    request = orjson.loads(line)
    body = requests.read(request.pop("size"))
    try:
        said = {"extract": extract(body, **request).to_dict()}
    except Exception as problem:  # what a parser does not understand is the file's fault, and ends no run
        said = {"problem": _hub_error(problem).members()}
    packed = orjson.dumps(said)
    with contextlib.suppress(BrokenPipeError):
        answers.write(orjson.dumps({"size": len(packed)}) + b"\n" + packed)
        answers.flush()


def _hub_error(problem: Exception) -> HubError:
    """Parsers say many things when there is no more memory; the peak tells."""
    if isinstance(problem, MemoryError) or _is_near_memory_limit(resource.getrlimit(resource.RLIMIT_AS)[0]):
        return ReadingOverrun(expected="a smaller file")
    if isinstance(problem, HubError):
        return problem
    return BrokenFile(f"The file cannot be read ({type(problem).__name__}).", expected="a whole file")


def _is_near_memory_limit(limit: int) -> bool:
    """Whether this process has come near its limit of memory at any time."""
    status = Path("/proc/self/status")
    found = re.search(r"VmPeak:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return found is not None and int(found[1]) * 1_024 > limit * 0.8


def _limit_time(seconds: int) -> None:
    """Processor time of this file alone; whoever asked looks at the clock as well."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
