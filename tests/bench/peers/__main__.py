"""`make bench-peers`: the hub's uncached reads beside PostGraphile 4 and Directus 11 on rows of the same shape.

One embedded PostgreSQL, one process of each server, `wrk` with one thread; each question is asked twice, in turn. What
is not installed is named and left out. Absolute numbers are this machine's; the ratios are what is kept.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import mean

import typer
from rich.console import Console
from rich.table import Table

from hub import migrations
from hub.db import Database
from hub.embedded.net import LOOPBACK, choose_port
from hub.embedded.postgres import EmbeddedPostgres
from hub.rooms import register_rooms
from hub.settings import Settings
from ingest.imports.formats import ImportFormat
from ingest.imports.report import SilentReporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions
from tests.bench.__main__ import wrk
from tests.bench.peers.rows import Policy, make_policies, make_registry, write_records
from tests.bench.peers.servers import Question, install, start_directus, start_postgraphile, wait_for
from tests.bench.peers.tables import fill_tables, peers_url
from tests.support.registry_seed import seed_registry

PAGE = {
    "query": "{ policies(first: 20) { edges { node { id title number summary state issuedOn effectiveOn publishedAt "
    "agency { code name } topics { code name } } } } }"
}
POSTGRAPHILE, DIRECTUS = "PostGraphile page of 20", "Directus list of 20"
AIMS = {
    ("REST list of 20", POSTGRAPHILE): 1.5,
    ("REST detail", POSTGRAPHILE): 2.0,
    ("GraphQL page of 20", POSTGRAPHILE): 1.2,
    ("GraphQL page of 20", DIRECTUS): 4.0,
}
"""The least ratio of a question of ours to one of a peer, without any cache of answers."""
UNLIMITED = "9999999/second"


async def fill_hub(settings: Settings, folder: Path, policies: list[Policy]) -> None:
    """Migrate, load the registry, import and publish."""
    await migrations.upgrade(settings.require_database_url())
    database = Database(settings)
    async with database.write() as session:
        await seed_registry(session)
    write_records(folder / "peers.jsonl", policies)
    options = ImportOptions(publish=True, format=ImportFormat.jsonl, data=folder)
    await run_import(database, [folder / "peers.jsonl"], options, SilentReporter())
    async with database.writer.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("VACUUM ANALYZE")
    await database.dispose()


def start_hub(stack: ExitStack, folder: Path, url: str) -> dict[str, Question]:
    """Start one API process; its questions by their names."""
    port = choose_port(folder / "port")
    environment = os.environ | {
        "HUB_DATABASE_URL": url,
        "HUB_DATA": str(folder),
        "HUB_RATE_ANONYMOUS": UNLIMITED,
        "HUB_RATE_KEY": UNLIMITED,
    }
    api = [sys.executable, "-m", "uvicorn", "--factory", "tests.bench.app:create", "--no-access-log"]
    command = [*api, "--port", str(port), "--log-level", "warning"]
    child = subprocess.Popen(command, env=environment)
    stack.callback(child.wait)
    stack.callback(child.terminate)
    base = f"http://{LOOPBACK}:{port}"
    wait_for(Question(f"{base}/api/v1/policies?limit=1"), child)
    [one] = Question(f"{base}/api/v1/policies?limit=1").ask()["items"]
    return {
        "REST list of 20": Question(f"{base}/api/v1/policies?limit=20"),
        "REST detail": Question(base + one["path"]),
        "GraphQL page of 20": Question(f"{base}/graphql", PAGE),
        "Atom feed": Question(f"{base}/feeds/policies.atom"),
    }


def measure(questions: dict[str, Question], folder: Path, seconds: int, connections: int) -> dict[str, float]:
    """Requests per second of each question: the mean of two turns, after a second for each that does not count."""
    scripts: dict[str, Path | None] = dict.fromkeys(questions)
    for place, (name, question) in enumerate(questions.items()):
        if question.body is not None:
            scripts[name] = folder / f"{place}.lua"
            body = json.dumps(json.dumps(question.body))
            lines = f'wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = {body}\n'
            (folder / f"{place}.lua").write_text(lines, "utf-8")
    for name, question in questions.items():
        wrk(question.url, 1, connections, scripts[name])
    rates: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(2):
        for name, question in questions.items():
            rates[name].append(wrk(question.url, seconds, connections, scripts[name])[0])
    return {name: mean(found) for name, found in rates.items()}


def main(
    documents: int = 10_000,
    seconds: int = 6,
    connections: int = 16,
    directus: bool = typer.Option(False, help="Directus too: npm takes minutes to install it."),
    database: str = typer.Option("", help="URL of a database of a hub with published policies, instead of an import."),
) -> None:
    """Measure."""
    register_rooms()
    if shutil.which("wrk") is None:
        raise SystemExit("`wrk` is needed to measure (Debian: apt-get install wrk).")
    policies = list(make_policies(documents, *make_registry()))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = database or stack.enter_context(EmbeddedPostgres(folder / "postgres")).url
        if not database:
            asyncio.run(fill_hub(Settings(database_url=url, data=folder), folder, policies))
        asyncio.run(fill_tables(url, policies))
        questions = start_hub(stack, folder, url)
        starters = {POSTGRAPHILE: ("postgraphile", start_postgraphile)}
        if directus:
            starters[DIRECTUS] = ("directus", start_directus)
        for name, (package, start) in starters.items():
            installed = install(package)
            if isinstance(installed, str):
                Console().print(f"Without {package}: {installed}.")
            else:
                questions[name] = start(stack, installed, folder, peers_url(url))
        rates = measure(questions, folder, seconds, connections)
    peers = [name for name in (POSTGRAPHILE, DIRECTUS) if name in rates]
    table = Table("question", "requests/s", *(f"to {name}" for name in peers), title=f"{documents} documents, no cache")
    for name, rate in rates.items():
        ratios = (_ratio(rate / rates[peer], AIMS.get((name, peer))) for peer in peers)
        table.add_row(name, f"{rate:,.0f}", *ratios)
    Console().print(table)


def _ratio(found: float, aim: float | None) -> str:
    return f"{found:.2f}" if aim is None else f"{found:.2f} (aim {aim})"


if __name__ == "__main__":
    typer.run(main)
