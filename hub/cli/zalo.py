"""`hub zalo …`: authorise the hub at Zalo, and see its tokens and what may still be broadcast."""

import orjson
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select, update

from hub.channels.models import ChannelItem
from hub.channels.port import ChannelReply, ItemHold, ItemState
from hub.channels.zalo.authorisation import Permission
from hub.channels.zalo.client import ZaloClient
from hub.channels.zalo.ledger import ask_account, read_ledger
from hub.channels.zalo.tokens import TOKEN, TokenMissing, ZaloTokens
from hub.channels.zalo.views import ZaloLedger
from hub.cli.database import run_with_database
from hub.db import Database, table
from hub.errors import ServiceUnavailable
from hub.outgoing.client import OutgoingClient
from hub.settings import load_settings
from hub.times import format_rfc3339, now

app = typer.Typer(help="Authorise the hub at Zalo, and inspect its tokens and quota.", no_args_is_help=True)

AS_JSON = typer.Option(False, "--json", help="Print one JSON object.")
BY = "hub zalo authorise"


@app.command()
def authorise(
    code: str = typer.Option(
        None, "--code", help="Address that Zalo led the browser to, or the code in it. Without it, you are asked."
    ),
) -> None:
    """Print the page on which the account's administrator allows the hub, and exchange the code for tokens.

    The code is valid for ten minutes. Items that waited for the authorisation are sent afterwards.
    """
    settings = load_settings()
    permission = Permission.begin(settings)
    typer.echo("Open this page as an administrator of the Official Account, and allow the app:")
    typer.echo(permission.url)
    given = permission.read_code(code or typer.prompt("Address that Zalo led the browser to (or the code)"))

    async def exchange(database: Database) -> str:
        outgoing = OutgoingClient(settings)
        try:
            tokens = ZaloTokens(database, settings, ZaloClient(outgoing, settings))
            end = await tokens.authorise(given, permission.verifier, BY)
        except TokenMissing as problem:
            raise ServiceUnavailable(str(problem), expected="a new attempt: codes are valid for ten minutes") from None
        finally:
            await outgoing.close()
        await _release_items(database)
        return format_rfc3339(end)

    end = run_with_database(exchange, settings)
    typer.echo(f"The hub is authorised. Tokens are refreshed by the worker; without it, they end on {end}.")


@app.command()
def status(as_json: bool = AS_JSON) -> None:
    """Print the state of the tokens, without the tokens."""
    settings = load_settings()

    async def read(database: Database) -> dict[str, str | int | None]:
        query = select(TOKEN).where(TOKEN.c.app_id == (settings.zalo_app_id or ""))
        async with database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return {"app_id": settings.zalo_app_id, "state": "missing"}
        return {
            "app_id": row.app_id,
            "state": row.state,
            "words": row.words,
            "access_expires_at": format_rfc3339(row.access_expires_at),
            "refresh_expires_at": format_rfc3339(row.refresh_expires_at),
            "authorised_at": format_rfc3339(row.authorised_at),
            "pair": row.version,
        }

    found = run_with_database(read, settings)
    if as_json:
        typer.echo(orjson.dumps(found))
        return
    for name, value in found.items():
        typer.echo(f"{name}: {'–' if value is None else value}")


@app.command()
def ledger(
    ask: bool = typer.Option(False, "--ask", help="Ask Zalo first, rather than print its last answer."),
    as_json: bool = AS_JSON,
) -> None:
    """Print what day, month and package still allow to broadcast."""
    settings = load_settings()

    async def read(database: Database) -> ZaloLedger:
        if ask:
            outgoing = OutgoingClient(settings)
            try:
                client = ZaloClient(outgoing, settings)
                problem = await ask_account(database, settings, client, ZaloTokens(database, settings, client))
            finally:
                await outgoing.close()
            if isinstance(problem, ChannelReply):
                raise ServiceUnavailable(f"Zalo did not answer: {problem.words}", expected="the same command later")
        async with database.read() as connection:
            return ZaloLedger.of(await read_ledger(connection, settings), settings.zalo_hours)

    found = run_with_database(read, settings)
    if as_json:
        typer.echo(found.model_dump_json())
        return
    table_ = Table("fact", "value", box=None)
    for name, value in found.model_dump(mode="json").items():
        table_.add_row(name, "–" if value is None else str(value))
    Console(soft_wrap=True).print(table_)


async def _release_items(database: Database) -> None:
    """Queue what waited for the authorisation."""
    items = table(ChannelItem)
    waiting = update(items).where(
        items.c.channel.in_(("zalo", "zalo_broadcast")),
        items.c.state == ItemState.held,
        items.c.hold == ItemHold.authorisation,
    )
    async with database.write() as session:
        await session.execute(waiting.values(state=ItemState.queued, hold=None, next_at=now()))
