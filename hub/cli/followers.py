"""`hub followers …`: log entries that followers could not process."""

import typer

from hub.cli.database import run_with_database
from hub.db import Database
from hub.log import failures
from hub.times import format_rfc3339

app = typer.Typer(help="Log entries that followers could not process. See docs/background.md.", no_args_is_help=True)


@app.command("list")
def list_all() -> None:
    """List the failed entries of all followers, parked ones first: follower, position, attempts, time, error."""

    async def read(database: Database) -> list[failures.FailedEntry]:
        async with database.read() as connection:
            return await failures.list_failures(connection)

    found = run_with_database(read)
    for each in found:
        when = f"parked {format_rfc3339(each.parked_at)}" if each.parked_at else f"next {format_rfc3339(each.next_at)}"
        typer.echo(f"{each.follower} {each.seq} attempts {each.attempts} {when} {each.problem}")
    if not found:
        typer.echo("No entry has failed.")


@app.command()
def retry(
    follower: str = typer.Option(None, "--follower", help="Only entries of this follower.", show_default=False),
    seq: int = typer.Option(None, "--seq", help="Only the entry at this position.", show_default=False),
) -> None:
    """Let the worker retry failed entries at once, parked or not. Those that succeed are removed from the list."""

    async def requeue(database: Database) -> int:
        async with database.write() as session:
            return await failures.requeue(session, follower, seq)

    typer.echo(f"{run_with_database(requeue)} entries will be retried.")
