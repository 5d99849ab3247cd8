"""`hub up` with a stand-in for the hub's own commands: what it says, in which order, and what it leaves."""

import json
import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.embedded.meilisearch import VERSION
from hub.embedded.up import up
from hub.settings import Settings, load_settings

Start = Callable[..., Any]
Eventually = Callable[[Callable[[], object]], None]
Living = Callable[[Path], list[str]]

STUB = Path(__file__).with_name("stub_hub.py")
CODE = f"""
import sys
from pathlib import Path
from hub.embedded.up import up
from hub.settings import Settings
from tests.support.quick_restarts import restart_quickly
restart_quickly()
sys.exit(up(Settings(data=Path("hub data"), port=PORT), demo=True, program=[sys.executable, {str(STUB)!r}]))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def code(port: int) -> str:
    return CODE.replace("PORT", str(port))


@pytest.fixture
def path(programs: Callable[..., Path]) -> str:
    """A PATH on which a stand-in for Meilisearch comes first."""
    return f"{programs(meilisearch='stub_meilisearch.py')}:{os.environ['PATH']}"


def test_a_busy_port_is_one_line_and_nothing_is_started(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert up(Settings(data=tmp_path, port=port), demo=False) == 1
    said = capsys.readouterr()
    assert said.err == (
        f"The API cannot listen on port {port} on 127.0.0.1: another program uses it. "
        "Stop it, or choose another with `--port`.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert up(Settings(data=tmp_path / "file" / "data", port=free_port()), demo=False) == 1
    assert re.fullmatch(r"The data folder .* cannot be used \(.*\); .*`--data`\.\n", capsys.readouterr().err)


@pytest.mark.parametrize("command", ["migrate", "demo", "serve"])
def test_a_command_that_fails_ends_all_with_its_last_lines(
    tmp_path: Path, script: Start, living: Living, path: str, command: str
) -> None:
    running = script(code(free_port()), PATH=path, STUB_FAILS=command)
    assert running.wait() == 1
    assert f"The reason why {command} failed." in running.said()
    assert not (tmp_path / "hub data" / "run.json").exists()
    assert not [process for process in living(tmp_path) if "-c" not in process.split()]


def test_the_whole_hub_runs_and_stops_in_order(
    tmp_path: Path, script: Start, living: Living, eventually: Eventually, path: str
) -> None:
    port, data = free_port(), tmp_path / "hub data"
    running = script(code(port), PATH=path, HUB_PORT="1", MEILI_NO_ANALYTICS="nonsense")
    eventually(lambda: "Press Ctrl-C to stop it." in running.said() or running.process.poll() is not None)
    base = f"http://127.0.0.1:{port}"
    for line in (f"API         {base}/api/v1/policies", f"Playground  {base}/graphql", f"Docs        {base}/docs"):
        assert line in running.said()
    assert f"PostgreSQL 18.6, embedded in {data / 'postgres'}" in running.said()
    assert re.search(rf"Meilisearch {VERSION} at http://127\.0\.0\.1:\d+", running.said())
    assert "\x1b" not in running.said()

    found = load_settings(data=data)
    assert (found.port, found.host) == (port, "127.0.0.1")
    assert found.require_database_url().startswith("postgresql://hub:")
    assert found.meilisearch_key is not None
    assert (data / "run.json").stat().st_mode & 0o077 == 0

    second = script(code(free_port()), PATH=path)
    assert second.wait() == 1
    assert f"A hub already runs on {data} (process {running.process.pid}, {base})." in second.said()

    running.process.send_signal(signal.SIGINT)
    assert running.wait() == 0
    assert "The hub has stopped." in running.said()
    events = [line.split()[0] for line in (data / "events").read_text().splitlines()]
    assert events[:2] == ["migrate", "demo"]
    assert sorted(events[2:4]) == ["serve", "worker"]
    assert (data / "events").read_text().splitlines()[4:] == ["serve ended", "worker ended"]
    assert not (data / "run.json").exists()
    assert not living(tmp_path)


def test_a_killed_hub_leaves_nobody_and_its_worker_is_started_again(
    tmp_path: Path, script: Start, living: Living, eventually: Eventually, path: str
) -> None:
    data = tmp_path / "hub data"
    running = script(code(free_port()), PATH=path)
    eventually(lambda: "Press Ctrl-C to stop it." in running.said())

    def workers() -> list[int]:
        return [int(line.split()[1]) for line in (data / "events").read_text().splitlines() if line[:7] == "worker "]

    eventually(workers)
    os.kill(workers()[0], signal.SIGKILL)
    eventually(lambda: len(workers()) == 2)
    assert "Worker ended (SIGKILL; log:" in running.said()
    running.process.kill()
    eventually(lambda: not living(tmp_path))
    assert json.loads((data / "run.json").read_text())["host"] == "127.0.0.1"

    again = script(code(free_port()), PATH=path)
    eventually(lambda: again.said().count("Press Ctrl-C to stop it.") == 2)
    again.process.terminate()
    assert again.wait() == 0
    assert not living(tmp_path)


def test_given_servers_are_used_and_their_passwords_not_shown(
    tmp_path: Path, script: Start, eventually: Eventually
) -> None:
    running = script(
        code(free_port()),
        HUB_DATABASE_URL="postgresql://me:secret@db.example:5432/policies",
        HUB_MEILISEARCH_URL="http://search.example:7700",
        HUB_MEILISEARCH_KEY="hidden",
    )
    eventually(lambda: "Press Ctrl-C to stop it." in running.said() or running.process.poll() is not None)
    assert "PostgreSQL at db.example:5432/policies" in running.said()
    assert "Meilisearch at search.example:7700" in running.said()
    assert "secret" not in running.said()
    assert not (tmp_path / "hub data" / "postgres").exists()
    running.process.terminate()
    assert running.wait() == 0
