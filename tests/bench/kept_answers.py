"""`make bench-cache`: answers from the answer cache beside a bare ASGI application under the same server, in turns.

Requests per second and the processor time of the serving process for each request, as ratios to the bare application:
a busy machine changes the first, and hardly the second. No worker and no Meilisearch runs.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.request import urlopen

import psutil
import typer
from rich.console import Console
from rich.table import Table

from hub.embedded.net import choose_port
from hub.embedded.postgres import EmbeddedPostgres
from hub.rooms import register_rooms
from hub.settings import Settings
from tests.bench.__main__ import GRAPHQL, OUT_OF_REACH, fill
from tests.bench.api_server import wait


@dataclass(frozen=True)
class Turn:
    """One turn of a question: its requests per second, and microseconds of the server's processor time for each."""

    rate: float
    micros: float


def ask(url: str, process: psutil.Process, seconds: float, connections: int, script: Path | None) -> Turn:
    """Ask one question for some seconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", url]
    if script is not None:
        command[1:1] = ["-s", str(script)]
    before = process.cpu_times()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = process.cpu_times()
    if failed := re.search(r"Non-2xx or 3xx responses: (\d+)", printed):
        raise SystemExit(f"{url}: {failed[1]} requests failed")
    rate, total = re.search(r"Requests/sec:\s+([\d.]+)", printed), re.search(r"(\d+) requests in", printed)
    assert rate is not None
    assert total is not None
    spent = after.user + after.system - before.user - before.system
    return Turn(float(rate[1]), 1_000_000 * spent / max(1, int(total[1])))


def main(documents: int = 300, seconds: int = 2, turns: int = 4, connections: int = 16, megabytes: int = 64) -> None:
    """Measure. `--megabytes 0` measures the same questions without the cache."""
    register_rooms()
    if shutil.which("wrk") is None:
        raise SystemExit("`wrk` is needed to measure (Debian: apt-get install wrk).")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        port, bare_port = choose_port(folder / "port"), choose_port(folder / "bare-port")
        asyncio.run(fill(Settings(database_url=postgres.url, data=folder), folder, documents))
        environment = os.environ | {
            "HUB_DATABASE_URL": postgres.url,
            "HUB_DATA": str(folder),
            "HUB_RATE_ANONYMOUS": OUT_OF_REACH,
            "HUB_ANSWER_CACHE_MB": str(megabytes),
        }
        uvicorn = [sys.executable, "-m", "uvicorn", "--no-access-log", "--log-level", "warning"]
        processes = []
        for command in (
            [*uvicorn, "tests.bench.bare:app", "--port", str(bare_port)],
            [sys.executable, "-m", "tests.bench.app", str(port)],
        ):
            child = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
            stack.callback(child.wait)
            stack.callback(child.terminate)
            processes.append(psutil.Process(child.pid))
        base, bare = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bare_port}"
        wait(f"{base}/health/live")
        wait(f"{bare}/")
        with urlopen(f"{base}/api/v1/policies?limit=1") as answer:
            one = json.load(answer)["items"][0]["path"]
        lua = folder / "graphql.lua"
        body = json.dumps(json.dumps(GRAPHQL))
        lua.write_text(
            f'wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = {body}\n', "utf-8"
        )
        cases: list[tuple[str, str, psutil.Process, Path | None]] = [
            ("bare ASGI", f"{bare}/", processes[0], None),
            ("hello, through the whole stack", f"{base}/hello", processes[1], None),
            ("REST list of 20", f"{base}/api/v1/policies?limit=20", processes[1], None),
            ("REST detail", base + one, processes[1], None),
            ("GraphQL page of 20", f"{base}/graphql", processes[1], lua),
            ("Atom feed of 20", f"{base}/feeds/policies.atom", processes[1], None),
        ]
        for _, url, process, script in cases:
            ask(url, process, 1, connections, script)
        found = defaultdict[str, list[Turn]](list)
        for _ in range(turns):
            for name, url, process, script in cases:
                found[name].append(ask(url, process, seconds, connections, script))
    table = Table("question", "requests/s", "ratio", "each turn", "CPU µs", "ratio", title=f"cache of {megabytes} MB")
    reference = found["bare ASGI"]
    for name, measured in found.items():
        ratios = [turn.rate / bare_turn.rate for turn, bare_turn in zip(measured, reference, strict=True)]
        costs = [bare_turn.micros / turn.micros for turn, bare_turn in zip(measured, reference, strict=True)]
        table.add_row(
            name,
            f"{median(turn.rate for turn in measured):,.0f}",
            f"{median(ratios):.3f}",
            " ".join(f"{ratio:.2f}" for ratio in ratios),
            f"{median(turn.micros for turn in measured):.0f}",
            f"{median(costs):.3f}",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    typer.run(main)
