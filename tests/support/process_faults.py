"""Faults of processes: killed as by a power cut, hung as by a debugger, starved as on a machine that does too much."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import psutil

AWAKE_SECONDS, ASLEEP_SECONDS = 0.01, 0.09
"""A starved process runs for a tenth of the time."""


def list_family(process: psutil.Process) -> list[psutil.Process]:
    """A process and its descendants."""
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return [process]


def kill(processes: Iterable[psutil.Process]) -> None:
    """End processes by SIGKILL. Does not wait: their parent reaps them."""
    _send(processes, psutil.Process.kill)


@contextmanager
def hang(process: psutil.Process) -> Iterator[None]:
    """Stop a process and its descendants by SIGSTOP; they continue at the end of the block."""
    suspend(process)
    try:
        yield
    finally:
        resume(process)


async def starve(process: psutil.Process, seconds: float) -> None:
    """Let a process and its descendants run for a tenth of the time only."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        with hang(process):
            await asyncio.sleep(ASLEEP_SECONDS)
        await asyncio.sleep(AWAKE_SECONDS)


def suspend(process: psutil.Process) -> None:
    """Stop a process first, so that it begins no more children, then its descendants."""
    _send([process], psutil.Process.suspend)
    _send(list_family(process)[1:], psutil.Process.suspend)


def resume(process: psutil.Process) -> None:
    """Let a stopped process and its descendants continue."""
    _send(reversed(list_family(process)), psutil.Process.resume)


def is_stopped(process: psutil.Process) -> bool:
    """Tell whether a process was stopped by a signal."""
    try:
        return bool(process.status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False


def _send(processes: Iterable[psutil.Process], act: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            act(process)
