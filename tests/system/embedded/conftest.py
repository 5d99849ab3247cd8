"""Helpers of the tests of embedded servers: scripts in processes of their own, and a look at what they leave behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from hub.embedded.process import reset_signals

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PATIENCE = 40  # seconds; every wait ends as soon as its condition holds


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait for a condition, whatever time this machine needs for it."""

    def wait(true: Callable[[], object]) -> None:
        limit = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < limit, "This never came true."
            time.sleep(0.05)

    return wait


@pytest.fixture
def living() -> Callable[[Path], list[str]]:
    """The processes that stand in a folder or below it."""
    if not sys.platform.startswith("linux"):
        pytest.skip("looks into /proc")

    def look(folder: Path) -> list[str]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink().is_relative_to(folder):
                    found.append((process / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found

    return look


def _ignore_only(ignored: Sequence[signal.Signals]) -> None:
    reset_signals()
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


class Script:
    """Python code in a process of its own, standing in `folder`, with its output in a file.

    It ignores no signal but those given, however the tests themselves were started.
    """

    def __init__(self, code: str, folder: Path, *, ignored: Sequence[signal.Signals] = (), **env: str) -> None:
        self.output = folder / "output.txt"
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code],
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
                preexec_fn=partial(_ignore_only, ignored),
            )

    def said(self) -> str:
        return self.output.read_text("utf-8")

    def wait(self) -> int:
        return self.process.wait(PATIENCE)


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Callable[..., Script]]:
    """Start Python code in `tmp_path`; it is killed at the end of the test."""
    started: list[Script] = []

    def start(code: str, *, ignored: Sequence[signal.Signals] = (), **env: str) -> Script:
        started.append(Script(code, tmp_path, ignored=ignored, **env))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()


@pytest.fixture
def programs(tmp_path: Path) -> Callable[..., Path]:
    """Put commands on a PATH of their own: name -> Python file of this folder that runs under it."""

    def put(**files: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        for name, file in files.items():
            command = folder / name
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / file}" "$@"\n')
            command.chmod(0o755)
        return folder

    return put
