"""Starts the hub's API and worker as processes that can be killed and started again within a moment.

As a program it imports the hub once and forks a process for each line that it reads (`api` or `worker`); it answers
with the process id. `Forks` is the other end of that conversation.
"""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


class Forks:
    """The hub's processes of one test."""

    def __init__(self, environment: dict[str, str]) -> None:
        path = str(ROOT)
        self.parent = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            env={k: v for k, v in os.environ.items() if not k.startswith("HUB_")} | environment | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, what: str) -> psutil.Process:
        """Begin `api` or `worker`."""
        assert self.parent.stdin is not None
        assert self.parent.stdout is not None
        print(what, file=self.parent.stdin, flush=True)
        return psutil.Process(int(self.parent.stdout.readline()))

    def kill(self, process: psutil.Process) -> None:
        """End a process as a power cut would."""
        process.send_signal(signal.SIGKILL)
        process.wait(20)

    def close(self) -> None:
        """End everything that still runs."""
        assert self.parent.stdin is not None
        self.parent.stdin.close()
        assert self.parent.wait(30) == 0


def _forked(what: str) -> int:
    if pid := os.fork():
        return pid
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    settings = load_settings()
    if what == "api":
        build_server(create_app(settings), settings, log_level="warning", lifespan="on").run()
    else:
        asyncio.run(run_worker(settings))
    os._exit(0)


if __name__ == "__main__":
    from hub.app import create_app
    from hub.logs import configure_logging
    from hub.settings import load_settings
    from hub.web.server.serve import build_server
    from hub.worker import run_worker

    configure_logging(load_settings())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    started = []
    for line in sys.stdin:
        started.append(_forked(line.strip()))
        print(started[-1], flush=True)
    for pid in started:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
