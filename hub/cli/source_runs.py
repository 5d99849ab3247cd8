"""`hub source run` and `hub source items`: run a source in the foreground, and list its items."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hub.cli.database import run_with_database
from hub.cli.options import parse_options
from hub.cli.sources import AS_JSON, CODE, app, format_counts
from hub.db import Database
from hub.errors import TransitionConflict
from hub.files.store import FileStore
from hub.locks.leases import open_leases
from hub.outgoing.client import OutgoingClient
from hub.problem_texts.catalogue import DEFAULT_LANGUAGE, ProblemWriter
from hub.settings import Settings, load_settings
from hub.times import format_rfc3339
from ingest.sources.commands import check_runnable
from ingest.sources.http.fetcher import Fetcher
from ingest.sources.pipeline.queue import SourceQueue
from ingest.sources.pipeline.runner import ProgressCallback, Runner, RunProgress
from ingest.sources.queries import list_items, read_run, read_source_row
from ingest.sources.views import ItemPage, ItemParams, RunView

PROGRESS_INTERVAL = 3.0
"""Seconds between two progress lines if standard error is not a terminal."""


@app.command()
def run(code: str = CODE, as_json: bool = AS_JSON) -> None:
    """Run a source now, in the foreground, until all its items are processed.

    After an interruption, the same command or the worker resumes the run.
    """
    settings = load_settings()

    async def work(database: Database) -> RunView:
        outgoing = OutgoingClient(settings)
        try:
            with _progress_display(code) as on_progress:
                return await _run(database, outgoing, settings, code, on_progress)
        finally:
            await outgoing.close()

    try:
        found = run_with_database(work, settings)
    except KeyboardInterrupt:
        typer.echo(f"Stopped. Processed items are kept; `hub source run {code}` resumes the run.", err=True)
        raise typer.Exit(130) from None
    if as_json:
        typer.echo(found.model_dump_json())
    elif found.error is None:
        typer.echo(f"{code}: {format_counts(found.counts) or 'no items'}.")
    if found.error is not None:
        typer.echo(f"{code} failed. {found.error}", err=True)
        raise typer.Exit(1)


async def _run(
    database: Database, outgoing: OutgoingClient, settings: Settings, code: str, on_progress: ProgressCallback
) -> RunView:
    runner = Runner(database, Fetcher(database, outgoing, settings), FileStore(settings), settings)
    async with open_leases(database.url, SourceQueue.name) as leases:
        async with database.read() as connection:
            check_runnable(await read_source_row(connection, None, code))
        if not await leases.try_acquire(code):
            raise TransitionConflict(
                f"`{code}` is already running.", field="code", expected="to wait for the end of that run"
            )
        number = await runner.run(code, discover=True, on_progress=on_progress, turn_seconds=float("inf"))
        async with database.read() as connection:
            return await read_run(connection, number)


@contextmanager
def _progress_display(code: str) -> Iterator[ProgressCallback]:
    """A progress bar on a terminal, plain lines otherwise."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield _PlainProgress(code)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.fields[at]}"), console=console) as bar:
        task = bar.add_task(code, total=None, at="")

        def watch(progress: RunProgress) -> None:
            done = _count_done(progress)
            total = done + progress.waiting or None
            bar.update(task, completed=done, total=total, at=(progress.at or "")[-60:])

        yield watch


class _PlainProgress:
    def __init__(self, code: str):
        self.code = code
        self.last_printed_at = 0.0

    def __call__(self, progress: RunProgress) -> None:
        if time.monotonic() - self.last_printed_at >= PROGRESS_INTERVAL:
            self.last_printed_at = time.monotonic()
            counts = format_counts(progress.counts) or "started"
            typer.echo(f"{self.code}: {counts}; {progress.waiting} waiting; {progress.at or ''}", err=True)


def _count_done(progress: RunProgress) -> int:
    return sum(number for name, number in progress.counts.items() if name not in ("found", "new", "vanished"))


@app.command()
def items(
    code: str = CODE,
    state: str = typer.Option(
        None, "--state", help="Only items in this state: waiting, done, quarantined or vanished."
    ),
    limit: int = typer.Option(50, "--limit", min=1, max=100, help="Maximum number of items."),
    as_json: bool = AS_JSON,
) -> None:
    """List the items of a source and the outcome of each, newest first."""

    params = parse_options(ItemParams, state=state, limit=limit)

    async def read(database: Database) -> ItemPage:
        async with database.read() as connection:
            await read_source_row(connection, None, code)
            return await list_items(connection, code, params, ProblemWriter(DEFAULT_LANGUAGE))

    print_items(run_with_database(read), as_json=as_json)


def print_items(page: ItemPage, *, as_json: bool) -> None:
    """Print items as lines, each followed by its reason, or as JSON."""
    if as_json:
        typer.echo(page.model_dump_json())
        return
    for each in page.items:
        outcome = f", {each.outcome}" if each.outcome else ""
        checked_at = f" {format_rfc3339(each.checked_at)}" if each.checked_at else ""
        typer.echo(f"{each.id} {each.source} {each.url or each.external_id}: {each.state}{outcome}{checked_at}")
        if each.reason:
            typer.echo(f"    {each.reason.code}: {each.reason.detail}")
    if page.next:
        typer.echo("There are more items: increase --limit to see them.", err=True)
