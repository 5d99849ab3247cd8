"""`hub channels …`: an operator's commands for the channels of all agencies."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.decisions import resolve_item, resolve_unknown, retry_item
from hub.channels.listing import list_unknown
from hub.channels.management import channel_state
from hub.channels.receipts import read_receipts
from hub.channels.registry import list_setup_faults
from hub.channels.switches import (
    OPERATOR,
    SwitchRow,
    list_switches,
    pause_channel,
    resume_channel,
    switch_off,
    switch_on,
)
from hub.channels.views import ChannelStates, ItemResolution, ItemVerdict, ReceiptItem, Receipts
from hub.cli.database import run_with_database
from hub.db import Database
from hub.settings import load_settings

app = typer.Typer(help="Switch channels, and see what became of publications on them.", no_args_is_help=True)

AS_JSON = typer.Option(False, "--json", help="Print one JSON object.")
CHANNEL = typer.Argument(..., metavar="CHANNEL", help="Code of the channel.")
ITEM = typer.Argument(..., metavar="ITEM", help="Number of the item.")


@app.command("list")
def list_all(as_json: bool = AS_JSON) -> None:
    """List the channels with their switches, and what the settings lack for each."""

    async def read(database: Database) -> list[SwitchRow]:
        async with database.read() as connection:
            return await list_switches(connection)

    found = run_with_database(read)
    if as_json:
        typer.echo(ChannelStates(items=[channel_state(row) for row in found]).model_dump_json())
        return
    settings = load_settings()
    table = Table("channel", "state", "since position", "reason", "missing", box=None)
    for row in found:
        missing = " ".join(list_setup_faults(row.channel, settings))
        table.add_row(row.channel, _state_of(row), str(row.since_seq or ""), row.paused_reason or "", missing)
    Console(soft_wrap=True, markup=False).print(table)


@app.command("on")
def turn_on(channel: str = CHANNEL) -> None:
    """Switch a channel on: what is published from now on is sent. Says what the settings lack for it."""
    _change(lambda session: switch_on(session, channel, OPERATOR))
    for fault in list_setup_faults(channel, load_settings()):
        typer.echo(f"missing: {fault}")


@app.command("off")
def turn_off(channel: str = CHANNEL) -> None:
    """Switch a channel off: what waits fails, and what is live at the other side stays."""
    _change(lambda session: switch_off(session, channel, OPERATOR))


@app.command()
def pause(
    channel: str = CHANNEL,
    reason: str = typer.Option(..., "--reason", help="Reason of the pause: shown in receipts and on record."),
) -> None:
    """Let a channel wait: what is published meanwhile is sent when it is resumed."""
    _change(lambda session: pause_channel(session, channel, reason, OPERATOR))


@app.command()
def resume(channel: str = CHANNEL) -> None:
    """Let a paused channel send again."""
    _change(lambda session: resume_channel(session, channel, OPERATOR))


@app.command()
def receipts(
    document: UUID = typer.Argument(..., metavar="ID", help="UUID of the document."), as_json: bool = AS_JSON
) -> None:
    """Show the receipts of a document on every channel."""

    async def read(database: Database) -> Receipts:
        async with database.read() as connection:
            return await read_receipts(connection, None, document)

    found = run_with_database(read)
    if as_json:
        typer.echo(found.model_dump_json())
        return
    _print_items(found.items)
    for count in found.addressed:
        typer.echo(f"{count.channel}: {count.items} {count.state}")


@app.command()
def unknown(as_json: bool = AS_JSON) -> None:
    """List the items of which nobody knows whether they arrived, first one first."""

    async def read(database: Database) -> list[ReceiptItem]:
        async with database.read() as connection:
            return await list_unknown(connection)

    found = run_with_database(read)
    if as_json:
        typer.echo("[" + ",".join(item.model_dump_json() for item in found) + "]")
        return
    _print_items(found)


@app.command()
def resolve(
    channel: str = CHANNEL,
    item: int = ITEM,
    verdict: ItemVerdict = typer.Argument(..., metavar="VERDICT", help="arrived or not_arrived."),
    reason: str = typer.Option(..., "--reason", help="Evidence, kept on record."),
    send_again: bool = typer.Option(False, "--send-again", help="Send again what did not arrive."),
) -> None:
    """Resolve an item that is unknown."""
    body = ItemResolution(verdict=verdict, send_again=send_again, reason=reason)
    _decide(lambda session: resolve_item(session, None, channel, item, body))


@app.command("resolve-all")
def resolve_all(
    channel: str = CHANNEL,
    verdict: ItemVerdict = typer.Argument(..., metavar="VERDICT", help="arrived or not_arrived."),
    reason: str = typer.Option(..., "--reason", help="Evidence, kept on record."),
    send_again: bool = typer.Option(False, "--send-again", help="Send again what did not arrive."),
) -> None:
    """Resolve everything that is unknown on a channel, as after a restore. One that can be asked needs no such help."""
    body = ItemResolution(verdict=verdict, send_again=send_again, reason=reason)

    async def run(database: Database) -> int:
        async with database.write() as session:
            return await resolve_unknown(session, channel, body)

    typer.echo(f"{run_with_database(run)} items of {channel} are resolved: {verdict.value}.")


@app.command()
def retry(channel: str = CHANNEL, item: int = ITEM) -> None:
    """Send an item that failed again."""
    _decide(lambda session: retry_item(session, None, channel, item))


def _change(work: Callable[[AsyncSession], Awaitable[SwitchRow]]) -> None:
    async def run(database: Database) -> SwitchRow:
        async with database.write() as session:
            return await work(session)

    row = run_with_database(run)
    typer.echo(f"{row.channel} is {_state_of(row)}.")


def _decide(work: Callable[[AsyncSession], Awaitable[ReceiptItem]]) -> None:
    async def run(database: Database) -> ReceiptItem:
        async with database.write() as session:
            return await work(session)

    _print_items([run_with_database(run)])


def _state_of(row: SwitchRow) -> str:
    if not row.is_on:
        return "off"
    return "on" if row.paused_at is None else "paused"


def _print_items(items: list[ReceiptItem]) -> None:
    """Print a line for each item: number, channel, action, edition, state, seconds, promise, words."""
    for item in items:
        number = "" if item.id is None else f"{item.id}  "
        state = item.state.value + (f" ({item.hold})" if item.hold else "")
        promised = "" if item.promised_minutes is None else f" of {item.promised_minutes} min"
        words = f"  {item.words}" if item.words else ""
        edition = f"{item.lang} {item.edition}"
        line = f"{item.channel} {item.action} {edition}  {state}  {item.seconds:.0f} s{promised}{words}"
        typer.echo(number + line)
