"""Many open streams in a process of their own, so that reading them does not slow down what is measured.

`python -m tests.bench.streams http://127.0.0.1:8000 500` says `ready` when all are open. When its input ends it prints,
for each document, when each stream heard of it: seconds of the machine's monotonic clock.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from urllib.parse import urlsplit

BATCH = 50


async def listen(base: str, opened: asyncio.Semaphore, heard: dict[str, list[float]]) -> None:
    """One stream, until it is cancelled."""
    address = urlsplit(base)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"GET /api/v1/events HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
    if b" 200 " not in await reader.readline():
        raise SystemExit("a stream was refused")
    await reader.readuntil(b"id: ")  # from this position on nothing is missed
    opened.release()
    async for line in reader:
        if line.startswith(b"data: "):
            moment = time.perf_counter()
            heard[json.loads(line[6:])["id"]].append(moment)


async def main(base: str, count: int) -> None:
    """Open, wait for the end of the input, and tell."""
    heard: dict[str, list[float]] = defaultdict(list)
    opened, tasks = asyncio.Semaphore(0), []
    for start in range(0, count, BATCH):
        batch = [asyncio.create_task(listen(base, opened, heard)) for _ in range(min(BATCH, count - start))]
        tasks += batch
        for _ in batch:
            await opened.acquire()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    print(json.dumps(heard))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
