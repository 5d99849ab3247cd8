"""`hub quarantine …`: items from sources and partners that could not be processed, and retries."""

import json

import typer

from hub.cli.database import run_with_database
from hub.cli.options import parse_options
from hub.cli.source_runs import print_items
from hub.cli.sources import AS_JSON
from hub.db import Database
from hub.errors import InvalidInput
from ingest.sources.quarantine import (
    QuarantineItem,
    QuarantineParams,
    Retry,
    RetryResult,
    list_quarantined,
    read_quarantined,
    retry_all,
    retry_one,
)
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
    """Show a quarantined item as JSON: its reason, and the delivered record or the SHA-256 of the delivered file."""

    async def read(database: Database) -> QuarantineItem:
        async with database.read() as connection:
            return await read_quarantined(connection, None, number)

    typer.echo(json.dumps(run_with_database(read).model_dump(mode="json"), ensure_ascii=False, indent=2))


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
