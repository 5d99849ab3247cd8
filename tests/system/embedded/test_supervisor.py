"""The supervisor: what falls is started again, what should end ends, and nobody is left."""

import os
import signal
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hub.embedded import process
from hub.embedded.process import spawn
from hub.embedded.supervisor import MAX_PAUSE, Service, Supervisor
from hub.errors import SetupProblem
from tests.support.small_disk import fill, small_disk

Eventually = Callable[[Callable[[], object]], None]
Living = Callable[[Path], list[str]]

FOUR = """
import sys
from pathlib import Path
from hub.embedded.process import spawn
from hub.embedded.supervisor import Service, Supervisor

CHILD = '''
import pathlib, signal, sys, time
name, stubborn = sys.argv[1:]
def end(*_):
    with open("events", "a") as file: print(name, file=file)
    if stubborn != name: sys.exit()
signal.signal(signal.SIGTERM, end)
pathlib.Path(name + ".ready").touch()
while True: time.sleep(1)
'''
def child(name):
    log = Path(name + ".log").absolute()
    argv = [sys.executable, "-c", CHILD, name, STUBBORN]
    return Service(name, lambda: spawn(argv, log=log, env={}), log, grace=GRACE)

with Supervisor(lambda line: print(line, flush=True)) as supervisor:
    for name in ("postgres", "meilisearch", "worker", "api"):
        supervisor.add(child(name))
    supervisor.watch()
print("done", flush=True)
"""


def sleeper(folder: Path, name: str = "sleeper", **options: Any) -> Service:
    log = folder / f"{name}.log"
    argv = [sys.executable, "-c", "import time; time.sleep(600)"]
    return Service(name, lambda: spawn(argv, log=log, env={}, cwd=folder), log, **options)


def all_ready(folder: Path) -> bool:
    return len(list(folder.glob("*.ready"))) == 4


def four(stubborn: str = "none", grace: float = 30) -> str:
    return FOUR.replace("STUBBORN", repr(stubborn)).replace("GRACE", repr(grace))


def test_a_part_that_ends_while_starting_is_reported_with_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    argv = [sys.executable, "-c", "print('first'); raise SystemExit('the reason')"]
    with Supervisor(print) as supervisor:
        part = supervisor.add(Service("Part", lambda: spawn(argv, log=log, env={}), log))
        with pytest.raises(SetupProblem, match=r"(?s)Part ended while starting \(exit code 1\).*the reason"):
            supervisor.wait_for(part, lambda: False, 60)


def test_a_part_that_is_never_ready_is_reported(tmp_path: Path) -> None:
    with Supervisor(print) as supervisor:
        part = supervisor.add(sleeper(tmp_path))
        with pytest.raises(SetupProblem, match="not ready within"):
            supervisor.wait_for(part, lambda: False, 0.2)


def test_a_killed_child_is_started_again_with_one_line(tmp_path: Path) -> None:
    lines: list[str] = []
    with Supervisor(lines.append) as supervisor:
        steady = supervisor.add(sleeper(tmp_path, "steady"))
        fragile = supervisor.add(sleeper(tmp_path, "fragile", pause=0.1))
        first = fragile.process
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        supervisor.wait_for(steady, lambda: fragile.process is not first and fragile.process is not None, 40)
        assert fragile.process is not None
        assert fragile.process.poll() is None
    assert len(lines) == 1
    assert f"fragile ended (SIGKILL; log: {tmp_path / 'fragile.log'}). It restarts in" in lines[0]
    assert fragile.process is not None
    assert fragile.process.poll() is not None


def add(supervisor: Supervisor, service: Service) -> None:
    supervisor.add(service)


def run(supervisor: Supervisor, service: Service) -> None:
    supervisor.run(service)


def add_and_end(supervisor: Supervisor, service: Service) -> None:
    """Let the first process of a service end, so that a tick of the supervisor starts it again."""
    ended = supervisor.add(service).process
    assert ended is not None
    ended.kill()
    supervisor.watch()


@pytest.mark.parametrize(("start", "starts"), [(add, 1), (run, 1), (add_and_end, 2)], ids=["add", "run", "restart"])
def test_a_signal_while_a_child_is_being_started_waits_until_it_can_be_ended(
    tmp_path: Path,
    living: Living,
    eventually: Eventually,
    start: Callable[[Supervisor, Service], None],
    starts: int,
) -> None:
    """However it is started: a child that the supervisor does not know yet would be left behind."""
    argv, log = [sys.executable, "-c", "import time; time.sleep(600)"], tmp_path / "part.log"
    started: list[Any] = []

    def begin() -> Any:
        started.append(spawn(argv, log=log, env={}, cwd=tmp_path))
        if len(started) == starts:
            os.kill(os.getpid(), signal.SIGTERM)
        return started[-1]

    with Supervisor(print) as supervisor:
        start(supervisor, Service("part", begin, log, pause=0.1))
        pytest.fail("the signal was lost")
    assert len(started) == starts
    eventually(lambda: not living(tmp_path))


def test_pauses_double_up_to_the_longest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def fail() -> Any:
        raise OSError("no such program")

    service = Service("part", fail, tmp_path / "part.log")
    service._schedule_restart("part ended.", lines.append)
    for _ in range(5):
        now[0] += MAX_PAUSE
        service.check(lines.append)
    assert [line.rsplit(" in ")[-1] for line in lines] == ["3 s.", "6 s.", "12 s.", "24 s.", "30 s.", "30 s."]
    assert "part could not be started: no such program" in lines[-1]


