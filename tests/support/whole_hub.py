"""One whole hub, as `make run` starts it: its own processes, real HTTP."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import psutil

from hub.embedded.net import choose_port
from hub.embedded.process import reset_signals
from hub.settings import RUN_FILE
from tests.support import quick_restarts
from tests.support.command_pool import command_file


def _has_word(process: psutil.Process, word: str) -> bool:
    try:
        return word in process.cmdline()
    except psutil.Error:  # it has ended since it was listed
        return False


@dataclass
class Hub:
    """A running `hub up` and its data folder."""

    process: subprocess.Popen[str]
    data: Path
    client: httpx.Client
    settings: dict[str, str] = field(default_factory=dict)
    """Environment variables of its processes, and of the commands that tests run."""

    def get(self, path: str, **params: Any) -> Any:
        answer = self.client.get(path, params=params or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def graphql(self, query: str, **variables: Any) -> Any:
        answer = self.client.post("/graphql", json={"query": query, "variables": variables})
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    def command(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(command_file()), *map(str, arguments)],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def environment(self) -> dict[str, str]:
        """The environment of a command that works with this hub."""
        return os.environ | self.settings | {"HUB_DATA": str(self.data)}

    def child(self, word: str) -> psutil.Process:
        """The supervised process whose command line has a word."""
        return next(child for child in self._descendants() if _has_word(child, word))

    def has_child(self, word: str) -> bool:
        """Tell whether a supervised process has a word in its command line."""
        return any(_has_word(child, word) for child in self._descendants())

    def _descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def meilisearch(self) -> psutil.Process:
        return self.server("meilisearch")

    def server(self, name: str) -> psutil.Process:
        """The supervised process whose program has this name."""
        return next(c for c in psutil.Process(self.process.pid).children() if name in c.name())

    def setting(self, name: str) -> Any:
        """A setting that the running hub hands to its commands, such as `database_url`."""
        return json.loads((self.data / RUN_FILE).read_text("utf-8"))[name]

    def wait(self, check: Callable[[], Any], seconds: float = 90) -> Any:
        """The first true answer of `check`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := check():
                return found
            time.sleep(0.1)
        raise AssertionError(f"not in {seconds} s; the hub's health: {self.get('/health/ready')}")

    def caught_up(self) -> bool:
        ready = self.get("/health/ready")
        behind = ready["followers"]
        return ready["status"] == "ready" and behind.get("search") == 0 and not any(behind.values())


def start(
    data: Path, *arguments: str, settings: Mapping[str, object] | None = None, restarts_quickly: bool = False
) -> Hub:
    """`hub up` on a free port; ready when it says so. `settings` go to all of its processes."""
    port = choose_port(data.parent / f"{data.name}.port")
    program = ["-m", quick_restarts.__name__ if restarts_quickly else "hub"]
    given = {f"HUB_{name.upper()}": str(value) for name, value in (settings or {}).items()}
    process = subprocess.Popen(
        [sys.executable, *program, "up", "--data", str(data), "--port", str(port), *arguments],
        env={name: value for name, value in os.environ.items() if not name.startswith("HUB_")} | given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=reset_signals,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            Thread(target=process.stdout.read, daemon=True).start()  # or its next lines fill the pipe
            return Hub(process, data, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30), given)
    raise AssertionError("".join(said))


def stop(hub: Hub, sent: signal.Signals = signal.SIGTERM) -> None:
    """End it as a user would, and see that nothing is left."""
    family = psutil.Process(hub.process.pid).children(recursive=True)
    hub.process.send_signal(sent)
    assert hub.process.wait(60) == 0
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    hub.client.close()
