"""Memory of the API while strangers do what they can to fill it: a figure of `make soak-doors`."""

import asyncio
from pathlib import Path

import psutil
import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.editors import key
from tests.support.figures import Figure
from tests.support.raw_client import RawClient, request_head
from tests.support.served import Served, serving
from tests.support.servers import Publish

TEXT = "<p>" + "Nội dung của một bản tin dài. " * 6_000 + "</p>"
SMALL = 8_192
MOST_BYTES = 400_000_000
SOCKETS = 1_100
DOCUMENTS = "/api/v1/manage/documents"
JSON = "content-type: application/json"


async def send_and_wait(served: Served, head: bytes, body: bytes = b"") -> RawClient:
    client = await RawClient.connect(served, receive_buffer=SMALL)
    await client.send(head + body)
    return client


@pytest.mark.soak
async def test_the_memory_of_the_api_is_bounded_whatever_strangers_leave_open(
    settings: Settings, database: Database, publish_edition: Publish, tmp_path: Path, figure: Figure
) -> None:
    for n in range(60):
        await publish_edition("bulletin", contents.bulletin(title=f"Bản tin thứ {n}", body=TEXT))
    authorization = f"authorization: Bearer {await key(database)}"
    with serving(settings, tmp_path) as served:
        assert served.process is not None
        process = psutil.Process(served.process.pid)
        peak = 0

        async def watch() -> None:
            nonlocal peak
            while True:
                peak = max(peak, process.memory_info().rss)
                await asyncio.sleep(0.05)

        watching = asyncio.create_task(watch())
        left_open = []
        for count, head, body in (
            (20, request_head("/api/v1/events?after=0&include=view"), b""),
            (150, request_head("/api/v1/bulletins?include=text&limit=100"), b""),
            (60, request_head(DOCUMENTS, JSON, authorization, "content-length: 1990000", method="POST"),
             b" " * 1_900_000),
            (60, request_head("/graphql", JSON, "content-length: 65000", method="POST"), b" " * 60_000),
            (4, request_head("/api/v1/ingest", JSON, "content-length: 20000000", method="POST"), b"[{}," * 5_000_000),
            (4, request_head("/api/v1/ingest", JSON, authorization, "content-length: 20000000", method="POST"),
             b"[{}," * 5_000_000),
        ):  # fmt: skip
            left_open += await asyncio.gather(*(send_and_wait(served, head, body) for _ in range(count)))
        left_open += [await RawClient.connect(served) for _ in range(SOCKETS)]
        asking = await RawClient.connect(served)
        await asking.send(request_head("/api/v1/topics?limit=1"))
        answer = await asking.answer(seconds=60)
        await asyncio.sleep(5)
        watching.cancel()
        for each in left_open:
            each.close()

    figure("megabytes at the peak", peak / 1_000_000)
    assert answer is not None
    assert answer.status == 200
    assert peak < MOST_BYTES
