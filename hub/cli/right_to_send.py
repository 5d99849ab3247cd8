"""`hub sending …`: the right to send webhooks and WebSub, which is held after a restore, a copy or a move."""

import typer

from hub.cli.database import run_with_database
from hub.db import Database
from hub.log.lease_file import LeaseFile
from hub.log.send_lease import release_sending
from hub.ops.checks import Finding, check_sending
from hub.settings import load_settings

app = typer.Typer(help="Inspect and release the right to send webhooks and WebSub.", no_args_is_help=True)


@app.command()
def status() -> None:
    """Show whether webhooks and WebSub are sent, or why they are held. Exits with code 1 if they are held."""
    settings = load_settings()

    async def check(database: Database) -> list[Finding]:
        return await check_sending(database, settings)

    found = run_with_database(check, settings)
    for finding in found:
        typer.echo(finding.text)
    raise typer.Exit(1 if any(finding.is_problem for finding in found) else 0)


@app.command()
def release() -> None:
    """Let this hub send webhooks and WebSub, from the log as it is now.

    Run it in the data folder of the worker, after making sure that no other hub sends for this one.
    """
    settings = load_settings()

    async def run(database: Database) -> LeaseFile:
        return await release_sending(database, settings)

    released = run_with_database(run, settings)
    typer.echo(f"Sending is allowed, from position {released.seq} on. Waiting messages are sent within seconds.")
