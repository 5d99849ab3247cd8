"""`hub quarantine …`: what sources and partners brought that was set aside, why, and another try."""

import json

import typer

from hub.cli.database import run_with_database
from hub.cli.source_runs import print_items
from hub.cli.sources import AS_JSON
from hub.db import Database
from hub.errors import InvalidInput
from ingest.sources.quarantine import (
    QuarantineItem,
    QuarantineParams,
    Retried,
    Retry,
    list_quarantined,
    read_quarantined,
    retry_all,
    retry_one,
)
from ingest.sources.views import ItemPage

app = typer.Typer(help="What sources brought that was set aside, why, and another try.", no_args_is_help=True)

SOURCE = typer.Option(None, "--source", help="Only of this source.")
REASON = typer.Option(None, "--code", help="Only for this reason, such as scanned_pdf.")


@app.callback()
def _quarantine() -> None:
    """What sources brought that was set aside, why, and another try."""


@app.command("list")
def list_all(
    source: str = SOURCE,
    code: str = REASON,
    limit: int = typer.Option(50, "--limit", min=1, max=100, help="How many."),
    as_json: bool = AS_JSON,
) -> None:
    """List what was set aside, newest first."""

    async def read(database: Database) -> ItemPage:
        async with database.read() as connection:
            return await list_quarantined(connection, None, QuarantineParams(source=source, code=code, limit=limit))

    print_items(run_with_database(read), as_json=as_json)


@app.command()
def show(number: int = typer.Argument(..., metavar="NUMBER", min=1, help="The finding's number.")) -> None:
    """Show one of them as JSON: its reason, and the record or the SHA-256 of the file as delivered."""

    async def read(database: Database) -> QuarantineItem:
        async with database.read() as connection:
            return await read_quarantined(connection, None, number)

    typer.echo(json.dumps(run_with_database(read).model_dump(mode="json"), ensure_ascii=False, indent=2))


@app.command()
def retry(
    numbers: list[int] = typer.Argument(None, metavar="NUMBER…", help="Numbers of findings; or else --source."),
    source: str = SOURCE,
    code: str = REASON,
) -> None:
    """Try them again: the worker fetches and reads them anew."""
    if bool(numbers) == bool(source):
        raise InvalidInput("Name findings by their numbers, or a source.", expected="NUMBER… or --source CODE")

    async def work(database: Database) -> int:
        async with database.write() as session:
            if source:
                return (await retry_all(session, None, Retry(source=source, code=code))).retried
            done: list[Retried] = [await retry_one(session, None, number) for number in numbers]
            return sum(each.retried for each in done)

    count = run_with_database(work)
    typer.echo(f"{count} {'is' if count == 1 else 'are'} tried again.")
