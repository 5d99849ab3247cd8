"""`hub registry …`: agencies, topics, places and spokespersons as data: load with a preview, export, check."""

from pathlib import Path

import typer

from hub.cli.database import run_with_database
from hub.cli.differences import print_difference
from hub.db import Database
from hub.registrar.record_load import apply_records, preview_records
from hub.registry.bundle import BUNDLES, bundle_records
from hub.registry.difference import RegistryDifference, RegistryRecord
from hub.registry.queries import has_agencies
from hub.registry.record_files import read_records, write_records
from hub.registry.snapshot import read_snapshot

app = typer.Typer(
    help="Load, export and check the registry (danh mục): agencies, topics, places, spokespersons.",
    no_args_is_help=True,
)

FILE = typer.Argument(
    ..., metavar="FILE", help=f"JSONL or XLSX; or the name of a bundled registry: {', '.join(BUNDLES)}."
)
AS_JSON = typer.Option(False, "--json", help="Print one JSON object.")


@app.command()
def load(
    file: Path = FILE,
    apply: bool = typer.Option(False, "--apply", help="Make the changes. By default they are only shown."),
    if_empty: bool = typer.Option(False, "--if-empty", help="Do nothing if the registry has agencies."),
    as_json: bool = AS_JSON,
) -> None:
    """Show what a file would add (+), change (~) and remove (-) in the registry and, with --apply, do it.

    Entries and members that the file does not name stay. All changes are made, or none: exits with code 1 if a record
    breaks a rule, or removes a code that something uses.
    """
    records = _read(file)

    async def work(database: Database) -> RegistryDifference:
        async with database.write() as session:
            if if_empty and await has_agencies(session):
                return RegistryDifference()
            return await (apply_records(session, records) if apply else preview_records(session, records))

    _print_difference(run_with_database(work), as_json=as_json, done=apply)


@app.command()
def check(file: Path = FILE, as_json: bool = AS_JSON) -> None:
    """Check a file against the rules and the present registry, and change nothing. Exits with code 1 for faults."""
    records = _read(file)

    async def work(database: Database) -> RegistryDifference:
        async with database.write() as session:
            return await preview_records(session, records)

    found = run_with_database(work)
    if not as_json and not found.faults:
        typer.echo(f"{len(records)} records, no faults; {len(found.changes)} would change the registry.")
        return
    _print_difference(found, as_json=as_json, done=False)


@app.command()
def export(
    file: Path = typer.Argument(..., metavar="FILE", help="File to write; its name ends in .jsonl or .xlsx."),
) -> None:
    """Write the registry to a file that `hub registry load` reads."""

    async def work(database: Database) -> int:
        async with database.read() as connection:
            return write_records(file, (await read_snapshot(connection)).state)

    typer.echo(f"{file}: {run_with_database(work)} entries.")


def _read(file: Path) -> list[RegistryRecord]:
    return bundle_records(str(file)) if str(file) in BUNDLES else read_records(file)


def _print_difference(found: RegistryDifference, *, as_json: bool, done: bool) -> None:
    changes = [
        {"event": one.event.value, "list": one.key[0].value, "code": one.key[1], "members": dict(one.members)}
        for one in found.changes
    ]
    print_difference(found.changes, found.faults, done=done, members={"changes": changes} if as_json else None)
