"""`hub up`, `hub serve`, `hub worker`, `hub migrate`: run the hub and its parts."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from hub import migrations
from hub.db import Database
from hub.embedded.up import up as run_up
from hub.errors import InvalidInput
from hub.heap import freeze_heap, pause_collection
from hub.registry.bundle import BUNDLES
from hub.settings import Settings, load_settings


def up(
    port: int = typer.Option(None, "--port", help="Port of the API (default 8000).", show_default=False),
    data: Path = typer.Option(
        None, "--data", help="Data folder of the embedded servers (default hub-data).", show_default=False
    ),
    demo: bool = typer.Option(
        None, "--demo/--no-demo", help="Load the registry of Huế and sample content.", show_default=False
    ),
    registry: str = typer.Option(
        None,
        "--registry",
        metavar="NAME",
        help="Load a bundled registry (hue) into an empty one, without sample content.",
        show_default=False,
    ),
) -> None:
    """Run everything: embedded Postgres and Meilisearch, migrations, registry or demo content, worker and API.

    Without an option the demo content is loaded.
    """
    if registry is not None and registry not in BUNDLES:
        raise InvalidInput(
            f"There is no bundled registry `{registry}`.", field="--registry", expected=", ".join(BUNDLES)
        )
    given: dict[str, Any] = {"port": port, "data": data}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    is_demo = registry is None if demo is None else demo
    raise typer.Exit(run_up(settings, demo=is_demo, registry=registry))


def serve() -> None:
    """Run the API against the configured database."""
    settings = load_settings()
    with pause_collection():
        from hub.app import create_app  # building the schema is slow: other commands do not need it
        from hub.web.server.serve import build_server

        app = create_app(settings)
    freeze_heap()
    asyncio.run(migrations.require_current_revision(settings.require_database_url()))
    server = build_server(app, settings)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(3)


def worker(
    check: bool = typer.Option(
        False, "--check", help="Only check the worker of this machine: exit with code 1 if it does not work."
    ),
) -> None:
    """Run the background jobs: the followers of the publication log, sources and periodic jobs.

    With `--check`, read the heartbeats of the worker of this machine or container, for a health check.
    """
    if check:
        _check_worker()
        return
    settings = load_settings()
    with pause_collection():
        from hub.worker import run_worker  # imports every background job: other commands do not need them

    freeze_heap()
    asyncio.run(migrations.require_current_revision(settings.require_database_url()))
    asyncio.run(run_worker(settings))


def _check_worker() -> None:
    """Print why the worker of this machine does not work, and exit with code 1."""
    from hub.cli.database import run_with_database
    from hub.heartbeats.queries import WorkerHealth, read_worker_health
    from hub.heartbeats.writer import worker_host

    async def read(database: Database) -> WorkerHealth:
        async with database.read() as connection:
            return (await read_worker_health(connection)).of_host(worker_host())

    health = run_with_database(read)
    problems = health.problems() if health.loops else [f"No worker of {worker_host()} has a heartbeat."]
    for problem in problems:
        typer.echo(problem, err=True)
    if not health.loops or health.silent or health.standing:
        raise typer.Exit(1)
    typer.echo(f"The worker works: {len(health.ages())} loops.")


def migrate() -> None:
    """Migrate the database to the latest revision, and load rules of legal clocks and calendar years that it lacks."""
    from hub.cli.database import run_with_database

    settings = load_settings()
    revision = asyncio.run(migrations.upgrade(settings.require_database_url()))
    typer.echo(f"The database is at revision {revision}.")
    if added := run_with_database(_load_missing_clocks, settings):
        typer.echo(f"{added} rows of rules and calendar days were added (hub clocks list).")


async def _load_missing_clocks(database: Database) -> int:
    """Load what comes with the hub and the database lacks; return the number of rows. Faults leave it as it is."""
    from hub.clocks.load import load_records
    from hub.clocks.record_files import bundle_records

    async with database.write() as session:
        found = await load_records(session, bundle_records(), apply=True, missing=True)
    for fault in found.faults:
        typer.echo(f"PROBLEM: {fault}", err=True)
    return 0 if found.faults else len(found.changes)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    for command in (up, serve, worker, migrate):
        app.command()(command)
