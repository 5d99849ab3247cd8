"""`hub mail …`: bounces of the mails that the hub sent."""

import sys
from pathlib import Path

import typer

from hub.channels.mail.bounce_commands import BounceCounts, record_bounces
from hub.channels.mail.bounces import MAX_BYTES, read_messages
from hub.cli.database import run_with_database
from hub.db import Database
from hub.settings import load_settings

app = typer.Typer(help="Read the bounces of mails to subscribers.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `bounces` a command of the group, although it is the only one."""


@app.command()
def bounces(
    path: str = typer.Argument("-", metavar="PATH", help="Maildir, mbox file or one message; `-` reads one message."),
) -> None:
    """Record the bounces in a mailbox: addresses that do not exist get no more mails. Running it again is harmless."""
    settings = load_settings()
    messages = [sys.stdin.buffer.read(MAX_BYTES + 1)] if path == "-" else read_messages(Path(path))

    async def run(database: Database) -> BounceCounts:
        return await record_bounces(database, settings, messages)

    found = run_with_database(run, settings)
    typer.echo(
        f"{found.permanent} permanent, {found.temporary} temporary, {found.repeated} read before, "
        f"{found.others} other messages."
    )
