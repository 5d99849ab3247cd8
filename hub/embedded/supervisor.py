"""Supervisor of child processes: restart those that exit, and stop all of them in order."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from hub.embedded.process import kill_group, rotate_log, tail, terminate
from hub.errors import SetupProblem

FIRST_PAUSE = 3.0
MAX_PAUSE = 30.0
_STABLE_AFTER = 60.0  # after running this long, a child restarts with the first pause
_TICK = 0.1
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Service:
    """One child process with its commands to start and stop it. Times are in seconds."""

    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    grace: float = 20.0
    pause: float = FIRST_PAUSE
    process: subprocess.Popen[bytes] | None = None
    _started_at: float = field(default=0.0, init=False)
    _restart_at: float | None = field(default=None, init=False)
    _next_pause: float = field(default=0.0, init=False)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the child, unless a running process was given."""
        if self.process is None or self.process.returncode is not None:
            self.process = self.spawn()
        self._started_at, self._restart_at = time.monotonic(), None
        return self.process

    def check(self, say: Callable[[str], None]) -> None:
        """Detect that the child ended, or restart it after its pause. Prints one line each time it ends."""
        if self._restart_at is not None:
            if time.monotonic() >= self._restart_at:
                try:
                    self.start()
                except (OSError, SetupProblem, subprocess.SubprocessError) as problem:
                    self._schedule_restart(f"{self.name} could not be started: {problem}", say)
        elif self.process is not None and self.process.poll() is not None:
            if time.monotonic() - self._started_at > _STABLE_AFTER:
                self._next_pause = 0.0
            kill_group(self.process)
            self._schedule_restart(f"{self.name} ended ({describe_exit(self.process)}; log: {self.log}).", say)

    def _schedule_restart(self, why: str, say: Callable[[str], None]) -> None:
        pause = self._next_pause or self.pause
        self._next_pause = min(2 * pause, MAX_PAUSE)
        self._restart_at = time.monotonic() + pause
        say(f"{time.strftime('%H:%M:%S')} {why} It restarts in {pause:.0f} s.")


class Supervisor:
    """Services, stopped in the reverse order of their start.

    As a context manager it handles SIGINT, SIGTERM and SIGHUP. The first signal ends the block (`KeyboardInterrupt` is
    raised in it and suppressed), and the services are stopped one by one. A second signal kills the rest at once.
    `process.spawn` binds children to this process, so that not even SIGKILL leaves one running.
    """

    def __init__(self, say: Callable[[str], None]):
        self._say = say
        self._services: list[Service] = []
        self._signals = 0
        self._stopping = False
        self._is_starting = False
        self._previous_handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # started with nohup
            self._previous_handlers[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._stopping = True
        try:
            self.stop()
        finally:
            for number, handler in self._previous_handlers.items():
                signal.signal(number, handler)
        return kind is KeyboardInterrupt and self._signals > 0

    def add(self, service: Service) -> Service:
        """Start a service and keep it running."""
        self._services.append(service)
        with self._signals_later():
            service.start()
        return service

    def run(self, service: Service) -> int:
        """Run a child to completion and return its exit code (negative: the signal that ended it)."""
        self._services.append(service)
        with self._signals_later():
            process = service.start()
        while process.poll() is None:
            self._tick(skip=service)
        self._services.remove(service)
        kill_group(process)
        return process.returncode

    def wait_for(self, service: Service, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until a service is ready. Raises `SetupProblem` with the end of its log if it exits or is too slow."""
        limit = time.monotonic() + seconds
        while not ready():
            if (process := service.process) is not None and process.poll() is not None:
                raise SetupProblem(
                    f"{service.name} ended while starting ({describe_exit(process)}). The end of {service.log}:\n"
                    f"{tail(service.log)}"
                )
            if time.monotonic() > limit:
                raise SetupProblem(f"{service.name} was not ready within {seconds:.0f} s; its log is {service.log}.")
            self._tick(skip=service)

    def watch(self) -> None:
        """Keep all services running until a signal arrives, which raises `KeyboardInterrupt`."""
        while True:
            self._tick()

    def stop(self) -> None:
        """Stop all services, the last started first, each with its grace period."""
        while self._services:
            service = self._services.pop()
            process = service.process
            if process is None:
                continue
            if process.poll() is None:
                process.send_signal(service.stop_signal)
            limit = time.monotonic() + service.grace
            while process.poll() is None and time.monotonic() < limit and self._signals < 2:
                time.sleep(0.05)
            if process.poll() is None:
                why = "at once" if self._signals > 1 else f"after {service.grace:.0f} s, as it did not stop"
                self._say(f"{service.name} was killed {why}.")
                terminate(process, (service.kill_signal, 5))
            else:
                kill_group(process)

    def _tick(self, skip: Service | None = None) -> None:
        for service in self._services:
            rotate_log(service.log)
            if service is not skip:
                with self._signals_later():
                    service.check(self._say)
        time.sleep(_TICK)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals == 1 and not self._stopping and not self._is_starting:
            raise KeyboardInterrupt

    @contextmanager
    def _signals_later(self) -> Iterator[None]:
        """Let a signal end the block of the supervisor after this one: a child that nobody knows yet is not stopped."""
        self._is_starting, before = True, self._signals
        try:
            yield
        finally:
            self._is_starting = False
        if self._signals > before == 0 and not self._stopping:
            raise KeyboardInterrupt


def describe_exit(process: subprocess.Popen[bytes]) -> str:
    """Describe the exit of a process: ``exit code 1`` or ``SIGKILL``."""
    code = process.returncode
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
