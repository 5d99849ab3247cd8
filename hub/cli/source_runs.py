"""`hub source run` and `hub source items`: a run under one's eyes, and what came of each finding."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hub.cli.database import run_with_database
from hub.cli.sources import AS_JSON, CODE, app, format_counts
from hub.db import Database
from hub.errors import TransitionConflict
from hub.files.store import FileStore
from hub.jobs.dispatcher import open_advisory_locks
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings, load_settings
from hub.times import format_rfc3339
from ingest.sources.commands import check_runnable
from ingest.sources.http.fetcher import Fetcher
from ingest.sources.pipeline.queue import SourceQueue
from ingest.sources.pipeline.runner import ProgressCallback, Runner
from ingest.sources.pipeline.runner import RunProgress as Reached
from ingest.sources.queries import list_items, read_run, read_source_row
from ingest.sources.views import ItemPage, ItemParams, RunView

PROGRESS_INTERVAL = 3.0
"""Seconds between two plain lines."""


@app.command()
def run(code: str = CODE, as_json: bool = AS_JSON) -> None:
    """Ask it now and take in what it has, here and to the end. Interrupted, the same command goes on, or the worker."""
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
        typer.echo(f"Stopped. What is decided stays; `hub source run {code}` goes on.", err=True)
        raise typer.Exit(130) from None
    if as_json:
        typer.echo(found.model_dump_json())
    elif found.error is None:
        typer.echo(f"{code}: {format_counts(found.counts) or 'nothing there'}.")
    if found.error is not None:
        typer.echo(f"{code} failed. {found.error}", err=True)
        raise typer.Exit(1)


async def _run(
    database: Database, outgoing: OutgoingClient, settings: Settings, code: str, on_progress: ProgressCallback
) -> RunView:
    runner = Runner(database, Fetcher(database, outgoing, settings), FileStore(settings), settings)
    async with open_advisory_locks(database, SourceQueue.name) as locks:
        async with database.read() as connection:
            check_runnable(await read_source_row(connection, None, code))
        if not await locks.try_acquire(code):
            raise TransitionConflict(f"`{code}` is being run already.", field="code", expected="the end of that run")
        number = await runner.run(code, discover=True, on_progress=on_progress, turn_seconds=float("inf"))
        async with database.read() as connection:
            return await read_run(connection, number)


@contextmanager
def _progress_display(code: str) -> Iterator[ProgressCallback]:
    """A bar on a terminal, plain lines elsewhere."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield _PlainProgress(code)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.fields[said]}"), console=console) as bar:
        task = bar.add_task(code, total=None, said="")

        def watch(reached: Reached) -> None:
            done = _count_done(reached)
            total = done + reached.waiting or None
            bar.update(task, completed=done, total=total, said=(reached.at or "")[-60:])

        yield watch


class _PlainProgress:
    def __init__(self, code: str):
        self.code = code
        self.last_printed_at = 0.0

    def __call__(self, reached: Reached) -> None:
        if time.monotonic() - self.last_printed_at >= PROGRESS_INTERVAL:
            self.last_printed_at = time.monotonic()
            said = format_counts(reached.counts) or "begins"
            typer.echo(f"{self.code}: {said}; {reached.waiting} wait; {reached.at or ''}", err=True)


def _count_done(reached: Reached) -> int:
    return sum(number for name, number in reached.counts.items() if name not in ("found", "new", "vanished"))


@app.command()
def items(
    code: str = CODE,
    state: str = typer.Option(None, "--state", help="Only those: waiting, done, quarantined or vanished."),
    limit: int = typer.Option(50, "--limit", min=1, max=100, help="How many."),
    as_json: bool = AS_JSON,
) -> None:
    """List what was found there and what came of each, newest first."""

    async def read(database: Database) -> ItemPage:
        async with database.read() as connection:
            await read_source_row(connection, None, code)
            return await list_items(connection, code, ItemParams(state=state, limit=limit))

    print_items(run_with_database(read), as_json=as_json)


def print_items(page: ItemPage, *, as_json: bool) -> None:
    """Print findings as lines, the reason below each, or as JSON."""
    if as_json:
        typer.echo(page.model_dump_json())
        return
    for each in page.items:
        came = f", {each.outcome}" if each.outcome else ""
        looked = f" {format_rfc3339(each.checked_at)}" if each.checked_at else ""
        typer.echo(f"{each.id} {each.source} {each.url or each.external_id}: {each.state}{came}{looked}")
        if each.reason:
            typer.echo(f"    {each.reason.code}: {each.reason.detail}")
    if page.next:
        typer.echo("There are more: --limit says how many are shown.", err=True)
