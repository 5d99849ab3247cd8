"""`hub epoch …`: the epochs of the publication log, one of which is begun after a restore from a backup."""

import typer
from rich.console import Console
from rich.table import Table

from hub.cli.database import run_with_database
from hub.db import Database
from hub.log.epochs import begin_epoch, read_epochs
from hub.log.models import LogEpoch
from hub.settings import load_settings
from hub.times import format_rfc3339
from hub.webhooks.announcement import announce_epoch
from hub.websub.subscriptions import requeue_subscriptions

app = typer.Typer(help="List and begin epochs of the publication log.", no_args_is_help=True)


@app.command()
def begin(
    reason: str = typer.Option(
        ..., "--reason", help="Public reason, such as `restored from the backup of 20 November`."
    ),
) -> None:
    """Begin an epoch after a restore from a backup, so that followers with positions from the lost part start again."""
    stated = reason.strip()
    if not stated or len(stated) > 500 or not stated.isprintable():
        raise typer.BadParameter("It must be one line of 1 to 500 characters.", param_hint="--reason")

    settings = load_settings()

    async def run(database: Database) -> tuple[LogEpoch, int, int]:
        async with database.write() as session:
            begun = await begin_epoch(session, stated)
            endpoints = await announce_epoch(session, begun, settings)
            return begun, endpoints, await requeue_subscriptions(session)

    begun, endpoints, subscriptions = run_with_database(run, settings)
    typer.echo(f"Epoch {begun.epoch} begins at position {begun.first_seq}.")
    typer.echo(f"{endpoints} webhooks will be told, {subscriptions} WebSub subscribers get their feeds again.")


@app.command("list")
def list_all() -> None:
    """List the epochs from the first to the current one, with their first positions and reasons."""

    async def read(database: Database) -> list[LogEpoch]:
        async with database.read() as connection:
            return await read_epochs(connection)

    table = Table("epoch", "first position", "begun at", "reason", box=None)
    for epoch in run_with_database(read):
        begun_at = format_rfc3339(epoch.at) if epoch.at is not None else ""
        table.add_row(str(epoch.epoch), str(epoch.first_seq), begun_at, epoch.reason)
    Console(soft_wrap=True).print(table)
