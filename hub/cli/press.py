"""`hub press …`: newspaper headlines for the press watch."""

from itertools import islice
from pathlib import Path

import typer

from hub.cli.database import run_with_database
from hub.db import Database
from hub.press.commands import BATCH, InsertResult, insert_items, reclassify_items
from hub.press.headlines import ClockCheck, parse_shifts, read_file
from hub.press.lexicon import Lexicon, build_lexicon
from hub.registry.hierarchy import read_registry as read_registry
from hub.times import today

app = typer.Typer(
    help="Manage newspaper headlines, which are counted for editors and never published.", no_args_is_help=True
)


async def load_lexicon(database: Database) -> Lexicon:
    """Build the lexicon from the current registry."""
    return build_lexicon(await read_registry(database), today())


@app.command()
def load(
    path: Path = typer.Argument(
        ...,
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="JSONL file, also gzipped, with title, outlet, published and link.",
    ),
    shift: list[str] = typer.Option(
        [], "--shift", metavar="OUTLET=HOURS", help="Hours to add to the times of an outlet. Repeatable."
    ),
) -> None:
    """Load headlines from a file. Known headlines stay as they are. Exits with code 1 if any was rejected."""
    shifts, clocks = parse_shifts(shift), ClockCheck()

    async def run(database: Database) -> tuple[InsertResult, int]:
        lexicon, done, broken = await load_lexicon(database), InsertResult(), 0
        items = read_file(path, shifts)
        while batch := list(islice(items, BATCH)):
            good = [item for item in batch if item is not None]
            broken += len(batch) - len(good)
            for item in good:
                clocks.add(item)
            async with database.write() as session:
                done += await insert_items(session, None, good, lexicon)
        return done, broken

    done, broken = run_with_database(run)
    typer.echo(f"{done.new} headlines new, {done.known} known already, {done.refused + broken} rejected.")
    for outlet, hour, hours in clocks.find_shifted_outlets():
        typer.echo(
            f"{outlet} publishes least around {hour}:00, so its times may be UTC although marked +07:00. "
            f'If so, load the file with --shift "{outlet}={hours}".'
        )
    if done.refused + broken:
        raise typer.Exit(1)


@app.command("read-again")
def reprocess() -> None:
    """Classify topics, places and tone of all headlines again, after a change of the lexicon or the registry."""

    async def run(database: Database) -> int:
        lexicon, total = await load_lexicon(database), 0
        while True:
            async with database.write() as session:
                done = await reclassify_items(session, lexicon)
            total += done
            if not done:
                return total

    typer.echo(f"{run_with_database(run)} headlines classified again.")
