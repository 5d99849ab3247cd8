"""`hub quarantine …`: items from sources and partners that could not be processed, and retries."""

import json
from typing import Any

import typer

from hub.cli.database import run_with_database
from hub.cli.options import parse_options
from hub.cli.source_runs import print_items
from hub.cli.sources import AS_JSON
from hub.db import Database
from hub.errors import HubError, InvalidInput
from hub.files.store import FileStore
from hub.settings import Settings, load_settings
from ingest.sources.quarantine import (
    QuarantineParams,
    Retry,
    RetryResult,
    list_quarantined,
    read_quarantined,
    retry_all,
    retry_one,
)
from ingest.sources.quarantine_reading import read_quarantined_file
from ingest.sources.views import ItemPage

app = typer.Typer(help="Inspect and retry quarantined items (cách ly).", no_args_is_help=True)

SOURCE = typer.Option(None, "--source", help="Only items of this source.")
REASON = typer.Option(None, "--code", help="Only items with this reason code, such as scanned_pdf.")


@app.command("list")
def list_all(
    source: str = SOURCE,
    code: str = REASON,
    limit: int = typer.Option(50, "--limit", min=1, max=100, help="Maximum number of items."),
    as_json: bool = AS_JSON,
) -> None:
    """List quarantined items with their reasons, newest first."""

    params = parse_options(QuarantineParams, source=source, code=code, limit=limit)

    async def read(database: Database) -> ItemPage:
        async with database.read() as connection:
            return await list_quarantined(connection, None, params)

    print_items(run_with_database(read), as_json=as_json)


@app.command()
def show(number: int = typer.Argument(..., metavar="NUMBER", min=1, help="Number of the item.")) -> None:
    """Show a quarantined item as JSON: its reason, and the delivered record or what is read from the delivered file.

    The reading has the text, the content that was found, and the doubts with what was expected in which member; of a
    file that cannot be read, the reason.
    """
    settings = load_settings()

    async def read(database: Database) -> dict[str, Any]:
        async with database.read() as connection:
            item = await read_quarantined(connection, None, number)
        shown = item.model_dump(mode="json")
        if item.reading_path is not None:
            shown["reading"] = await _read_again(database, settings, number)
        return shown

    typer.echo(json.dumps(run_with_database(read, settings), ensure_ascii=False, indent=2))


async def _read_again(database: Database, settings: Settings, number: int) -> dict[str, Any]:
    try:
        found = await read_quarantined_file(database, FileStore(settings), settings, None, number)
    except HubError as problem:
        members = {"code": problem.code, "detail": problem.detail, "expected": problem.expected}
        return {name: value for name, value in members.items() if value is not None}
    return found.model_dump(mode="json")


@app.command()
def retry(
    numbers: list[int] = typer.Argument(
        None, metavar="NUMBER…", help="Numbers of the items, unless --source is given."
    ),
    source: str = SOURCE,
    code: str = REASON,
) -> None:
    """Queue quarantined items for another attempt: the worker downloads and processes them again."""
    if bool(numbers) == bool(source):
        raise InvalidInput("Give either the numbers of items or a source.", expected="NUMBER… or --source CODE")

    all_of = parse_options(Retry, source=source, code=code) if source else None

    async def work(database: Database) -> int:
        async with database.write() as session:
            if all_of is not None:
                return (await retry_all(session, None, all_of)).retried
            done: list[RetryResult] = [await retry_one(session, None, number) for number in numbers]
            return sum(each.retried for each in done)

    count = run_with_database(work)
    typer.echo(f"{count} {'item' if count == 1 else 'items'} queued for another attempt.")
