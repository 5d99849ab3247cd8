"""The memory of a process, measured all the time: its peak is what counts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

MEGABYTE = 1_000_000
EVERY_SECONDS = 0.05


@dataclass
class MemoryWatch:
    """Resident memory of one process in megabytes."""

    process: psutil.Process
    peak: int = 0

    def measure(self) -> int:
        """The resident memory now; raises `psutil.NoSuchProcess` when the process has ended."""
        found: int = self.process.memory_info().rss // MEGABYTE
        self.peak = max(self.peak, found)
        return found

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            self.measure()
            await asyncio.sleep(EVERY_SECONDS)


@asynccontextmanager
async def watching_memory(process: psutil.Process) -> AsyncIterator[MemoryWatch]:
    """Measure while the block runs. Fails when the process ends meanwhile."""
    watch = MemoryWatch(process)
    task = asyncio.create_task(watch.run())
    try:
        yield watch
        watch.measure()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
