"""Maintenance: `hub verify-log`, `hub rebuild-views`, `hub rebuild-citations`, `hub recount`, `hub reindex`."""

import typer

from hub.citations.follower import rebuild as rebuild_all_citations
from hub.cli.database import run_with_database
from hub.cli.progress import show_progress
from hub.content.live_counts import recount as recount_live_documents
from hub.content.rebuild import rebuild_published_views
from hub.db import Database
from hub.errors import ServiceUnavailable
from hub.ops.verify import read_verified_position, save_verified_position, verify
from hub.search.port import EngineUnavailable
from hub.settings import load_settings
from search.factory import build_question_projector, open_projector
from search.meilisearch.locks import index_lock
from search.meilisearch.nightly_check import check_index
from search.meilisearch.reindex import ReindexProgress
from search.meilisearch.reindex import reindex as rebuild_index
from search.question_index.nightly_check import compare_index
from search.question_index.store import IndexDamaged


def verify_log(
    from_start: bool = typer.Option(
        False, "--from-start", help="Verify every entry, also those that an earlier run found intact."
    ),
) -> None:
    """Verify the publication log: no gaps, an unbroken hash chain, and published views with the logged bytes.

    A run that finds no fault keeps the position that it reached, and the next one goes on from there.
    """

    async def check(database: Database) -> tuple[int, int, int]:
        reached = faults = 0
        async with database.read() as connection:
            after = None if from_start else await read_verified_position(connection)
        with show_progress("Verifying the log") as show:
            async with database.read() as connection:
                async for reached, found in verify(connection, after=after):
                    for fault in found:
                        typer.echo(f"{fault.seq}: {fault.problem}", err=True)
                    faults += len(found)
                    show(f"{reached} entries")
        begin = after.seq if after is not None else 0
        if not faults:
            reached = max(reached, begin)
            async with database.write() as session:
                await save_verified_position(session, reached)
        return begin, reached, faults

    begin, reached, faults = run_with_database(check)
    if faults:
        typer.echo(f"The log is damaged: {faults} faults in {reached} entries.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The log is intact: {reached} entries, no gaps, every hash correct.")
    if begin:
        typer.echo(f"Entries up to {begin} were verified before; `hub verify-log --from-start` verifies them again.")


def rebuild_views() -> None:
    """Rebuild all live views from their editions. Views that change are republished through the log."""

    async def run(database: Database) -> tuple[int, int]:
        checked = republished = 0
        with show_progress("Rebuilding views") as show:
            async for done in rebuild_published_views(database):
                checked, republished = done.checked, done.republished
                show(str(checked))
        return checked, republished

    checked, republished = run_with_database(run)
    typer.echo(f"{checked} views checked, {republished} republished.")


def rebuild_citations() -> None:
    """Extract and resolve the citations of every public text again, after a change of the citation grammar."""

    async def run(database: Database) -> tuple[int, int]:
        documents = citations = 0
        with show_progress("Rebuilding citations") as show:
            async for done in rebuild_all_citations(database):
                documents, citations = documents + done.documents, citations + done.citations
                show(f"{documents} documents")
        return documents, citations

    documents, citations = run_with_database(run)
    typer.echo(f"{documents} documents read, {citations} citations found.")


def recount() -> None:
    """Count the live documents anew, for the front page and the sitemaps. Publishing waits while it counts."""

    async def run(database: Database) -> dict[str, tuple[int, int]]:
        async with database.write() as session:
            return await recount_live_documents(session)

    differences = run_with_database(run)
    for kind, (kept, true) in differences.items():
        typer.echo(f"{kind}: {kept} were kept, {true} are live.")
    typer.echo("The numbers are corrected." if differences else "The kept numbers are right.")


def reindex(
    check: bool = typer.Option(
        False, "--check", help="Only compare the indexes with the live views and repair differences."
    ),
) -> None:
    """Rebuild the search index and this host's index for questions. The old ones serve until the new ones are complete;
    publishing goes on.
    """
    settings = load_settings()

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
            with show_progress("Reindexing") as show:
                return await rebuild(database, lambda what, done: show(f"{what} {done}"))
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
    app.command("recount")(recount)
    app.command("reindex")(reindex)
