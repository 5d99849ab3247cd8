"""`hub up`, `hub serve`, `hub worker`, `hub migrate`: run the hub and its parts."""

import asyncio
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import Any

import typer
import uvicorn
from fastapi import FastAPI

from hub import migrations
from hub.embedded.up import up as run_up
from hub.heap import freeze_heap
from hub.settings import Settings, load_settings


def up(
    port: int = typer.Option(None, "--port", help="Port of the API (default 8000).", show_default=False),
    data: Path = typer.Option(
        None, "--data", help="Data folder of the embedded servers (default hub-data).", show_default=False
    ),
    demo: bool = typer.Option(True, "--demo/--no-demo", help="Load the registry of Huế and sample content."),
) -> None:
    """Run everything: embedded Postgres and Meilisearch, migrations, demo content, worker and API."""
    given: dict[str, Any] = {"port": port, "data": data}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    raise typer.Exit(run_up(settings, demo=demo))


def serve() -> None:
    """Run the API against the configured database."""
    from hub.app import create_app  # building the schema is slow: other commands do not need it

    settings = load_settings()
    app = create_app(settings)
    freeze_heap()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        # Only HUB_TRUSTED_PROXIES decides whose X-Forwarded-For is trusted.
        proxy_headers=False,
        timeout_graceful_shutdown=10,
        log_level=settings.log_level.lower(),
    )
    server = _Server(config, app)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(3)


class _Server(uvicorn.Server):
    """uvicorn server that ends event streams at shutdown: it waits for open responses before it stops the app."""

    def __init__(self, config: uvicorn.Config, app: FastAPI):
        super().__init__(config)
        self.app = app

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self.app.state.hub.log_tail.end_streams()
        await super().shutdown(sockets)


def worker() -> None:
    """Run the background jobs: the followers of the publication log, sources and periodic jobs."""
    from hub.worker import run_worker  # imports every background job: other commands do not need them

    freeze_heap()
    asyncio.run(run_worker(load_settings()))


def migrate() -> None:
    """Migrate the database to the latest revision."""
    revision = asyncio.run(migrations.upgrade(load_settings().require_database_url()))
    typer.echo(f"The database is at revision {revision}.")


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    for command in (up, serve, worker, migrate):
        app.command()(command)
