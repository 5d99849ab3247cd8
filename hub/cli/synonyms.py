"""`hub synonyms …`: words that mean the same to whoever searches."""

import json
from pathlib import Path

import typer

from hub.cli.database import run_with_database
from hub.errors import InvalidInput
from search.text.synonyms import add_synonyms, parse_synonym, read_synonyms, remove_synonym

app = typer.Typer(help="Words that mean the same; a change counts within seconds.", no_args_is_help=True)

TERM = typer.Argument(..., help="What people type.")
MEANS = typer.Argument(..., help="What else it means.")
ONE_WAY = typer.Option(False, "--one-way", help="Only from the first to the second (an ambiguous abbreviation).")


@app.callback()
def _synonyms() -> None:
    """Words that mean the same; a change counts within seconds."""


@app.command("list")
def list_all() -> None:
    """List the pairs that hold: those the hub brings along, and the editors' own."""
    for one in run_with_database(read_synonyms):
        typer.echo(f"{one.term} {'=' if one.both_ways else '→'} {one.means}")


@app.command("add")
def add_one(term: str = TERM, means: str = MEANS, one_way: bool = ONE_WAY) -> None:
    """Let two words mean the same."""
    one = parse_synonym(term, means, not one_way)
    run_with_database(lambda database: add_synonyms(database, [one]))
    typer.echo(f"{one.term} {'=' if one.both_ways else '→'} {one.means}")


@app.command("remove")
def remove_one(term: str = TERM, means: str = MEANS) -> None:
    """Let two words no longer mean the same, also a pair that the hub brings along."""
    one = parse_synonym(term, means)
    run_with_database(lambda database: remove_synonym(database, one))
    typer.echo(f"{one.term} no longer means {one.means}.")


@app.command("load")
def load(
    path: Path = typer.Argument(..., metavar="FILE", exists=True, dir_okay=False, help='{"same": …, "readings": …}'),
) -> None:
    """Add all pairs of a JSON file: `same` holds pairs, `readings` lists of meanings by abbreviation."""
    try:
        found = json.loads(path.read_text("utf-8"))
        pairs = [parse_synonym(term, means) for term, means in found.get("same", [])]
        pairs += [
            parse_synonym(term, means, False)
            for term, several in found.get("readings", {}).items()
            for means in several
        ]
    except (ValueError, TypeError, AttributeError) as problem:
        raise InvalidInput(
            f"{path} holds no words: {problem}", expected='{"same": [["a", "b"]], "readings": {}}'
        ) from problem
    run_with_database(lambda database: add_synonyms(database, pairs))
    typer.echo(f"{len(pairs)} pairs added.")
