"""`hub dump`: export the snapshot and the CSV lists now."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from hub.cli.database import run_with_database
from hub.db import Database
from hub.exports.builder import Export, write_export
from hub.exports.storage import refresh_exports
from hub.files.store import FileStore
from hub.settings import load_settings


def dump(
    to: Path = typer.Option(
        None, "--to", help="Write the files to this folder instead of the file store.", show_default=False
    ),
) -> None:
    """Export the snapshot and every list as CSV now. The worker does so every night."""
    settings = load_settings()
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)

    async def run(database: Database) -> Export:
        if to is None:
            return await refresh_exports(database, FileStore(settings), settings)
        return await write_export(database, to, public_url=settings.public_url)

    export = run_with_database(run, settings)
    table = Table("file", "items", "bytes", "SHA-256", box=None)
    for file in export.files:
        table.add_row(file.name, str(file.rows), str(file.size), file.sha256)
    Console(soft_wrap=True).print(table)
    typer.echo(f"Everything public at position {export.seq} of the log {export.epoch}.")


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(dump)
