"""How soon a publish is known, at a steady rate and with many streams open: to a search, a webhook, and every stream.

All over HTTP, as an editor, a reader and followers would. A search counts from the answer of `publish`, and only an
answer of Meilisearch, for Postgres is never behind. Webhooks and streams often hear of it before that answer is read,
so they count from the moment at which `publish` was asked for; streams over every stream and every publish.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles

import httpx

from tests.support.receiver import Got, Says, receiver

PER_MINUTE = 100
STREAMS = 500
LOOK_SECONDS = 0.05
"""How often the one reader looks; many of them would measure themselves."""

WORD = "tươi mới"
LONGEST = 30.0


@dataclass(frozen=True)
class Freshness:
    """Seconds from a publish until it was known, in one way."""

    name: str
    seconds: list[float]

    @property
    def row(self) -> tuple[str, str, str, str]:
        """Name, p50, p99 and the slowest, in milliseconds."""
        cuts = quantiles((max(0.0, one) for one in self.seconds), n=100, method="inclusive")
        p50, p99, slowest = (f"{one * 1_000:,.0f} ms" for one in (cuts[49], cuts[98], max(self.seconds)))
        return self.name, p50, p99, slowest


async def freshness(base: str, key: str, seconds: float, streams: int = STREAMS) -> list[Freshness]:
    """Publish at `PER_MINUTE` for so long, while followers listen and one reader looks for what is new."""
    count = round(seconds * PER_MINUTE / 60)
    async with (
        httpx.AsyncClient(base_url=base, timeout=30) as client,
        receiver() as hook,
        _streams(base, streams) as listening,
    ):
        run = _Run(client, {"authorization": f"Bearer {key}"})
        hook.behave = run.hear
        endpoint = {"url": hook.url, "view": "full"}
        (await client.post("/api/v1/manage/webhooks", json=endpoint, headers=run.headers)).raise_for_status()
        reader = asyncio.create_task(run.read(count))
        began = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number * 60 / PER_MINUTE - time.perf_counter()))
            await run.publish(number)
        await asyncio.wait_for(reader, LONGEST)
        while len(run.told) < count:  # noqa: ASYNC110 - the receiver has no event for its last request
            await asyncio.sleep(LOOK_SECONDS)
        said, _ = await listening.communicate(b"")  # ends its input
    heard: dict[str, list[float]] = json.loads(said)
    missed = {
        document: len(heard.get(document, ())) for document in run.asked if len(heard.get(document, ())) != streams
    }
    if missed:
        raise SystemExit(f"not every stream heard of every publish: {missed}")
    told = [moment - asked for document, asked in run.asked.items() for moment in heard[document]]
    return [
        Freshness(f"server-sent events, {streams} streams", told),
        Freshness("webhook", [run.told[document] - moment for document, moment in run.asked.items()]),
        Freshness("searchable", [run.found[document] - moment for document, moment in run.published.items()]),
    ]


@asynccontextmanager
async def _streams(base: str, count: int) -> AsyncIterator[Process]:
    command = (sys.executable, "-m", "tests.bench.streams", base, str(count))
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=1 << 26)
    try:
        assert process.stdout is not None
        if (await process.stdout.readline()).strip() != b"ready":
            raise SystemExit("the streams were not opened")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@dataclass
class _Run:
    """When what was asked for and published, when it was first found, and when the webhook told it."""

    client: httpx.AsyncClient
    headers: dict[str, str]
    asked: dict[str, float] = field(default_factory=dict)
    published: dict[str, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)
    found: dict[str, float] = field(default_factory=dict)

    async def publish(self, number: int) -> None:
        """One new policy of eight articles."""
        text = "Các phòng, ban phối hợp thực hiện và báo cáo kết quả trước ngày 15 hằng tháng. " * 20
        content = {
            "title": f"Thông báo {WORD} thứ {number} về lịch tiếp công dân",
            "type": "Thông báo",
            "number": f"{number}/TB-UBND",
            "issuers": [{"name": "Ủy ban nhân dân thành phố Huế", "code": "ubnd-hue"}],
            "dates": [{"role": "issued", "on": "2026-11-02", "source": "Văn bản gốc"}],
            "nodes": [{"ref": f"dieu-{n}", "type": "article", "label": f"Điều {n}", "text": text} for n in range(1, 9)],
        }
        body = {"kind": "policy", "agency": "ubnd-hue", "content": content}
        answer = await self.client.post("/api/v1/manage/documents", json=body, headers=self.headers)
        for verb in ("submit", "approve", "publish"):
            document = answer.raise_for_status().json()["id"]
            headers = self.headers | {"if-match": answer.headers["etag"]}
            self.asked[document] = time.perf_counter()
            answer = await self.client.post(f"/api/v1/manage/documents/{document}/{verb}", json={}, headers=headers)
        answer.raise_for_status()
        self.published[document] = time.perf_counter()

    def hear(self, got: Got) -> Says:
        """What the webhook's receiver does."""
        self.told.setdefault(got.json()["data"]["id"], time.perf_counter())
        return Says()

    async def read(self, count: int) -> None:
        """Look until so many are found by Meilisearch."""
        asked = {"q": WORD, "sort": "published_desc", "limit": "50"}
        while len(self.found) < count:
            page = (await self.client.get("/api/v1/search", params=asked)).raise_for_status().json()
            moment = time.perf_counter()
            if page["engine"] == "meilisearch":
                for item in page["items"]:
                    self.found.setdefault(item["id"], moment)
            await asyncio.sleep(LOOK_SECONDS)
