"""`hub queries …`: GraphQL queries registered by their SHA-256 (persisted queries)."""

from pathlib import Path

import typer

from hub.cli.database import run_with_database
from hub.db import Database
from hub.errors import NotFound
from hub.times import format_rfc3339
from schema.build import schema
from schema.persisted.commands import HashedQuery, register_queries, remove_queries
from schema.persisted.files import read_query_file
from schema.persisted.queries import list_registered

app = typer.Typer(help="Manage GraphQL queries registered by their SHA-256. See docs/graphql.md.", no_args_is_help=True)


@app.command()
def add(
    files: list[Path] = typer.Argument(
        ...,
        metavar="FILE…",
        help="A relay-compiler map of persisted queries, an Apollo manifest, or .graphql files.",
    ),
) -> None:
    """Register the queries of files, all or none. Each must be valid against the served schema."""
    found: dict[str, HashedQuery] = {one.sha256: one for file in files for one in read_query_file(file, schema)}

    async def work(database: Database) -> int:
        async with database.write() as session:
            return await register_queries(session, found.values())

    new = run_with_database(work)
    for sha256 in found:
        typer.echo(sha256)
    typer.echo(f"{new} queries registered, {len(found) - new} were registered before.")


@app.command("list")
def list_all() -> None:
    """List registered queries: hash, operations, time of registration, time of last use (accurate to a day)."""
    found = run_with_database(list_registered)
    for one in found:
        typer.echo(f"{one.sha256} {one.names or '-'} {format_rfc3339(one.registered_at)} {format_rfc3339(one.used_at)}")
    if not found:
        typer.echo("No queries are registered.")


@app.command("remove")
def remove_some(
    hashes: list[str] = typer.Argument(
        ..., metavar="HASH…", help="SHA-256 of the query, as shown by hub queries list."
    ),
) -> None:
    """Remove registered queries. Running processes answer them for up to one more minute."""

    async def work(database: Database) -> list[str]:
        async with database.write() as session:
            gone = await remove_queries(session, hashes)
            if unknown := [one for one in hashes if one not in gone]:
                raise NotFound(f"{unknown[0]} is not registered.", expected="a hash of `hub queries list`")
            return gone

    for one in run_with_database(work):
        typer.echo(f"{one} is no longer registered.")
