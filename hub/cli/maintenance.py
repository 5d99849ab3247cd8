"""Maintenance: `hub verify-log`, `hub rebuild-views`, `hub rebuild-citations`, `hub reindex`."""

import time

import typer
from rich.console import Console

from hub.citations.follower import rebuild as rebuild_all_citations
from hub.cli.database import run_with_database
from hub.content.rebuild import rebuild_published_views
from hub.db import Database
from hub.errors import ServiceUnavailable
from hub.ops.verify import verify
from hub.search.port import EngineUnavailable
from hub.settings import load_settings
from search.factory import build_question_projector, open_projector
from search.meilisearch.locks import index_lock
from search.meilisearch.nightly_check import check_index
from search.meilisearch.reindex import ReindexProgress
from search.meilisearch.reindex import reindex as rebuild_index
from search.question_index.nightly_check import compare_index
from search.question_index.store import IndexDamaged

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
        False, "--check", help="Only compare the indexes with the live views and repair differences."
    ),
) -> None:
    """Rebuild the search index and this host's index for questions. The old ones serve until the new ones are complete;
    publishing goes on.
    """
    settings = load_settings()
    console = Console(stderr=True)
    last_printed_at: dict[str, float] = {}

    def print_progress(what: str, done: int) -> None:
        if time.monotonic() - last_printed_at.get(what, 0) > REPORT_SECONDS:
            last_printed_at[what] = time.monotonic()
            typer.echo(f"Reindexing … {what} {done}", err=True)

    async def compare(database: Database) -> list[str]:
        found = []
        if settings.meilisearch_url is not None:
            async with open_projector(settings, database) as projector, index_lock(database):
                views = await check_index(database, projector)
            parts = f"{views.missing} missing, {views.stale} outdated, {views.orphaned} no longer live"
            found.append(f"Repaired: {parts}." if views else "The index matches the live views.")
        questions = await compare_index(database, build_question_projector(settings, database))
        if questions is None:
            found.append("There is no index for questions: the worker builds it.")
        elif questions:
            parts = f"{questions.outdated} outdated, {questions.orphaned} no longer live"
            found.append(f"The index for questions differs: {parts}. The worker repairs it within a minute.")
        else:
            found.append("The index for questions matches the live views.")
        return found

    async def rebuild(database: Database, report: ReindexProgress) -> list[str]:
        found = []
        if settings.meilisearch_url is not None:
            async with open_projector(settings, database) as projector:
                count = await rebuild_index(database, projector, report)
            found.append(f"{count} index entries written. The new index is in use.")
        count = await build_question_projector(settings, database).reindex(report)
        return [*found, f"{count} passages written for questions. The new index is in use."]

    async def run(database: Database) -> list[str]:
        try:
            if check:
                return await compare(database)
            if not console.is_terminal:
                return await rebuild(database, print_progress)
            with console.status("Reindexing …") as status:
                return await rebuild(database, lambda what, done: status.update(f"Reindexing … {what} {done}"))
        except EngineUnavailable as problem:
            raise ServiceUnavailable(f"Meilisearch does not answer: {problem}.") from problem
        except (IndexDamaged, OSError) as problem:
            raise ServiceUnavailable(f"The index for questions cannot be read or written: {problem}.") from problem

    for line in run_with_database(run, settings):
        typer.echo(line)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("verify-log")(verify_log)
    app.command("rebuild-views")(rebuild_views)
    app.command("rebuild-citations")(rebuild_citations)
    app.command("reindex")(reindex)
