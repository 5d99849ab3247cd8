"""`hub doctor`: the health of the hub in plain lines."""

import typer
from rich.console import Console
from rich.table import Table

from hub.cli.database import run_with_database
from hub.db import Database
from hub.ops.checks import CHECKS, DoctorCheck, Finding, run_checks
from hub.settings import Settings, load_settings
from ingest.sources.alerts import source_alerts
from ingest.sources.dead_sources import dead_sources
from search.factory import build_search


async def check_sources(database: Database, settings: Settings) -> list[Finding]:
    """Report dead sources and quarantined items."""
    async with database.read() as connection:
        dead = await dead_sources(connection, settings.source_dead_after)
        quarantined = (await source_alerts(settings.source_dead_after)(connection))["source_items_quarantined"]
    found = [Finding("sources", f"{len(dead)} dead, {quarantined} items quarantined")]
    return found + [Finding(f"dead source {code}", error, is_problem=True) for code, error in dead]


async def check_search(database: Database, settings: Settings) -> list[Finding]:
    """Report which engine answers searches."""
    search = build_search(settings, database)
    engine = await search.engine()
    search.close()
    expected = "postgres" if settings.meilisearch_url is None else "meilisearch"
    if engine != expected:
        return [Finding("search", f"{engine} answers; {expected} does not", is_problem=True)]
    return [Finding("search", f"{engine} answers")]


ALL_CHECKS: tuple[DoctorCheck, ...] = (*CHECKS, check_sources, check_search)


def doctor() -> None:
    """Report the health of the hub: versions, database, log, registry, sending, followers, webhooks, worker, terms,
    views, sources, search.

    Exits with code 1 if something needs a person: the schema is another one, the log is damaged, the registry is empty,
    sending is held, a source is dead, a loop of the worker stands still or fails again and again, a follower has parked
    an entry, a due event fails, a legal term is over and not met or cannot be counted, the view of a public document is
    damaged, the settings lack something for a channel that is on, keys were changed over the API, or the search engine
    does not answer. Those lines begin with PROBLEM and say what to do.
    """
    settings = load_settings()
    found = run_with_database(lambda database: run_checks(ALL_CHECKS, database, settings), settings)
    table = Table("part", "finding", show_header=False, box=None)
    for finding in found:
        table.add_row(finding.part, f"{'PROBLEM: ' if finding.is_problem else ''}{finding.text}")
    Console(soft_wrap=True, markup=False).print(table)
    raise typer.Exit(1 if any(finding.is_problem for finding in found) else 0)


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(doctor)
