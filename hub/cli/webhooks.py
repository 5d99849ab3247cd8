"""`hub webhook …`: an operator's commands for the webhooks of all agencies. Their owners use the REST API."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from hub.cli.database import run_with_database
from hub.db import Database
from hub.paging import MAX_LIMIT
from hub.registry.hierarchy import get_registry
from hub.settings import load_settings
from hub.webhooks.commands import EndpointManager
from hub.webhooks.queries import list_endpoints
from hub.webhooks.test_message import send_test_webhook
from hub.webhooks.views import Endpoint, EndpointPage, EndpointParams, EndpointState

app = typer.Typer(help="Inspect and control the webhooks of all agencies.", no_args_is_help=True)

AS_JSON = typer.Option(False, "--json", help="Print one JSON object.")
ID = typer.Argument(..., metavar="ID", help="UUID of the webhook.")


@app.command("list")
def list_all(
    state: EndpointState = typer.Option(None, "--state", help="Only webhooks in this state.", show_default=False),
    as_json: bool = AS_JSON,
) -> None:
    """List all webhooks with their agencies and their waiting and parked messages, newest first."""

    async def read(database: Database) -> list[Endpoint]:
        found: list[Endpoint] = []
        cursor: str | None = None
        async with database.read() as connection:
            while True:
                params = EndpointParams(limit=MAX_LIMIT, cursor=cursor, state=state)
                page = await list_endpoints(connection, None, params)
                found += page.items
                cursor = page.next
                if cursor is None:
                    return found

    found = run_with_database(read)
    if as_json:
        typer.echo(EndpointPage(items=found, next=None).model_dump_json())
        return
    table = Table("id", "agency", "url", "state", "position", "waiting", "parked", "reason", box=None)
    for each in found:
        counts = (str(each.position), str(each.waiting), str(each.parked))
        table.add_row(str(each.id), each.agency, each.url, each.state, *counts, each.reason or "")
    Console(soft_wrap=True).print(table)


@app.command("test")
def send_test_message(endpoint: UUID = ID) -> None:
    """Send a test message and print the response. Exits with code 1 if the receiver does not accept it."""
    settings = load_settings()
    receipt = run_with_database(lambda database: send_test_webhook(database, settings, None, endpoint), settings)
    result = f"status {receipt.status}" if receipt.status is not None else receipt.error
    typer.echo(f"{receipt.url}: {result} in {receipt.seconds or 0:.2f} s")
    raise typer.Exit(0 if receipt.status is not None and 200 <= receipt.status < 300 else 1)


@app.command()
def pause(endpoint: UUID = ID) -> None:
    """Pause a webhook until it is resumed."""
    _print_state(_run_command(lambda endpoints: endpoints.pause(endpoint)))


@app.command()
def resume(endpoint: UUID = ID) -> None:
    """Resume a paused or disabled webhook at its last position."""
    _print_state(_run_command(lambda endpoints: endpoints.resume(endpoint)))


@app.command()
def replay(
    endpoint: UUID = ID,
    after: int = typer.Option(
        ..., "--after", min=0, help="Position of the log after which to start; 0 sends everything."
    ),
) -> None:
    """Send all messages after a position again, in order and with the same IDs."""
    _print_state(_run_command(lambda endpoints: endpoints.replay(endpoint, after)))


def _run_command(work: Callable[[EndpointManager], Awaitable[Endpoint]]) -> Endpoint:
    settings = load_settings()

    async def run(database: Database) -> Endpoint:
        registry = await get_registry(database)
        async with database.write() as session:
            return await work(EndpointManager(session, settings, None, registry))

    return run_with_database(run, settings)


def _print_state(endpoint: Endpoint) -> None:
    typer.echo(
        f"{endpoint.id} is {endpoint.state} at position {endpoint.position}; {endpoint.waiting} messages waiting."
    )