def test_what_a_dead_child_left_behind_is_ended_too(tmp_path: Path, living: Living, eventually: Eventually) -> None:
    log = tmp_path / "parent.log"
    code = (
        "import pathlib, subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "pathlib.Path('ready').touch()\ntime.sleep(600)\n"
    )
    with Supervisor(print) as supervisor:
        parent = supervisor.add(
            Service("parent", lambda: spawn([sys.executable, "-c", code], log=log, env={}, cwd=tmp_path), log)
        )
        supervisor.wait_for(parent, (tmp_path / "ready").exists, 40)
        assert len(living(tmp_path)) == 2
    eventually(lambda: not living(tmp_path))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_all_in_order_and_leaves_nobody(
    tmp_path: Path, script: Callable[..., Any], living: Living, eventually: Eventually, number: int
) -> None:
    running = script(four())
    eventually(lambda: all_ready(tmp_path))
    running.process.send_signal(number)
    assert (running.wait(), running.said()) == (0, "done\n")
    assert (tmp_path / "events").read_text().split() == ["api", "worker", "meilisearch", "postgres"]
    assert not living(tmp_path)


def test_under_nohup_a_closed_terminal_ends_nothing(
    tmp_path: Path, script: Callable[..., Any], living: Living, eventually: Eventually
) -> None:
    running = script(four(), ignored=[signal.SIGHUP])
    eventually(lambda: all_ready(tmp_path))
    running.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert running.process.poll() is None
    assert not (tmp_path / "events").exists()
    running.process.terminate()
    assert (running.wait(), running.said()) == (0, "done\n")
    assert (tmp_path / "events").read_text().split() == ["api", "worker", "meilisearch", "postgres"]
    assert not living(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_a_child_is_ended_by_a_signal_that_its_parent_was_started_to_ignore(
    script: Callable[..., Any], number: signal.Signals
) -> None:
    """`nohup` and the background of a shell hand signals down ignored."""
    starts = (
        "import sys, time\nfrom pathlib import Path\nfrom hub.embedded.process import spawn\n"
        "child = spawn(['sleep', '600'], log=Path('sleep.log').absolute(), env={'PATH': '/usr/bin:/bin'})\n"
        f"child.send_signal({int(number)})\nprint(child.wait(30))\n"
    )
    running = script(starts, ignored=[number])
    assert running.wait() == 0, running.said()
    assert running.said() == f"{-number}\n"


def test_one_that_does_not_stop_is_ended_after_its_grace(
    tmp_path: Path, script: Callable[..., Any], living: Living, eventually: Eventually
) -> None:
    running = script(four("worker", 1.5))
    eventually(lambda: all_ready(tmp_path))
    running.process.terminate()
    assert running.wait() == 0
    assert "worker was killed after 2 s, as it did not stop." in running.said()
    assert (tmp_path / "events").read_text().split() == ["api", "worker", "meilisearch", "postgres"]
    assert not living(tmp_path)


def test_a_second_signal_ends_the_rest_at_once(
    tmp_path: Path, script: Callable[..., Any], living: Living, eventually: Eventually
) -> None:
    running = script(four("api", 10_000))
    eventually(lambda: all_ready(tmp_path))
    running.process.send_signal(signal.SIGINT)
    eventually(lambda: (tmp_path / "events").is_file())
    running.process.send_signal(signal.SIGINT)
    assert running.wait() == 0
    assert "api was killed at once." in running.said()
    assert not living(tmp_path)


def test_killing_the_supervisor_ends_its_children(
    tmp_path: Path, script: Callable[..., Any], living: Living, eventually: Eventually
) -> None:
    running = script(four())
    eventually(lambda: all_ready(tmp_path))
    running.process.kill()
    eventually(lambda: not living(tmp_path))


def test_a_log_is_rotated_by_size_while_its_child_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LOG_BYTES", 20_000)
    log, rotated, target = tmp_path / "child.log", tmp_path / "child.log.1", 30_000
    count = "import time\nfor n in range(10**9):\n    print(f'line {n:09}', flush=True)\n    time.sleep(0.00005)"
    service = Service("child", lambda: spawn([sys.executable, "-u", "-c", count], log=log, env={}), log)
    with Supervisor(lambda _: None) as supervisor:
        supervisor.add(service)

        def has_rotated_twice() -> bool:
            return rotated.is_file() and first_number(rotated) > target

        supervisor.wait_for(service, has_rotated_twice, 60)
        assert service.process is not None
        assert service.process.poll() is None, "the child went on"

    numbers = [int(line.removeprefix("line ")) for line in log.read_text().splitlines()[1:]]
    assert all(after == before + 1 for before, after in pairwise(numbers))
    assert "\0" not in log.read_text() + rotated.read_text(), "it is written on from its new beginning"
    assert sorted(path.name for path in tmp_path.glob("child.log*")) == ["child.log", "child.log.1"]


def first_number(log: Path) -> int:
    """The number in the first whole line of a log."""
    lines = log.read_text().splitlines()
    return int(lines[1].removeprefix("line ")) if len(lines) > 2 else -1


def test_a_log_on_a_full_disk_is_emptied_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_LOG_BYTES", 3_000_000)
    with small_disk(tmp_path / "disk", 8) as disk:
        log, rotated = disk / "child.log", disk / "child.log.1"
        rotated.write_bytes(b"old" * 300_000)
        log.write_bytes(b"line\n" * 800_000)
        fill(disk)
        process.rotate_log(log)
        assert log.stat().st_size == 0
        with log.open("a") as file:
            file.write("goes on\n")
        assert log.read_text() == "goes on\n"
