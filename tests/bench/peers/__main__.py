"""`make bench-peers`: the hub's reads beside a bare ASGI application, PostGraphile 4 and Directus 11, in one run.

Rows of the same shape in one embedded PostgreSQL, one process of each server, two of the hub: without its answer cache
and with it. `wrk` has one thread and asks each question twice, in turn; then a mixed day, with Meilisearch and worker.
What is not installed is named and left out. Absolute numbers are this machine's; the ratios are what is kept.
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
from hub.auth.keys import create_key
from hub.auth.principal import Scope
from hub.db import Database
from hub.embedded.meilisearch import EmbeddedMeilisearch, cache_dir, find_or_fetch_program
from hub.embedded.net import LOOPBACK, choose_port
from hub.embedded.postgres import EmbeddedPostgres
from hub.rooms import register_rooms
from hub.settings import Settings
from ingest.imports.formats import ImportFormat
from ingest.imports.report import SilentReporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions
from tests.bench.__main__ import wrk
from tests.bench.api_server import wait
from tests.bench.mixed_day import publishing, read_outcomes, write_script
from tests.bench.peers.rows import Policy, make_policies, make_registry, write_records
from tests.bench.peers.servers import Question, install, start_directus, start_postgraphile, wait_for
from tests.bench.peers.tables import fill_tables, peers_url
from tests.support.registry_seed import seed_registry

PAGE = {
    "query": "{ policies(first: 20) { edges { node { id title number summary state issuedOn effectiveOn publishedAt "
    "agency { code name } topics { code name } } } } }"
}
Questions = dict[str, Question]
POSTGRAPHILE, DIRECTUS = "PostGraphile page of 20", "Directus list of 20"
BARE = "bare ASGI"
KEPT = ", kept"
MIXED = "mixed day, a publish a second"
AIMS = {
    ("hello, through the whole stack", BARE): 0.3,
    ("REST list of 20", POSTGRAPHILE): 1.5,
    ("REST detail", POSTGRAPHILE): 2.0,
    ("GraphQL page of 20", POSTGRAPHILE): 1.2,
    ("GraphQL page of 20", DIRECTUS): 4.0,
    **{
        (name + KEPT, peer): aim
        for name in ("REST list of 20", "REST detail", "GraphQL page of 20", "Atom feed")
        for peer, aim in ((BARE, 0.3), (POSTGRAPHILE, 8.0))
    },
    (MIXED, POSTGRAPHILE): 4.0,
}
"""The least ratio of a question of ours to a peer's, or to the bare application's."""
UNLIMITED = "9999999/second"
CACHE_MB = 64


async def fill_hub(settings: Settings, folder: Path, policies: list[Policy]) -> str:
    """Migrate, load the registry, import and publish; returns an editor's key."""
    await migrations.upgrade(settings.require_database_url())
    database = Database(settings)
    async with database.write() as session:
        await seed_registry(session)
        _, key = await create_key(session, agency="ubnd-hue", scopes=[scope.value for scope in Scope], label="bench")
    write_records(folder / "peers.jsonl", policies)
    options = ImportOptions(publish=True, format=ImportFormat.jsonl, data=folder)
    await run_import(database, [folder / "peers.jsonl"], options, SilentReporter())
    async with database.writer.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("VACUUM ANALYZE")
    await database.dispose()
    return key


