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
from hub.problem_texts.catalogue import DEFAULT_LANGUAGE, ProblemWriter
from hub.settings import Settings, load_settings
from ingest.imports.quarantine_retry import FileRetry
from ingest.sources.quarantine import QuarantineParams, list_quarantined, read_quarantined
from ingest.sources.quarantine_reading import read_quarantined_file
from ingest.sources.stored_retry import StoredRetry, require_active
from ingest.sources.views import ItemPage

app = typer.Typer(help="Inspect and retry quarantined items (cách ly).", no_args_is_help=True)

SOURCE = typer.Option(None, "--source", help="Only items of this source.")
IMPORTS = "import"
"""Name in `--source` for the quarantine files of `hub import`."""
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
            return await list_quarantined(connection, None, params, ProblemWriter(DEFAULT_LANGUAGE))

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
            item = await read_quarantined(connection, None, number, ProblemWriter(DEFAULT_LANGUAGE))
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
    numbers: list[int] = typer.Argument(None, metavar="NUMBER…", help="Numbers of items; by default all of them."),
    source: str = typer.Option(
        None, "--source", help="Only items of this source; `import`: only the files of hub import."
    ),
    code: str = typer.Option(
        None, "--reason", "--code", help="Only what has this reason code, such as unknown_reference."
    ),
    fetch: bool = typer.Option(False, "--fetch", help="Let the worker download the items of sources again."),
) -> None:
    """Read again what was set aside, and take in what has no fault any more.

    Records and files are read as they were delivered, by the readers and rules of today; a page of which nothing is
    stored, or which links to files, is fetched again by the worker, with --fetch every page. Without --source, the
    quarantine files of `hub import` are read, too. Prints what was taken in, and what is still set aside and why. A
    stopped retry goes on by the same command.
    """
    if numbers and (source or code):
        raise InvalidInput("Give either the numbers of items, or --source and --reason.", expected="NUMBER…")
    settings = load_settings()
    chosen = parse_options(QuarantineParams, source=source, code=code)

    async def work(database: Database) -> list[str]:
        lines: list[str] = []
        if chosen.source != IMPORTS:
            if chosen.source is not None:
                await require_active(database, chosen.source)
            items = StoredRetry(database, FileStore(settings), settings)
            await items.run(source=chosen.source, code=chosen.code, numbers=numbers or (), fetch=fetch)
            lines += [f"sources: {line}" if not chosen.source else line for line in items.report.lines()]
        if not numbers and chosen.source in (None, IMPORTS):
            files = FileRetry(database, settings)
            await files.run(code=chosen.code)
            lines += [f"import: {line}" for line in files.report.lines()]
        return lines

    for line in run_with_database(work, settings):
        typer.echo(line)
