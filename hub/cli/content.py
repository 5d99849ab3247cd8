"""`hub import` and `hub demo`: content from files."""

from pathlib import Path

import typer

from hub import demo as samples
from hub.cli.database import run_with_database
from hub.db import Database
from hub.settings import load_settings
from ingest.imports.formats import ImportFormat
from ingest.imports.report import SilentReporter, reporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions


def import_files(
    files: list[Path] = typer.Argument(..., metavar="FILE…", help="JSONL, legal records or plain text; gzip too."),
    publish: bool = typer.Option(False, "--publish", help="Make the records public; without it they stay editions."),
    file_format: ImportFormat = typer.Option(ImportFormat.auto, "--format", help="What the files hold; `auto` looks."),
    agency: str = typer.Option("ubnd-hue", "--agency", help="Owner of records that name none."),
) -> None:
    """Import files. Run it again at any time: known records change nothing, an interrupted import goes on."""
    settings = load_settings()
    options = ImportOptions(
        publish=publish, format=file_format, agency=agency, data=settings.data, languages=settings.languages
    )

    try:
        run_with_database(lambda database: run_import(database, files, options, reporter()), settings)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def demo() -> None:
    """Load Huế's registry and the sample content; running it again changes nothing."""
    settings = load_settings()

    async def run(database: Database) -> str:
        async with database.write() as session:
            await samples.load_registry(session)
        with samples.content_file() as path:
            options = ImportOptions(
                publish=True, format=ImportFormat.jsonl, data=settings.data, languages=settings.languages, by="demo"
            )
            return (await run_import(database, [path], options, SilentReporter())).lines()[0]

    typer.echo(f"Demo content: {run_with_database(run, settings)}.")


def add_commands(app: typer.Typer) -> None:
    """Put these commands into an app."""
    app.command("import")(import_files)
    app.command()(demo)
