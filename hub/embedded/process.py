"""Child processes that end with their parent, however it ends."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_LOG_BYTES = 10_000_000
_RESET_SIGNALS = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGXCPU,
    signal.SIGCHLD,  # ignored, it loses the exit codes of the child's own children
)


@dataclass(frozen=True)
class Account:
    """A user account of this machine as which a child runs."""

    uid: int
    gid: int


def spawn(
    argv: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str],
    death_signal: signal.Signals = signal.SIGKILL,
    cwd: Path | None = None,
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child whose output is appended to `log` (rotated to ``….1`` above 10 MB).

    The child has its own session, so a Ctrl-C in the terminal reaches only us, and we end children in order. When this
    process dies, the kernel sends `death_signal`. The kernel binds that to the *thread* that forked, so only the main
    thread may call this. The child ignores no signal that ends a process, even if we were started with `nohup` or in
    the background of a shell.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Children must be started by the main thread: they end when the thread does.")
    log.parent.mkdir(parents=True, exist_ok=True)
    rotate_log(log)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - argv is made by this package
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            pass_fds=tuple(pass_fds),
            preexec_fn=_prepare_child(death_signal),
            **account_options(account),
        )


def rotate_log(log: Path) -> None:
    """Move the content of a log above 10 MB to ``….1``, also while a child appends to it.

    It is copied and emptied in place, because the child keeps the file open; lines written in between are lost. On a
    full disk it is emptied without a copy: room for the database is worth more.
    """
    if not log.is_file() or log.stat().st_size <= _LOG_BYTES:
        return
    rotated = log.with_name(f"{log.name}.1")
    with suppress(OSError):
        try:
            shutil.copyfile(log, rotated)
        except OSError:
            rotated.unlink(missing_ok=True)
        os.truncate(log, 0)


class _AccountOptions(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[str | int]


def account_options(account: Account | None) -> _AccountOptions:
    """Arguments of `subprocess` to run as `account`. Empty for the current user."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def terminate(process: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn with its grace period in seconds, then SIGKILL to what is left of the process group."""
    for number, grace in signals:
        if process.poll() is not None:
            break
        process.send_signal(number)
        wait_until(lambda: process.poll() is not None, grace)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the child, if it still runs, and the rest of its process group, then reap it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS raises the latter for a group of zombies
        process.kill()
    process.wait()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition every 50 ms. Returns false if it is still not met after `seconds`."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def tail(log: Path, lines: int = 10) -> str:
    """The last non-empty lines of a log."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 20_000))
        text = file.read().decode("utf-8", "replace")
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])


def reset_signals() -> None:
    """Restore the default action of the signals that a process relies on, and block none, between fork and exec.

    A program inherits the signals that its parent ignores or blocks: SIGHUP under `nohup`, SIGINT and SIGQUIT in the
    background of a shell.
    """
    for number in _RESET_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _prepare_child(number: signal.Signals) -> Callable[[], None]:
    """Function for the child to run between fork and exec, after its change of user (which resets the death signal)."""
    parent = os.getpid()

    def prepare() -> None:
        reset_signals()
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(number))
            if os.getppid() != parent:  # the parent died before the call
                os.kill(os.getpid(), signal.SIGKILL)

    return prepare
