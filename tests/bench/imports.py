"""`make bench-import`: what an import costs: memory as the file grows, speed, and what readers and editors feel.

Real servers and processes, as `hub up` runs them. Readers search and one editor publishes, at a steady pace and before
the import as well as during it; an import of a tenth comes first, so that memory is compared and there is something to
search. Absolute numbers are this machine's; the ratios are what is kept.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table

from hub.embedded.meilisearch import EmbeddedMeilisearch, cache_dir, find_or_fetch_program
from hub.embedded.net import choose_port
from hub.embedded.postgres import EmbeddedPostgres
from hub.rooms import register_rooms
from hub.settings import Settings
from tests.bench.api_server import wait
from tests.bench.import_runs import WORDS, prepare, run_import
from tests.bench.import_speed import measure_speed

PAUSE = 0.1
"""Seconds between a reader's answer and its next question."""
READERS = 2
EDITOR_PAUSE = 2.0


def sample(path: Path, first: int, count: int) -> None:
    """Policies of a believable size, each with words of its own."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(first, first + count):
            chance = random.Random(n)  # noqa: S311 - no secret
            nodes = [
                {
                    "ref": f"dieu-{k}",
                    "type": "article",
                    "label": f"Điều {k}",
                    "text": " ".join(chance.choices(WORDS, k=120)),
                }
                for k in range(1, 9)
            ]
            content = {
                "title": f"Kế hoạch {' '.join(chance.choices(WORDS, k=8))}",
                "number": f"{n}/KH-UBND",
                "type": "Kế hoạch",
                "summary": " ".join(chance.choices(WORDS, k=30)),
                "issuers": [{"name": "Ủy ban nhân dân thành phố Huế", "code": "ubnd-hue"}],
                "dates": [{"role": "issued", "on": f"2026-{n % 9 + 1:02}-{n % 27 + 1:02}", "source": "Văn bản gốc"}],
                "topics": ["cai-cach-hanh-chinh", "moi-truong"],
                "nodes": nodes,
            }
            record = {"source_id": f"bench:{n}", "kind": "policy", "agency": "ubnd-hue", "content": content}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


@dataclass
class Felt:
    """Milliseconds that searches and publishes took."""

    searches: list[float] = field(default_factory=list)
    publishes: list[float] = field(default_factory=list)
    engines: set[str] = field(default_factory=set)


@asynccontextmanager
async def people(base: str, key: str) -> AsyncIterator[Felt]:
    """Readers and an editor at work while the block runs."""
    felt = Felt()
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        tasks = [asyncio.create_task(_search(client, felt, n)) for n in range(READERS)]
        tasks.append(asyncio.create_task(_publish(client, felt, {"authorization": f"Bearer {key}"})))
        try:
            yield felt
        finally:
            for task in tasks:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                if not isinstance(result, asyncio.CancelledError):
                    raise SystemExit(f"somebody could not go on: {result!r}")


async def _search(client: httpx.AsyncClient, felt: Felt, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    while True:
        asked = " ".join(chance.choices(WORDS, k=chance.randint(2, 4)))
        began = time.perf_counter()
        page = (await client.get("/api/v1/search", params={"q": asked, "limit": 20})).raise_for_status().json()
        felt.searches.append((time.perf_counter() - began) * 1_000)
        felt.engines.add(page["engine"])
        await asyncio.sleep(PAUSE)


async def _publish(client: httpx.AsyncClient, felt: Felt, headers: dict[str, str]) -> None:
    number = 0
    while True:
        number += 1
        lead = " ".join(WORDS)
        content = {"title": f"Bản tin {number} của {time.time()}", "lead": lead, "body": f"<p>{lead}</p>"}
        body = {"kind": "bulletin", "agency": "ubnd-hue", "content": content}
        answer = await client.post("/api/v1/manage/documents", json=body, headers=headers)
        for verb in ("submit", "approve", "publish"):
            path = f"/api/v1/manage/documents/{answer.raise_for_status().json()['id']}/{verb}"
            began = time.perf_counter()
            answer = await client.post(path, json={}, headers=headers | {"if-match": answer.headers["etag"]})
        answer.raise_for_status()
        felt.publishes.append((time.perf_counter() - began) * 1_000)
        await asyncio.sleep(EDITOR_PAUSE)


async def measure(base: str, key: str, environment: dict[str, str], folder: Path, documents: int, idle: float) -> None:
    """A tenth first; then quiet; then the whole."""
    tenth = documents // 10
    sample(folder / "tenth.jsonl", 0, tenth)
    sample(folder / "all.jsonl", tenth, documents)
    small = await run_import(folder / "tenth.jsonl", tenth, environment)
    await asyncio.to_thread(wait, f"{base}/health/ready", '"search":0')
    async with people(base, key):
        await asyncio.sleep(3)
    async with people(base, key) as quiet:
        await asyncio.sleep(idle)
    load = os.getloadavg()
    async with people(base, key) as busy:
        large = await run_import(folder / "all.jsonl", documents, environment)
    table = Table("", "quiet", "during the import", "ratio", title=f"{documents:,} records; load before {load[0]:.1f}")
    for name, one, other in (
        ("search", quiet.searches, busy.searches),
        ("publish", quiet.publishes, busy.publishes),
    ):
        for place, word in ((49, "p50"), (94, "p95")):
            before, during = (quantiles(found, n=100, method="inclusive")[place] for found in (one, other))
            table.add_row(f"{name} {word}", f"{before:,.0f} ms", f"{during:,.0f} ms", f"{during / before:.2f}")
    console = Console(width=100)
    console.print(table)
    console.print(f"Engines that answered: {', '.join(sorted(quiet.engines | busy.engines))}")
    for imported in (small, large):
        rate = imported.records / imported.seconds
        console.print(
            f"{imported.records:,} records: {rate:,.0f} a second, {imported.peak_kib / 1024:,.0f} MiB of memory at most"
        )
    console.print(f"Memory ratio: {large.peak_kib / small.peak_kib:.2f}")


def main(
    documents: int = 20_000,
    idle: float = 30.0,
    policies: int = 2_000,
    data: Annotated[Path | None, typer.Option(envvar="HUB_BENCH_LEGAL", help="Folder of legal-docs.jsonl.gz.")] = None,
) -> None:
    """Measure the speed with nobody waiting; then, with `documents`, beside readers and an editor."""
    register_rooms()
    measure_speed(policies, data)
    if not documents:
        return
    binary = find_or_fetch_program(cache_dir(), print)
    if binary is None:
        raise SystemExit("Meilisearch is needed to measure.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        meilisearch = stack.enter_context(EmbeddedMeilisearch(binary, folder / "meilisearch"))
        port = choose_port(folder / "port")
        key = asyncio.run(prepare(Settings(database_url=postgres.url, data=folder)))
        environment = os.environ | {
            "HUB_DATABASE_URL": postgres.url,
            "HUB_MEILISEARCH_URL": meilisearch.url,
            "HUB_MEILISEARCH_KEY": meilisearch.key,
            "HUB_DATA": str(folder),
            "HUB_RATE_ANONYMOUS": "off",
            "HUB_RATE_KEY": "off",
            "HUB_PORT": str(port),
        }
        for command in ("serve", "worker"):
            child = subprocess.Popen([sys.executable, "-m", "hub", command], env=environment, stderr=subprocess.DEVNULL)
            stack.callback(child.wait)
            stack.callback(child.terminate)
        base = f"http://127.0.0.1:{port}"
        wait(f"{base}/health/ready", '"status":"ready"')
        asyncio.run(measure(base, key, environment, folder, documents, idle))


if __name__ == "__main__":
    typer.run(main)
