"""`hub import` and `hub demo`: load content from files."""

from pathlib import Path

import typer

from hub.cli.database import run_with_database
from hub.cli.demo import demo
from hub.settings import load_settings
from ingest.imports.formats import ImportFormat
from ingest.imports.report import reporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions


def import_files(
    files: list[Path] = typer.Argument(..., metavar="FILE…", help="JSONL, legal records or plain text, also gzipped."),
    publish: bool = typer.Option(
        False, "--publish", help="Publish the records. By default they stay working editions."
    ),
    file_format: ImportFormat = typer.Option(
        ImportFormat.auto, "--format", help="Format of the files; auto detects it."
    ),
    agency: str = typer.Option("ubnd-hue", "--agency", help="Code of the agency that owns records without one."),
) -> None:
    """Import content from files.

    The import is idempotent: known records change nothing, and the same command resumes an interrupted import.
    Exits with code 1 if a record or a file was rejected; everything else is imported.
    """
    settings = load_settings()
    options = ImportOptions(
        publish=publish, format=file_format, agency=agency, data=settings.data, languages=settings.languages
    )

    try:
        summary = run_with_database(lambda database: run_import(database, files, options, reporter()), settings)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if summary.counts.rejected:
        raise typer.Exit(1)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("import")(import_files)
    app.command()(demo)
