"""`hub source …`: manage the sources from which the hub ingests documents."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from hub.cli.database import run_with_database
from hub.db import Database
from hub.errors import InvalidInput
from hub.paging import MAX_LIMIT
from hub.settings import load_settings
from hub.times import format_rfc3339
from ingest.sources.commands import SourceManager, validate_source
from ingest.sources.queries import list_runs, list_sources, read_source, read_source_row
from ingest.sources.schemas import SourceType, Trust
from ingest.sources.views import RunView, SourcePage, SourceParams, SourceView

app = typer.Typer(help="Manage the sources (nguồn) from which the hub ingests documents.", no_args_is_help=True)

T = TypeVar("T")

CODE = typer.Argument(..., metavar="CODE", help="Code of the source.")
AS_JSON = typer.Option(False, "--json", help="Print one JSON object.")


def _run_command(work: Callable[[SourceManager], Awaitable[T]]) -> T:
    settings = load_settings()

    async def run(database: Database) -> T:
        async with database.write() as session:
            return await work(SourceManager(session, settings, None))

    return run_with_database(run, settings)


@app.command()
def add(
    code: str = typer.Argument(..., metavar="CODE", help="Unique code of the source. It cannot be changed later."),
    type_: SourceType = typer.Option(..., "--type", help="Type of the source."),
    kind: str = typer.Option(
        ..., "--kind", help="Kind of its documents: policy, draft, bulletin, statement, or press."
    ),
    agency: str = typer.Option(..., "--agency", help="Code of the agency that owns its documents."),
    name: str = typer.Option("", "--name", help="Name of the source; defaults to the code."),
    url: str = typer.Option(None, "--url", help="URL of the feed, sitemap, list page, JSONL file or bucket."),
    path: str = typer.Option(None, "--path", help="Path of a folder or JSONL file on this machine."),
    schedule: str = typer.Option(
        None, "--schedule", help="Interval such as 30m, 6h or 1d, or a cron expression with five fields."
    ),
    trust: Trust = typer.Option(
        Trust.review, "--trust", help="review: an editor approves documents; publish: documents are published at once."
    ),
    lang: str = typer.Option("vi", "--lang", help="Language of its documents."),
    config: str = typer.Option(
        "{}", "--config", help="Further configuration as a JSON object: links, next, include, …"
    ),
    mapping: str = typer.Option("{}", "--mapping", help="Mapping from records to document content, as a JSON object."),
) -> None:
    """Add a source. With a schedule, the worker runs it at once."""
    given = {"url": url, "path": path}
    value: dict[str, Any] = {
        "code": code,
        "name": name or code,
        "type": type_.value,
        "kind": kind,
        "agency": agency,
        "lang": lang,
        "trust": trust.value,
        "schedule": schedule,
        "config": _parse_json("config", config) | {key: each for key, each in given.items() if each is not None},
        "mapping": _parse_json("mapping", mapping),
    }
    new = validate_source(value)
    _print_state(_run_command(lambda sources: sources.add(new)))


@app.command("list")
def list_all(
    dead: bool = typer.Option(False, "--dead", help="Only dead sources, which need attention."),
    as_json: bool = AS_JSON,
) -> None:
    """List all sources with their state and item counts."""

    settings = load_settings()

    async def read(database: Database) -> list[SourceView]:
        found: list[SourceView] = []
        cursor: str | None = None
        async with database.read() as connection:
            while True:
                params = SourceParams(limit=MAX_LIMIT, cursor=cursor, dead=True if dead else None)
                page = await list_sources(connection, None, params, settings.source_dead_after)
                found += page.items
                cursor = page.next
                if cursor is None:
                    return found

    found = run_with_database(read, settings)
    if as_json:
        typer.echo(SourcePage(items=found, next=None).model_dump_json())
        return
    for each in found:
        when = f", next {format_rfc3339(each.next_at)}" if each.next_at else ""
        typer.echo(f"{each.code}: {_state(each)}{when}; {each.type} of {each.kind}, {each.agency}, trust {each.trust}")
        for line in (format_counts(each.items), each.last_error):
            if line:
                typer.echo(f"    {line}")


@app.command()
def show(code: str = CODE, as_json: bool = AS_JSON) -> None:
    """Show a source and its last ten runs."""

    settings = load_settings()

    async def read(database: Database) -> tuple[SourceView, list[RunView]]:
        async with database.read() as connection:
            await read_source_row(connection, None, code)
            source = await read_source(connection, code, settings.source_dead_after)
            return source, (await list_runs(connection, code, None, 10)).items

    source, runs = run_with_database(read, settings)
    if as_json:
        output = {"source": source.model_dump(mode="json"), "runs": [run.model_dump(mode="json") for run in runs]}
        typer.echo(json.dumps(output, ensure_ascii=False))
        return
    table = Table(show_header=False, box=None)
    for name, value in source.model_dump(mode="json", exclude_none=True).items():
        table.add_row(name, json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value))
    for run in runs:
        table.add_row(
            f"run {run.id}", f"{format_rfc3339(run.started_at)}: {run.error or format_counts(run.counts) or 'nothing'}"
        )
    Console(soft_wrap=True).print(table)


@app.command()
def pause(code: str = CODE) -> None:
    """Pause a source until it is resumed."""
    _print_state(_run_command(lambda sources: sources.pause(code)))


@app.command()
def resume(code: str = CODE) -> None:
    """Resume a source and run it now."""
    _print_state(_run_command(lambda sources: sources.resume(code)))


@app.command()
def remove(code: str = CODE) -> None:
    """Remove a source with its items and runs. Its documents stay."""
    _run_command(lambda sources: sources.remove(code))
    typer.echo(f"{code} is removed; its documents stay.")


def _parse_json(name: str, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as problem:
        raise InvalidInput(f"--{name} is not JSON: {problem}.", field=name, expected="a JSON object") from problem
    if not isinstance(found, dict):
        raise InvalidInput(f"--{name} is not a JSON object.", field=name, expected="a JSON object")
    return found


def _state(source: SourceView) -> str:
    return "dead" if source.dead else "running" if source.running else source.state.value


def format_counts(counts: dict[str, int]) -> str:
    """Format counts as `9 found, 2 created`: discovered items first, then outcomes."""
    ordered = sorted(counts.items(), key=lambda each: each[0] not in ("found", "new"))
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in ordered if count)


def _print_state(source: SourceView) -> None:
    when = f"; next run {format_rfc3339(source.next_at)}" if source.next_at else ""
    typer.echo(f"{source.code} is {_state(source)}{when}.")
