"""Maintenance: `hub verify-log`, `hub rebuild-views`, `hub rebuild-citations`, `hub reindex`, `hub doctor`."""

import platform
import time
from importlib.metadata import version

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

import hub
from hub.citations.follower import rebuild as rebuild_all_citations
from hub.cli.database import run_with_database
from hub.content.rebuild import rebuild_published_views
from hub.db import Database
from hub.errors import ServiceUnavailable
from hub.heartbeats.queries import read_worker_health
from hub.log.failures import list_failures
from hub.log.follow import lag
from hub.ops.verify import verify
from hub.search.port import EngineUnavailable
from hub.settings import Settings, load_settings
from hub.webhooks.alerts import read_webhook_alerts
from ingest.sources.alerts import dead_sources, source_alerts
from search.factory import build_search, open_projector
from search.meilisearch.locks import index_lock
from search.meilisearch.nightly_check import check_index
from search.meilisearch.reindex import reindex as rebuild_index

REPORT_SECONDS = 2.0
"""Seconds between two progress lines if standard error is not a terminal."""


def verify_log() -> None:
    """Verify the publication log: no gaps, an unbroken hash chain, and published views with the logged bytes."""

    async def check(database: Database) -> tuple[int, list[str]]:
        reached, faults = 0, []
        async with database.read() as connection:
            async for reached, found in verify(connection):  # noqa: B007 - the last one is reported
                faults += [f"{fault.seq}: {fault.problem}" for fault in found]
        return reached, faults

    reached, faults = run_with_database(check)
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        typer.echo(f"The log is damaged: {len(faults)} faults in {reached} entries.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The log is intact: {reached} entries, no gaps, every hash correct.")


def rebuild_views() -> None:
    """Rebuild all live views from their editions. Views that change are republished through the log."""

    async def run(database: Database) -> tuple[int, int]:
        checked = republished = 0
        with Console(stderr=True).status("Rebuilding views …") as status:
            async for done in rebuild_published_views(database):
                checked, republished = done.checked, done.republished
                status.update(f"Rebuilding views … {checked}")
        return checked, republished

    checked, republished = run_with_database(run)
    typer.echo(f"{checked} views checked, {republished} republished.")


def rebuild_citations() -> None:
    """Extract and resolve the citations of every public text again, after a change of the citation grammar."""

    async def run(database: Database) -> tuple[int, int]:
        documents = citations = 0
        with Console(stderr=True).status("Rebuilding citations …") as status:
            async for done in rebuild_all_citations(database):
                documents, citations = documents + done.documents, citations + done.citations
                status.update(f"Rebuilding citations … {documents} documents")
        return documents, citations

    documents, citations = run_with_database(run)
    typer.echo(f"{documents} documents read, {citations} citations found.")


def reindex(
    check: bool = typer.Option(
        False, "--check", help="Only compare the index with the live views and repair differences."
    ),
) -> None:
    """Rebuild the search index. The old index serves searches until the new one is complete; publishing goes on."""
    settings = load_settings()
    console = Console(stderr=True)
    last_printed_at: dict[str, float] = {}

    def print_progress(what: str, done: int) -> None:
        if time.monotonic() - last_printed_at.get(what, 0) > REPORT_SECONDS:
            last_printed_at[what] = time.monotonic()
            typer.echo(f"Reindexing … {what} {done}", err=True)

    async def run(database: Database) -> str:
        try:
            async with open_projector(settings, database) as projector:
                if check:
                    async with index_lock(database):
                        found = await check_index(database, projector)
                    parts = f"{found.missing} missing, {found.stale} outdated, {found.orphaned} no longer live"
                    return f"Repaired: {parts}." if found else "The index matches the live views."
                if not console.is_terminal:
                    count = await rebuild_index(database, projector, print_progress)
                else:
                    with console.status("Reindexing …") as status:
                        count = await rebuild_index(
                            database, projector, lambda what, done: status.update(f"Reindexing … {what} {done}")
                        )
                return f"{count} index entries written. The new index is in use."
        except EngineUnavailable as problem:
            raise ServiceUnavailable(f"Meilisearch does not answer: {problem}.") from problem

    typer.echo(run_with_database(run, settings))


def doctor() -> None:
    """Report the health of the hub: versions, database, log, followers, worker, webhooks, sources, search.

    Exits with code 1 if the search engine does not answer, a source is dead, a loop of the worker stands still or fails
    again and again, or a follower has parked an entry.
    """
    settings = load_settings()
    rows, is_healthy = run_with_database(lambda database: _run_checks(database, settings), settings)
    table = Table("part", "finding", show_header=False, box=None)
    for part, finding in rows:
        table.add_row(part, finding)
    Console().print(table)
    raise typer.Exit(0 if is_healthy else 1)


async def _run_checks(database: Database, settings: Settings) -> tuple[list[tuple[str, str]], bool]:
    rows = [
        ("hub", f"{hub.__version__} on Python {platform.python_version()}"),
        ("libraries", ", ".join(f"{name} {version(name)}" for name in ("fastapi", "strawberry-graphql", "sqlmodel"))),
    ]
    async with database.read() as connection:
        server = (await connection.execute(text("SHOW server_version"))).scalar_one()
        revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
        head = (await connection.execute(text("SELECT seq FROM log_head"))).scalar_one()
        followers = await lag(connection)
        webhooks = await read_webhook_alerts(connection)
        dead = await dead_sources(connection, settings.source_dead_after)
        quarantined = (await source_alerts(settings.source_dead_after)(connection))["source_items_quarantined"]
        worker = await read_worker_health(connection)
        entries_failed = await list_failures(connection)
    rows += [("database", f"PostgreSQL {server}, revision {revision}"), ("log", f"{head} entries")]
    rows += [(f"follower {name}", f"{entries} entries behind") for name, entries in followers.items()]
    rows.append(
        (
            "webhooks",
            f"{webhooks.waiting} messages waiting, {webhooks.parked} parked, {webhooks.disabled} endpoints disabled",
        )
    )
    rows.append(("sources", f"{len(dead)} dead, {quarantined} items quarantined"))
    rows += [(f"dead source {code}", error) for code, error in dead]
    rows.append(("worker", f"{len(worker.ages())} loops" if worker.loops else "no worker has run"))
    rows += [("worker", problem) for problem in worker.problems()]
    parked = sum(each.parked_at is not None for each in entries_failed)
    rows.append(("entries of followers", f"{len(entries_failed)} failed, {parked} parked"))
    search = build_search(settings, database)
    engine = await search.engine()
    search.close()
    expected = "postgres" if settings.meilisearch_url is None else "meilisearch"
    rows.append(("search", f"{engine} answers" + ("" if engine == expected else f"; {expected} does not")))
    return rows, engine == expected and not dead and not worker.problems() and not parked


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("verify-log")(verify_log)
    app.command("rebuild-views")(rebuild_views)
    app.command("rebuild-citations")(rebuild_citations)
    app.command("reindex")(reindex)
    app.command("doctor")(doctor)