def start(stack: ExitStack, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that ends with the run."""
    child = subprocess.Popen([sys.executable, "-m", *command], env=os.environ | environment)
    stack.callback(child.wait)
    stack.callback(child.terminate)
    return child


def start_hub(stack: ExitStack, folder: Path, environment: dict[str, str], megabytes: int) -> tuple[str, Questions]:
    """Start one API process with so large an answer cache; its address, and its questions by their names."""
    port = choose_port(folder / f"port-{megabytes}")
    child = start(stack, ["tests.bench.app", str(port)], {**environment, "HUB_ANSWER_CACHE_MB": str(megabytes)})
    base = f"http://{LOOPBACK}:{port}"
    wait_for(Question(f"{base}/api/v1/policies?limit=1"), child)
    [one] = Question(f"{base}/api/v1/policies?limit=1").ask()["items"]
    return base, {
        "REST list of 20": Question(f"{base}/api/v1/policies?limit=20"),
        "REST detail": Question(base + one["path"]),
        "GraphQL page of 20": Question(f"{base}/graphql", PAGE),
        "Atom feed": Question(f"{base}/feeds/policies.atom"),
    }


def measure_day(base: str, key: str, folder: Path, seconds: int, connections: int) -> tuple[float, str]:
    """Return requests per second of a mixed day, and its p99 with the share of kept answers.

    Each address has been asked before.
    """
    write_script(folder / "day.lua", base, PAGE)
    wrk(base, 3, connections, folder / "day.lua")
    before = read_outcomes(base)
    with publishing(base, key) as published:
        rate, slow = wrk(base, seconds, connections, folder / "day.lua")
    outcomes = {name: count - before[name] for name, count in read_outcomes(base).items()}
    share = outcomes["hit"] / sum(outcomes.values())
    return rate, f"{slow}; {share:.1%} of the answers were kept ones, beside {len(published)} publications"


def measure(questions: Questions, folder: Path, seconds: int, connections: int) -> dict[str, float]:
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
        key = "" if database else asyncio.run(fill_hub(Settings(database_url=url, data=folder), folder, policies))
        asyncio.run(fill_tables(url, policies))
        environment = {
            "HUB_DATABASE_URL": url,
            "HUB_DATA": str(folder),
            "HUB_RATE_ANONYMOUS": UNLIMITED,
            "HUB_RATE_KEY": UNLIMITED,
            "HUB_LOG_LEVEL": "WARNING",
        }
        _, questions = start_hub(stack, folder, environment, 0)
        with_search = dict(environment)
        program = None if database else find_or_fetch_program(cache_dir(), print)
        if program is not None:
            engine = stack.enter_context(EmbeddedMeilisearch(program, folder / "meilisearch"))
            with_search |= {"HUB_MEILISEARCH_URL": engine.url, "HUB_MEILISEARCH_KEY": engine.key}
        base, kept = start_hub(stack, folder, with_search, CACHE_MB)
        questions |= {name + KEPT: question for name, question in kept.items()}
        questions["hello, through the whole stack"] = Question(f"{base}/hello")
        port = choose_port(folder / "bare-port")
        bare = ["uvicorn", "--no-access-log", "--log-level", "warning", "tests.bench.bare:app", "--port", str(port)]
        start(stack, bare, {})
        questions[BARE] = Question(f"http://{LOOPBACK}:{port}/")
        wait(questions[BARE].url)
        starters = {POSTGRAPHILE: ("postgraphile", start_postgraphile)}
        if directus:
            starters[DIRECTUS] = ("directus", start_directus)
        for name, (package, start_peer) in starters.items():
            installed = install(package)
            if isinstance(installed, str):
                Console().print(f"Without {package}: {installed}.")
            else:
                questions[name] = start_peer(stack, installed, folder, peers_url(url))
        rates = measure(questions, folder, seconds, connections)
        slow = ""
        if program is not None:
            start(stack, ["hub", "worker"], with_search)
            # The followers of 10,000 new documents would share the processors with the day.
            for follower in ("search", "questions", "citations"):
                wait(f"{base}/health/ready", f'"{follower}":0')
            rates[MIXED], slow = measure_day(base, key, folder, 3 * seconds, connections)
    peers = [name for name in (BARE, POSTGRAPHILE, DIRECTUS) if name in rates]
    title = f"{documents} documents, {connections} connections"
    table = Table("question", "requests/s", *(f"to {name}" for name in peers), title=title)
    for name, rate in rates.items():
        ratios = (_ratio(rate / rates[peer], AIMS.get((name, peer))) for peer in peers)
        table.add_row(name, f"{rate:,.0f}", *ratios)
    Console(width=120).print(table)
    if slow:
        Console().print(f"p99 of the mixed day: {slow}")


def _ratio(found: float, aim: float | None) -> str:
    return f"{found:.2f}" if aim is None else f"{found:.2f} (aim {aim})"


if __name__ == "__main__":
    typer.run(main)
