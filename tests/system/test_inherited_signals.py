"""Tests and processes of the hub do not depend on the signals that they were started to ignore or block."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.embedded.process import spawn

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
HARD = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGCHLD, signal.SIGXCPU)

CHILD = """
import signal, subprocess, sys
from tests.support.signals import keep_ignored_signals_from_children
keep_ignored_signals_from_children()
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    child = subprocess.Popen(["sleep", "600"])
    child.send_signal(number)
    print(child.wait(30))
signal.raise_signal(signal.SIGHUP)
print("alive")
"""


def hardened() -> None:
    """Ignore and block signals, as a shell in the background, `nohup` or a supervisor may do."""
    for number in HARD:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, HARD)


def run_hardened(*command: str, prepare: Callable[[], None] = hardened) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("HUB_TEST_IGNORED_SIGNALS", None)
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 3,
        preexec_fn=prepare,
        check=False,
    )


def test_children_of_a_test_run_under_nohup_have_the_default_signals_and_the_run_still_ignores_them() -> None:
    ran = run_hardened("-c", CHILD)
    assert ran.stdout.split() == ["-1", "-2", "-15", "alive"], ran.stderr


@pytest.mark.full
def test_the_suite_passes_when_started_with_ignored_and_blocked_signals() -> None:
    tests = (
        "tests/system/embedded/test_supervisor.py::test_a_signal_ends_all_in_order_and_leaves_nobody",
        "tests/system/test_inherited_signals.py::test_a_child_of_the_hub_resets_what_it_relies_on",
    )
    ran = run_hardened("-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *tests)
    assert ran.returncode == 0, ran.stdout[-2_000:]


def test_a_child_of_the_hub_resets_what_it_relies_on(tmp_path: Path) -> None:
    code = (
        "import signal\n"
        f"print([signal.getsignal(number).name for number in {[int(n) for n in HARD if n != signal.SIGINT]}])\n"
        "print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))\n"
    )
    log = tmp_path / "child.log"
    child = spawn([sys.executable, "-c", code], log=log, env={})
    assert child.wait(PATIENCE) == 0
    names, blocked = log.read_text().splitlines()
    assert set(names.strip("[]").replace("'", "").split(", ")) == {"SIG_DFL"}
    assert blocked == "[]"
