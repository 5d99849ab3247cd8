"""`make bench`: requests per second of what readers ask, as ratios to a bare ASGI application under the same server.

Real servers, one API process, `wrk` as the client (Debian package `wrk`). Rate limits are on, with quotas out of reach.
Absolute numbers are this machine's; the ratios are what is kept.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import typer
from rich.console import Console
from rich.table import Table

from hub import migrations
from hub.auth.keys import create_key
from hub.auth.principal import Scope
from hub.db import Database
from hub.embedded.meilisearch import EmbeddedMeilisearch, cache_dir, find_or_fetch_program
from hub.embedded.net import choose_port
from hub.embedded.postgres import EmbeddedPostgres
from hub.rooms import register_rooms
from hub.settings import Settings
from ingest.imports.formats import ImportFormat
from ingest.imports.report import SilentReporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions
from tests.bench.api_server import wait
from tests.bench.freshness import PER_MINUTE, STREAMS, freshness
from tests.bench.heavy_queries import hurting
from tests.support.registry_seed import seed_registry

OUT_OF_REACH = "9999999/minute"
"""Quota that no run uses up: requests are counted as in production, and none is refused."""
GRAPHQL = {
    "query": "query Page($n: Int) { policies(first: $n) { edges { node { id title number type summary issuedOn "
    "effectiveOn legalForce highImpact modifiedAt agency { code name } topics { code name } } } } }",
    "variables": {"n": 20},
}


def sample(path: Path, documents: int) -> None:
    """Policies of a believable size: a few articles each."""
    text = "Ủy ban nhân dân phường, xã có trách nhiệm tổ chức thực hiện và báo cáo kết quả theo quy định. " * 6
    with path.open("w", encoding="utf-8") as file:
        for n in range(documents):
            nodes = [{"ref": f"dieu-{k}", "type": "article", "label": f"Điều {k}", "text": text} for k in range(1, 9)]
            content = {
                "title": f"Kế hoạch số {n} về cải cách thủ tục hành chính",
                "number": f"{n}/KH-UBND",
                "type": "Kế hoạch",
                "summary": "Rút ngắn thời gian giải quyết thủ tục cho người dân và doanh nghiệp.",
                "issuers": [{"name": "Ủy ban nhân dân thành phố Huế", "code": "ubnd-hue"}],
                "dates": [{"role": "issued", "on": f"2026-{n % 9 + 1:02}-{n % 27 + 1:02}", "source": "Văn bản gốc"}],
                "topics": ["cai-cach-hanh-chinh", "truyen-thong", "moi-truong"],
                "nodes": nodes,
            }
            record = {"source_id": f"bench:{n}", "kind": "policy", "agency": "ubnd-hue", "content": content}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


async def fill(settings: Settings, folder: Path, documents: int) -> tuple[float, str]:
    """Migrate, load, import; gives the records imported per second, and an editor's key."""
    await migrations.upgrade(settings.require_database_url())
    database = Database(settings)
    async with database.write() as session:
        await seed_registry(session)
    sample(folder / "bench.jsonl", documents)
    async with database.write() as session:
        _, key = await create_key(session, agency="ubnd-hue", scopes=[scope.value for scope in Scope], label="bench")
    options = ImportOptions(publish=True, format=ImportFormat.jsonl, data=folder)
    summary = await run_import(database, [folder / "bench.jsonl"], options, SilentReporter())
    await database.dispose()
    return documents / summary.seconds, key


