"""One whole hub, as `make run` starts it: its own processes, real HTTP."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from hub.embedded.net import choose_port
from hub.embedded.process import reset_signals


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
            [sys.executable, "-m", "hub", *map(str, arguments)],
            env=os.environ | {"HUB_DATA": str(self.data)},
            capture_output=True,
            text=True,
            timeout=300,
        )

    def child(self, word: str) -> psutil.Process:
        """The supervised process whose command line has a word."""
        return next(child for child in self._descendants() if _has_word(child, word))

    def has_child(self, word: str) -> bool:
        """Tell whether a supervised process has a word in its command line."""
        return any(_has_word(child, word) for child in self._descendants())

    def _descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def meilisearch(self) -> psutil.Process:
        return next(c for c in psutil.Process(self.process.pid).children() if "meilisearch" in c.name())

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


def start(data: Path, *arguments: str) -> Hub:
    """`hub up` on a free port; ready when it says so."""
    port = choose_port(data.parent / f"{data.name}.port")
    process = subprocess.Popen(
        [sys.executable, "-m", "hub", "up", "--data", str(data), "--port", str(port), *arguments],
        env={name: value for name, value in os.environ.items() if not name.startswith("HUB_")},
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
            return Hub(process, data, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30))
    raise AssertionError("".join(said))


def stop(hub: Hub, sent: signal.Signals = signal.SIGTERM) -> None:
    """End it as a user would, and see that nothing is left."""
    family = psutil.Process(hub.process.pid).children(recursive=True)
    hub.process.send_signal(sent)
    assert hub.process.wait(60) == 0
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    hub.client.close()
