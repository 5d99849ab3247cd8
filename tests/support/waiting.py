"""Wait for what happens in another process."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def eventually(check: Callable[[], Awaitable[Any]], *, seconds: float = 60, every: float = 0.05) -> Any:
    """The first true answer of `check`; fails when there is none in time."""
    async with asyncio.timeout(seconds):
        while not (found := await check()):  # noqa: ASYNC110 - what it waits for happens in another process
            await asyncio.sleep(every)
    return found
