"""`hub clocks …`: rules of law about terms, and the calendar of working days, as data."""

from pathlib import Path

import typer

from hub.cli.database import run_with_database
from hub.cli.differences import print_difference
from hub.clocks.difference import ClockDifference, ClockRecord
from hub.clocks.load import load_records
from hub.clocks.params import ClocksParams
from hub.clocks.queries import read_public_clocks
from hub.clocks.record_files import bundle_records, read_records
from hub.clocks.views import ClocksView
from hub.db import Database
from hub.times import FIRST_DAY, LAST_DAY, today

app = typer.Typer(
    help="Load, list and check legal clocks (đồng hồ pháp lý): rules about terms, and the calendar of working days.",
    no_args_is_help=True,
)

FILE = typer.Argument(None, metavar="[FILE]", help="JSON with `rules` and `calendar`; by default that of the hub.")
AS_JSON = typer.Option(False, "--json", help="Print one JSON object.")


@app.command()
def load(
    file: Path | None = FILE,
    apply: bool = typer.Option(False, "--apply", help="Make the changes. By default they are only shown."),
    missing: bool = typer.Option(
        False, "--missing", help="Take only rules and calendar years of which nothing is stored yet."
    ),
    as_json: bool = AS_JSON,
) -> None:
    """Show what a file would add (+), change (~) and remove (-), and which terms it would move (>). --apply does it.

    Rows that the file does not name stay. All changes are made, or none: exits with code 1 if two rows of a rule would
    overlap, or if a row that clocks were started under would get another term.
    """
    _print_difference(_compare(_read(file), apply=apply, missing=missing), as_json=as_json, done=apply)


@app.command()
def check(file: Path | None = FILE, as_json: bool = AS_JSON) -> None:
    """Check a file against the rules and the stored rows, and change nothing. Exits with code 1 for faults."""
    records = _read(file)
    found = _compare(records, apply=False)
    if not as_json and not found.faults:
        typer.echo(f"{len(records)} records, no faults; {len(found.changes)} would change something.")
        return
    _print_difference(found, as_json=as_json, done=False)


@app.command("list")
def list_clocks(
    year: int | None = typer.Option(
        None,
        "--calendar",
        min=FIRST_DAY.year,
        max=LAST_DAY.year,
        metavar="YEAR",
        help="List the days of this year, too.",
    ),
    valid: bool = typer.Option(False, "--valid", help="Only rows that are valid today."),
    as_json: bool = AS_JSON,
) -> None:
    """List the rows of all rules with their certainty, and the years that the calendar covers."""

    async def work(database: Database) -> ClocksView:
        async with database.read() as connection:
            return await read_public_clocks(connection, ClocksParams(on=today() if valid else None, calendar=year))

    found = run_with_database(work)
    if as_json:
        typer.echo(found.model_dump_json())
        return
    for rule in found.rules:
        until = f" to {rule.valid_to}" if rule.valid_to else ""
        term = f"{rule.amount} {rule.unit.value.replace('_', ' ')}"
        typer.echo(f"{rule.rule}  {term} from {rule.valid_from}{until}  {rule.certainty.value}  {rule.basis}")
    years = ", ".join(map(str, found.years)) or "no year"
    typer.echo(f"{len(found.rules)} rows. The calendar covers {years}.")
    for day in found.calendar or ():
        typer.echo(f"{day.day}  {day.kind.value}  {day.certainty.value}  {day.name}")


def _read(file: Path | None) -> list[ClockRecord]:
    return bundle_records() if file is None else read_records(file)


def _compare(records: list[ClockRecord], *, apply: bool, missing: bool = False) -> ClockDifference:
    async def work(database: Database) -> ClockDifference:
        async with database.write() as session:
            return await load_records(session, records, apply=apply, missing=missing)

    return run_with_database(work)


def _print_difference(found: ClockDifference, *, as_json: bool, done: bool) -> None:
    changes = [{"rule": one.key[0] or None, "day": one.key[1], "members": one.members} for one in found.changes]
    members = {"changes": changes, "moved": found.moved} if as_json else None
    print_difference(found.changes, found.faults, done=done, members=members, consequences=found.moved)
