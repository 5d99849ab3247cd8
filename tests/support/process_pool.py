"""Starts the hub's API and worker as processes that can be killed and started again within a moment.

As a program it imports the hub once and forks a process for each line that it reads: JSON with the part (`api`,
`worker` or `channels`), its settings, and its log. It answers with the process id; a line with the id of a process that
has ended is answered with its exit code. One such program serves all tests of a run, since importing the hub takes
seconds. `Forks` and `wait_for_exit` are the other end of that conversation.
"""

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]


class Forks:
    """The hub's processes of one test, with their settings by name."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self.environment = {f"HUB_{name.upper()}": str(value) for name, value in settings.items()}
        self.started: list[psutil.Process] = []

    def start(self, part: str, log: Path | None = None, **environment: str) -> psutil.Process:
        """Begin `api`, `worker` or `channels`; its output goes to `log`, or where that of the tests goes."""
        asked = {"part": part, "environment": self.environment | environment, "log": log and str(log)}
        self.started.append(psutil.Process(_ask(asked)))
        return self.started[-1]

    def kill(self, process: psutil.Process) -> None:
        """End a process as a power cut would."""
        process.send_signal(signal.SIGKILL)
        process.wait(20)

    def close(self) -> None:
        """End everything that still runs."""
        for process in self.started:
            with suppress(psutil.NoSuchProcess):
                self.kill(process)


def wait_for_exit(process: psutil.Process, seconds: float = 60) -> int:
    """Wait until a process has ended; its exit code, or the negative number of the signal that ended it."""
    process.wait(seconds)
    return _ask({"ended": process.pid})


def _ask(asked: dict[str, Any]) -> int:
    parent = _parent()
    assert parent.stdin is not None
    assert parent.stdout is not None
    print(json.dumps(asked), file=parent.stdin, flush=True)
    return int(parent.stdout.readline())


@cache
def _parent() -> subprocess.Popen[str]:
    """The program that forks; it ends, and with it all that it forked, when this process does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    parent = subprocess.Popen(
        [sys.executable, str(Path(__file__))],
        env=environment | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdin is not None
    atexit.register(parent.stdin.close)
    return parent


_running: set[int] = set()
_ended: dict[int, int] = {}
"""Exit codes by process number."""


def _collect(*_: object) -> None:
    """Take the exit codes of all that have ended: until then nobody else gets their numbers."""
    with suppress(ChildProcessError):  # none is left
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            _running.discard(found[0])
            _ended[found[0]] = os.waitstatus_to_exitcode(found[1])


def _fork(asked: dict[str, Any]) -> int:
    """Fork a process that becomes a part of the hub; return its number."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # it is not collected before it is known
    if pid := os.fork():
        _running.add(pid)
        _ended.pop(pid, None)  # of an earlier process with this number
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        return pid
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if asked["log"] is not None:
        os.dup2(os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    os.dup2(2, 1)
    os.environ.update(asked["environment"])
    tempfile.tempdir = None  # another one may be given
    heartbeats._STARTED = time.monotonic()  # as old as this process, not as its parent
    settings = load_settings()
    configure_logging(settings)
    if asked["part"] == "api":
        build_server(create_app(settings), settings, log_level="warning", lifespan="on").run()
    elif asked["part"] == "channels":
        asyncio.run(run_sender(settings))
    else:
        if url := os.environ.get("STAND_IN_URL"):
            rooms.CHANNELS = served_registrations(url)
        asyncio.run(run_worker(settings))
    os._exit(0)


if __name__ == "__main__":
    from hub.heap import freeze_heap, pause_collection

    with pause_collection():
        from hub import rooms
        from hub.app import create_app
        from hub.heartbeats import queries as heartbeats
        from hub.logs import configure_logging
        from hub.settings import load_settings
        from hub.web.server.serve import build_server
        from hub.worker import run_worker
        from tests.support.channel_sender import run_sender
        from tests.support.served_channels import served_registrations
    freeze_heap()
    signal.signal(signal.SIGCHLD, _collect)
    for line in sys.stdin:
        asked = json.loads(line)
        print(_ended[asked["ended"]] if "ended" in asked else _fork(asked), flush=True)
    # From here on no exit code is taken, so the number of each that was not collected is still its own.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pid in _running:
        os.kill(pid, signal.SIGKILL)
