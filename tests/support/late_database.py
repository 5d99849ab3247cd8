"""A way to a database on which some connections hear late, or nothing, from a server that works."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

SILENT = float("inf")


@dataclass
class LateDatabase:
    """The address of the way, and how late answers are on it."""

    url: str
    delay: Callable[[bytes, int], float] = lambda *_: 0.0
    """Seconds for a connection, by the packet with which it begins, which holds its name, and by its number."""
    opened: int = 0
    """Number of the last connection."""


@asynccontextmanager
async def late_database(url: str) -> AsyncIterator[LateDatabase]:
    """A proxy in front of the server of `url`; what it sends is passed on after a delay, or not while it is silent."""
    parts = urlsplit(url)
    tasks: set[asyncio.Task[None]] = set()
    made = LateDatabase(url)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        upstream, sender = await asyncio.open_connection(parts.hostname, parts.port)
        begin = [b""]
        made.opened += 1
        number = made.opened

        async def ask() -> None:
            while data := await reader.read(65_536):
                begin[0] = (begin[0] + data)[:1_000]
                sender.write(data)

        async def answer() -> None:
            while data := await upstream.read(65_536):
                waited = 0.0
                while waited < made.delay(begin[0], number):
                    await asyncio.sleep(0.02)
                    waited += 0.02
                writer.write(data)

        try:
            pumps = [asyncio.create_task(ask()), asyncio.create_task(answer())]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            writer.close()
            sender.close()
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made.url = urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}"))
    try:
        yield made
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                await asyncio.gather(*tasks, return_exceptions=True)
