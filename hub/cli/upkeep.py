"""`hub verify-log`, `hub rebuild-views`, `hub doctor`: looking after a hub."""

import asyncio
import platform
from importlib.metadata import version

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

import hub
from hub.content.rebuild import rebuild
from hub.db import Database
from hub.log.follow import lag
from hub.log.verify import verify
from hub.settings import Settings, load_settings
from search.build import build_search


def verify_log() -> None:
    """Check the publication log: no gap, an unbroken chain of hashes, and views with the logged bytes."""

    async def check() -> tuple[int, list[str]]:
        database = Database(load_settings())
        reached, faults = 0, []
        try:
            async with database.read() as connection:
                async for reached, found in verify(connection):  # noqa: B007 - the last one is reported
                    faults += [f"{fault.seq}: {fault.problem}" for fault in found]
        finally:
            await database.dispose()
        return reached, faults

    reached, faults = asyncio.run(check())
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        typer.echo(f"The log is damaged: {len(faults)} faults in {reached} entries.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The log is whole: {reached} entries, no gap, every hash right.")


def rebuild_views() -> None:
    """Make the live views anew from their editions; changed ones are republished through the log."""

    async def run() -> tuple[int, int]:
        database = Database(load_settings())
        checked = republished = 0
        try:
            with Console(stderr=True).status("Rebuilding views …") as status:
                async for done in rebuild(database):
                    checked, republished = done.checked, done.republished
                    status.update(f"Rebuilding views … {checked}")
        finally:
            await database.dispose()
        return checked, republished

    checked, republished = asyncio.run(run())
    typer.echo(f"{checked} views checked, {republished} republished.")


def doctor() -> None:
    """Say how the hub is: database, search engine, versions, follower lag. Exit code 1 when something is wrong."""
    settings = load_settings()
    rows, well = asyncio.run(_look(settings))
    table = Table("part", "finding", show_header=False, box=None)
    for part, finding in rows:
        table.add_row(part, finding)
    Console().print(table)
    raise typer.Exit(0 if well else 1)


async def _look(settings: Settings) -> tuple[list[tuple[str, str]], bool]:
    rows = [
        ("hub", f"{hub.__version__} on Python {platform.python_version()}"),
        ("libraries", ", ".join(f"{name} {version(name)}" for name in ("fastapi", "strawberry-graphql", "sqlmodel"))),
    ]
    database = Database(settings)
    try:
        async with database.read() as connection:
            server = (await connection.execute(text("SHOW server_version"))).scalar_one()
            revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
            head = (await connection.execute(text("SELECT seq FROM log_head"))).scalar_one()
            followers = await lag(connection)
        rows += [("database", f"PostgreSQL {server}, revision {revision}"), ("log", f"{head} entries")]
        rows += [(f"follower {name}", f"{entries} entries behind") for name, entries in followers.items()]
        search = build_search(settings, database)
        engine = await search.engine()
        search.close()
        wanted = "postgres" if settings.meilisearch_url is None else "meilisearch"
        rows.append(("search", f"{engine} answers" + ("" if engine == wanted else f"; {wanted} does not")))
    finally:
        await database.dispose()
    return rows, engine == wanted


def add(app: typer.Typer) -> None:
    """Put these commands into an app."""
    app.command("verify-log")(verify_log)
    app.command("rebuild-views")(rebuild_views)
    app.command("doctor")(doctor)
