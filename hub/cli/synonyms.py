"""`hub synonyms …`: words that mean the same to whoever searches."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import typer

from hub.db import Database
from hub.errors import InvalidInput
from hub.settings import load_settings
from search.words import add, pair, pairs_now, remove

app = typer.Typer(help="Words that mean the same; a change counts within seconds.", no_args_is_help=True)

T = TypeVar("T")

TERM = typer.Argument(..., help="What people type.")
MEANS = typer.Argument(..., help="What else it means.")
ONE_WAY = typer.Option(False, "--one-way", help="Only from the first to the second (an ambiguous abbreviation).")


@app.callback()
def _synonyms() -> None:
    """Words that mean the same; a change counts within seconds."""


def _with_database(work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(load_settings())
        try:
            return await work(database)
        finally:
            await database.dispose()

    return asyncio.run(run())


@app.command("list")
def list_all() -> None:
    """List the pairs that hold: those the hub brings along, and the editors' own."""
    for one in _with_database(pairs_now):
        typer.echo(f"{one.term} {'=' if one.both_ways else '→'} {one.means}")


@app.command("add")
def add_one(term: str = TERM, means: str = MEANS, one_way: bool = ONE_WAY) -> None:
    """Let two words mean the same."""
    one = pair(term, means, not one_way)
    _with_database(lambda database: add(database, [one]))
    typer.echo(f"{one.term} {'=' if one.both_ways else '→'} {one.means}")


@app.command("remove")
def remove_one(term: str = TERM, means: str = MEANS) -> None:
    """Let two words no longer mean the same, also a pair that the hub brings along."""
    one = pair(term, means)
    _with_database(lambda database: remove(database, one))
    typer.echo(f"{one.term} no longer means {one.means}.")


@app.command("load")
def load(
    path: Path = typer.Argument(..., metavar="FILE", exists=True, dir_okay=False, help='{"same": …, "readings": …}'),
) -> None:
    """Add all pairs of a JSON file: `same` holds pairs, `readings` lists of meanings by abbreviation."""
    try:
        found = json.loads(path.read_text("utf-8"))
        pairs = [pair(term, means) for term, means in found.get("same", [])]
        pairs += [pair(term, means, False) for term, several in found.get("readings", {}).items() for means in several]
    except (ValueError, TypeError, AttributeError) as problem:
        raise InvalidInput(
            f"{path} holds no words: {problem}", expected='{"same": [["a", "b"]], "readings": {}}'
        ) from problem
    _with_database(lambda database: add(database, pairs))
    typer.echo(f"{len(pairs)} pairs added.")
