"""`hub unmapped …`: topics, places, issuers and types that the registry does not know, and what they mean."""

import json

import typer

from hub.cli.database import run_with_database
from hub.cli.options import parse_options
from hub.cli.sources import AS_JSON
from hub.db import Database
from hub.registrar.unmapped_names import MapWords, UnmappedList, UnmappedParams, list_unmapped
from hub.registrar.word_mapping import MapProgress, decide_words, map_words

app = typer.Typer(help="List and map words that the registry does not know (chưa ánh xạ).", no_args_is_help=True)


@app.command("list")
def list_all(
    field: str = typer.Option(None, "--field", help="Only topics, places, issuers or type."),
    limit: int = typer.Option(100, "--limit", min=1, max=500, help="Maximum number of words."),
    as_json: bool = AS_JSON,
) -> None:
    """List the words with the number of their documents and the entry of the registry that is most like them."""
    params = parse_options(UnmappedParams, field=field, limit=limit)

    async def read(database: Database) -> UnmappedList:
        async with database.read() as connection:
            return await list_unmapped(connection, params)

    found = run_with_database(read)
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    for each in found.items:
        near = each.proposal
        proposal = f"  ≈ {near.target} ({near.name}, {near.score} %)" if near else ""
        typer.echo(f"{each.field.value:8} {each.documents:6}  {each.text}{proposal}")
    typer.echo(f"{found.total} {'entry' if found.total == 1 else 'entries'} not in the registry.")


@app.command("map")
def map_all(
    field: str = typer.Argument(..., metavar="FIELD", help="topics, places, issuers or type."),
    text: str = typer.Argument(..., metavar="TEXT", help="Words as they are listed."),
    target: str = typer.Argument(..., metavar="TARGET", help="Code of the registry; of a type, its name."),
) -> None:
    """Say what words mean, and map all documents that have them, in batches; nothing is sent on channels.

    A run that was stopped goes on by the same command.
    """
    decision = parse_options(MapWords, field=field, text=text, target=target)

    async def work(database: Database) -> MapProgress:
        async with database.write() as session:
            await decide_words(session, None, decision)
        done = MapProgress(0, 0)
        async for done in map_words(database, None, decision):
            typer.echo(f"{done.checked} editions checked, {done.mapped} mapped", err=True)
        return done

    done = run_with_database(work)
    typer.echo(f"{done.mapped} {'edition' if done.mapped == 1 else 'editions'} mapped.")
