"""How soon a publish is found: at a steady rate, from the answer of `publish` to the first search that shows it.

All over HTTP, as an editor and a reader would: only an answer of Meilisearch counts, for Postgres is never behind.
"""

import asyncio
import time
from dataclasses import dataclass, field
from statistics import quantiles

import httpx

PER_MINUTE = 100
LOOK_SECONDS = 0.05
"""How often the one reader looks; many of them would measure themselves."""

WORD = "tươi mới"
LONGEST = 30.0


@dataclass(frozen=True)
class Freshness:
    """Seconds from published to found."""

    found: list[float]

    def __str__(self) -> str:
        cuts = quantiles((max(0.0, one) for one in self.found), n=100, method="inclusive")
        return (
            f"{len(self.found)} publishes, {PER_MINUTE} a minute; found after {cuts[49]:.2f} s (p50),"
            f" {cuts[98]:.2f} s (p99), {max(self.found):.2f} s (the slowest)"
        )


async def freshness(base: str, key: str, seconds: float) -> Freshness:
    """Publish at `PER_MINUTE` for so long, while one reader looks for what is new."""
    count = round(seconds * PER_MINUTE / 60)
    async with httpx.AsyncClient(base_url=base, timeout=30) as client:
        run = _Run(client, {"authorization": f"Bearer {key}"})
        reader = asyncio.create_task(run.read(count))
        began = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number * 60 / PER_MINUTE - time.perf_counter()))
            await run.publish(number)
        await asyncio.wait_for(reader, LONGEST)
    return Freshness([run.found[document] - moment for document, moment in run.published.items()])


@dataclass
class _Run:
    """When what was published, and when it was first found."""

    client: httpx.AsyncClient
    headers: dict[str, str]
    published: dict[str, float] = field(default_factory=dict)
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
            answer = await self.client.post(f"/api/v1/manage/documents/{document}/{verb}", json={}, headers=headers)
        answer.raise_for_status()
        self.published[document] = time.perf_counter()

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
