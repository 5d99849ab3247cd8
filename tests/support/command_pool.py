"""Runs commands of the hub as processes of their own without importing the hub for each.

As a program it imports the hub once, and forks a process for each command that it is sent: the words, the folder, the
environment and the three open files of whoever asks. `command_file` is a program that stands for `hub`: a small client
(`tests/support/forked_command.py`), which ends as the command does.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from contextlib import suppress
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import Any

ROOT = Path(__file__).parents[2]
CLIENT = Path(__file__).with_name("forked_command.py")
READY = "ready\n"


@cache
def command_file() -> Path:
    """An executable that stands for `hub`; what it needs ends with this process."""
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    address, file = folder / "commands", folder / "hub"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__)), str(address)],
        env=environment | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stdout.readline() == READY
    atexit.register(server.stdin.close)
    file.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{CLIENT}" "{address}" "$@"\n', "utf-8")
    file.chmod(0o700)
    return file


def _serve(listening: socket.socket) -> None:
    """Answer until whoever started this program has ended."""
    while True:
        ready, _, _ = select.select([listening, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listening.accept()
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listening.close()
            _attend(connection)
            os._exit(0)
        connection.close()


def _attend(connection: socket.socket) -> None:
    """Fork one command, and tell how it ended; end it when nobody waits for it any more."""
    head, files, _, _ = socket.recv_fds(connection, 8, 3)
    asked = json.loads(connection.makefile("rb").read(int(head, 16)))
    pid = os.fork()
    if not pid:
        connection.close()
        os._exit(_run(asked, files))
    ended = os.pidfd_open(pid)
    ready, _, _ = select.select([connection.fileno(), ended], [], [])
    if ended not in ready:
        os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(ConnectionError):
        connection.sendall(str(code).encode())


def _run(asked: dict[str, Any], files: list[int]) -> int:
    """Be the command; returns its exit code."""
    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    tempfile.tempdir = None
    sys.argv = ["hub", *asked["words"]]
    code: int | str | None = 0
    try:
        cli.main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if isinstance(code, str):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code or 0


if __name__ == "__main__":
    from hub.heap import freeze_heap, pause_collection

    with pause_collection():
        from hub import cli

        for name in ("content", "keys", "maintenance", "registry"):
            cli.load_commands(name)
    freeze_heap()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(sys.argv[1])
        listening.listen()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who attend
        print(READY, end="", flush=True)
        _serve(listening)
    rmtree(Path(sys.argv[1]).parent)
