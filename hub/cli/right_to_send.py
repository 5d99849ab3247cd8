"""`hub sending …`: the right to send webhooks, WebSub and channels, held after a restore, a copy or a move."""

from datetime import timedelta

import typer

from hub.channels.restore import doubt_waiting
from hub.cli.database import run_with_database
from hub.content.scheduler import count_overdue
from hub.db import Database
from hub.errors import TransitionConflict
from hub.log.lease_file import FILE, LeaseFile, LeaseFileDamaged
from hub.log.send_lease import find_hold_reason, read_lease_facts, release_sending
from hub.ops.checks import Finding, check_sending
from hub.settings import Settings, load_settings

app = typer.Typer(help="Inspect and release the right to send webhooks, WebSub and channels.", no_args_is_help=True)


@app.command()
def status() -> None:
    """Show whether webhooks, WebSub and channels send, or why they are held. Exits with code 1 if they are held."""
    settings = load_settings()

    async def check(database: Database) -> list[Finding]:
        return await check_sending(database, settings)

    found = run_with_database(check, settings)
    for finding in found:
        typer.echo(finding.text)
    raise typer.Exit(1 if any(finding.is_problem for finding in found) else 0)


@app.command()
def release(
    publish_overdue: bool = typer.Option(
        False, "--publish-overdue", help="Also publish the scheduled editions that are overdue by HUB_OVERDUE_HOURS."
    ),
) -> None:
    """Let this hub send webhooks, WebSub and channels, from the log as it is now.

    Run it in the data folder of the worker, after making sure that no other hub sends for this one. What channels had
    waiting may have been sent before: it becomes `unknown`, and is asked about where the channel can be asked.
    """
    settings = load_settings()

    async def run(database: Database) -> tuple[LeaseFile, int]:
        is_held = await _is_held(database, settings)
        overdue = await count_overdue(database, timedelta(hours=settings.overdue_hours)) if is_held else 0
        if overdue and not publish_overdue:
            raise TransitionConflict(
                f"{overdue} scheduled editions are overdue by more than {settings.overdue_hours:g} hours; they would "
                "be published at once.",
                field="--publish-overdue",
                expected="another time for them, or this option",
            )
        doubted = 0
        if is_held:
            async with database.write() as session:
                doubted = await doubt_waiting(session)
        return await release_sending(database, settings), doubted

    released, doubted = run_with_database(run, settings)
    typer.echo(f"Sending is allowed, from position {released.seq} on. Waiting messages are sent within seconds.")
    if doubted:
        typer.echo(
            f"{doubted} items of channels may have been sent before; `hub channels unknown` lists what to resolve."
        )


async def _is_held(database: Database, settings: Settings) -> bool:
    """Tell whether the worker of this data folder would hold, also before it has noted why."""
    async with database.read() as connection:
        try:
            facts = await read_lease_facts(connection, settings.data / FILE)
        except LeaseFileDamaged:
            return True
    return facts.held is not None or find_hold_reason(facts) is not None