def wrk(url: str, seconds: int, connections: int, script: Path | None = None) -> tuple[float, str]:
    """Requests per second, and the slowest of the fastest 99 %."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url]
    if script is not None:
        command[1:1] = ["-s", str(script)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if failed := re.search(r"Non-2xx or 3xx responses: (\d+)", printed):
        raise SystemExit(f"{url}: {failed[1]} requests failed")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    slow = re.search(r"99%\s+(\S+)", printed)
    assert rate is not None
    assert slow is not None
    return float(rate[1]), slow[1]


def main(documents: int = 2_000, seconds: int = 5, connections: int = 16, publishing: int = 60) -> None:
    """Measure."""
    register_rooms()
    if shutil.which("wrk") is None:
        raise SystemExit("`wrk` is needed to measure (Debian: apt-get install wrk).")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        binary = find_or_fetch_program(cache_dir(), print)
        if binary is None:
            raise SystemExit("Meilisearch is needed to measure.")
        meilisearch = stack.enter_context(EmbeddedMeilisearch(binary, folder / "meilisearch"))
        port = choose_port(folder / "port")
        settings = Settings(database_url=postgres.url, data=folder)
        imported, key = asyncio.run(fill(settings, folder, documents))
        environment = os.environ | {
            "HUB_DATABASE_URL": postgres.url,
            "HUB_MEILISEARCH_URL": meilisearch.url,
            "HUB_MEILISEARCH_KEY": meilisearch.key,
            "HUB_DATA": str(folder),
            "HUB_RATE_ANONYMOUS": OUT_OF_REACH,
            "HUB_RATE_KEY": OUT_OF_REACH,
            "HUB_OUTGOING_PRIVATE_HOSTS": "127.0.0.1",
            "HUB_MAX_STREAMS_PER_ADDRESS": str(STREAMS),
        }
        uvicorn = [sys.executable, "-m", "uvicorn", "--no-access-log", "--log-level", "warning"]
        bare_port = choose_port(folder / "bare-port")
        for command in (
            [sys.executable, "-m", "tests.bench.app", str(port)],
            [*uvicorn, "tests.bench.bare:app", "--port", str(bare_port)],
            [sys.executable, "-m", "hub", "worker"],
        ):
            child = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
            stack.callback(child.wait)
            stack.callback(child.terminate)
        base, bare = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bare_port}"
        wait(f"{base}/health/ready", '"status":"ready"')
        wait(f"{base}/health/ready", '"search":0')
        with urlopen(f"{base}/api/v1/policies?limit=1") as answer:
            one = json.load(answer)["items"][0]["path"]
        lua = folder / "graphql.lua"
        body = json.dumps(json.dumps(GRAPHQL))
        lua.write_text(
            f'wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = {body}\n', "utf-8"
        )
        cases: list[tuple[str, str, Path | None]] = [
            ("bare ASGI", f"{bare}/", None),
            ("hello, through the whole stack", f"{base}/hello", None),
            ("REST list of 20", f"{base}/api/v1/policies?limit=20", None),
            ("REST detail", base + one, None),
            ("Atom feed of 20", f"{base}/feeds/policies.atom", None),
            ("GraphQL page of 20", f"{base}/graphql", lua),
            ("search", f"{base}/api/v1/search?q=cai+cach+thu+tuc&limit=20", None),
        ]
        for _, url, script in cases:
            wrk(url, 1, connections, script)
        measured = [(name, *wrk(url, seconds, connections, script)) for name, url, script in cases]
        hurt = asyncio.run(hurting(base, seconds))
        fresh = asyncio.run(freshness(base, key, publishing)) if publishing else None
    table = Table(
        "question", "requests/s", "p99", "ratio to bare ASGI", title=f"{documents} documents, one API process"
    )
    for name, rate, slow in measured:
        table.add_row(name, f"{rate:,.0f}", slow, f"{rate / measured[0][1]:.3f}")
    Console().print(table)
    Console().print(f"Import with --publish: {imported:,.0f} documents/s")
    beside = Table("beside", "p50", "p99", "p50 to nobody", "p99 to nobody", title="A GraphQL page of 20, four readers")
    for each in hurt:
        beside.add_row(*each.row(hurt[0]))
    Console().print(beside)
    if fresh is not None:
        known = Table("a publish is known by", "p50", "p99", "slowest", title=f"{PER_MINUTE} publishes a minute")
        for row in fresh:
            known.add_row(*row.row)
        Console().print(known)


if __name__ == "__main__":
    typer.run(main)
