"""`hub import` and `hub demo`: load content from files, preview them, and print templates of tables."""

import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from hub.cli.database import run_with_database
from hub.cli.demo import demo
from hub.domain.kinds import KindName
from hub.errors import InvalidInput
from hub.settings import Settings, load_settings
from ingest.imports.formats import ImportFormat
from ingest.imports.outcomes import RecordOutcome, read_quarantine
from ingest.imports.preview import preview_import
from ingest.imports.preview_table import check_report_path, print_preview, write_report
from ingest.imports.report import reporter
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions
from ingest.spreadsheets.templates import write_template


def import_files(
    files: list[Path] = typer.Argument(
        None,
        metavar="FILE…",
        help="JSONL, legal records, plain text, or tables (XLSX, XLS, ODS, CSV); also gzipped.",
        show_default=False,
    ),
    publish: bool = typer.Option(
        False, "--publish", help="Publish the records. By default they stay working editions."
    ),
    file_format: ImportFormat = typer.Option(
        ImportFormat.auto, "--format", help="Format of the files; auto detects it."
    ),
    agency: str = typer.Option("ubnd-hue", "--agency", help="Code of the agency that owns records without one."),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Write nothing: show what would be created, changed and set aside, and why."
    ),
    report: Path | None = typer.Option(
        None, "--report", help="Write the records that are set aside as .csv or .xlsx, to correct and send again."
    ),
    template: KindName | None = typer.Option(
        None, "--template", help="Write an empty table for this kind as XLSX to the standard output."
    ),
) -> None:
    """Import content from files.

    The import is idempotent: known records change nothing, and the same command resumes an interrupted import.
    Exits with code 1 if a record or a file was, or would be, rejected; everything else is imported.
    """
    if template is not None:
        sys.stdout.buffer.write(write_template(template.value))
        return
    if not files:
        raise InvalidInput("There is no file to import.", field="FILE", expected="one file or more, or --template")
    if report is not None:
        check_report_path(report)
    settings = load_settings()
    options = ImportOptions(
        publish=publish, format=file_format, agency=agency, data=settings.data, languages=settings.languages
    )
    try:
        if dry_run:
            rejected, aside = _preview(files, options, settings)
        else:
            rejected, aside = _import(files, options, settings)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if report is not None:
        typer.echo(f"{write_report(report, aside)} records set aside: {report}", err=True)
    if rejected:
        raise typer.Exit(1)


def _preview(files: list[Path], options: ImportOptions, settings: Settings) -> tuple[int, Iterator[RecordOutcome]]:
    """Print the preview; returns the number of records that would be set aside, and these."""
    previews = run_with_database(lambda database: preview_import(database, files, options), settings)
    print_preview(previews)
    rejected = sum(preview.counts.get("set_aside", 0) for preview in previews)
    return rejected, (outcome for preview in previews for outcome in preview.outcomes)


def _import(files: list[Path], options: ImportOptions, settings: Settings) -> tuple[int, Iterator[RecordOutcome]]:
    """Import the files; returns the number of records that were set aside, and these."""
    summary = run_with_database(lambda database: run_import(database, files, options, reporter()), settings)
    aside = (outcome for one in summary.files if one.quarantine for outcome in read_quarantine(one.quarantine))
    return summary.counts.rejected, aside


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("import")(import_files)
    app.command()(demo)
