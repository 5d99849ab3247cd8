"""`hub synonyms …`: synonyms of the search."""

import json
from pathlib import Path

import typer

from hub.cli.database import run_with_database
from hub.errors import InvalidInput
from search.text.synonyms import add_synonyms, parse_synonym, read_synonyms, remove_synonym

app = typer.Typer(
    help="Manage synonyms of the search (từ đồng nghĩa). A change takes effect within seconds.", no_args_is_help=True
)

TERM = typer.Argument(..., help="Term that people type.")
MEANS = typer.Argument(..., help="Synonym of the term.")
ONE_WAY = typer.Option(False, "--one-way", help="Apply only from TERM to MEANS, as for an ambiguous abbreviation.")


@app.command("list")
def list_all() -> None:
    """List the active synonyms: built-in ones and those added by editors."""
    for one in run_with_database(read_synonyms):
        typer.echo(f"{one.term} {'=' if one.both_ways else '→'} {one.means}")


@app.command("add")
def add_one(term: str = TERM, means: str = MEANS, one_way: bool = ONE_WAY) -> None:
    """Add a synonym."""
    one = parse_synonym(term, means, not one_way)
    run_with_database(lambda database: add_synonyms(database, [one]))
    typer.echo(f"{one.term} {'=' if one.both_ways else '→'} {one.means}")


@app.command("remove")
def remove_one(term: str = TERM, means: str = MEANS) -> None:
    """Remove a synonym, which may be a built-in one."""
    one = parse_synonym(term, means)
    run_with_database(lambda database: remove_synonym(database, one))
    typer.echo(f"{one.term} no longer means {one.means}.")


@app.command("load")
def load(
    path: Path = typer.Argument(..., metavar="FILE", exists=True, dir_okay=False, help='{"same": …, "readings": …}'),
) -> None:
    """Add all synonyms of a JSON file: same holds pairs, readings maps abbreviations to lists of meanings."""
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
            f"{path} holds no synonyms: {problem}", expected='{"same": [["a", "b"]], "readings": {}}'
        ) from problem
    run_with_database(lambda database: add_synonyms(database, pairs))
    typer.echo(f"{len(pairs)} synonyms added.")
