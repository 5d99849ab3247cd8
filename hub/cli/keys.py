"""`hub key …`: API keys."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from hub.auth.keys import ApiKeyRow, create_key, list_keys, revoke_key, rotate_key
from hub.auth.principal import Scope
from hub.cli.database import run_with_database
from hub.db import Database
from hub.times import format_rfc3339, now

app = typer.Typer(help="Manage API keys. A key is shown once and stored as a hash.", no_args_is_help=True)

AS_JSON = typer.Option(False, "--json", help="Print one JSON object.")
KEY_ID = typer.Argument(..., metavar="ID", help="ID of the key: the twelve characters after hub_.")
SCOPE = typer.Option(..., "--scope", help=f"One of {', '.join(Scope)}. Repeatable.")
DAYS = typer.Option(365, "--days", min=1, max=3650, help="Days for which the key is valid.")


@app.command()
def create(
    agency: str = typer.Option(..., "--agency", help="Code of the agency that the key acts for."),
    scope: list[str] = SCOPE,
    label: str = typer.Option("", "--label", help="Purpose of the key."),
    days: int = DAYS,
    as_json: bool = AS_JSON,
) -> None:
    """Create a key and show it once."""
    expires = now() + timedelta(days=days)

    async def make(database: Database) -> tuple[str, str]:
        async with database.write() as session:
            return await create_key(session, agency=agency, scopes=scope, label=label, expires_at=expires)

    key_id, key = run_with_database(make)
    if as_json:
        _print_json(
            {"id": key_id, "key": key, "agency": agency, "scopes": scope, "expires_at": format_rfc3339(expires)}
        )
        return
    typer.echo(
        f"Key {key_id} of {agency} ({', '.join(scope)}), valid until {format_rfc3339(expires)}. It is shown only once:"
    )
    typer.echo(key)


@app.command("list")
def list_all(as_json: bool = AS_JSON) -> None:
    """List all keys, newest first. Secrets are not stored and cannot be shown."""

    async def read(database: Database) -> Sequence[ApiKeyRow]:
        async with database.read() as connection:
            return await list_keys(connection)

    keys = run_with_database(read)
    if as_json:
        _print_json({"keys": [{name: _plain(value) for name, value in asdict(key).items()} for key in keys]})
        return
    table = Table("id", "agency", "scopes", "label", "expires", "last used", "state", box=None)
    for key in keys:
        table.add_row(
            key.id,
            key.agency,
            " ".join(key.scopes),
            key.label,
            _day(key.expires_at),
            _day(key.last_used_at),
            _state(key),
        )
    Console(soft_wrap=True).print(table)


@app.command()
def rotate(
    key_id: str = KEY_ID,
    overlap: float = typer.Option(24, "--overlap", min=0, max=8_760, help="Hours for which the old key stays valid."),
    days: int = typer.Option(365, "--days", min=1, max=3650, help="Days for which the new key is valid."),
    as_json: bool = AS_JSON,
) -> None:
    """Replace a key by a new one with the same scopes, shown once. The old key stays valid for some hours."""
    expires, end = now() + timedelta(days=days), timedelta(hours=overlap)

    async def make(database: Database) -> tuple[str, str]:
        async with database.write() as session:
            return await rotate_key(session, key_id, overlap=end, expires_at=expires)

    new_id, key = run_with_database(make)
    if as_json:
        _print_json({"id": new_id, "key": key, "rotated_from": key_id, "expires_at": format_rfc3339(expires)})
        return
    typer.echo(f"Key {new_id} replaces {key_id}, which stays valid for {overlap:g} hours. It is shown only once:")
    typer.echo(key)


@app.command()
def revoke(key_id: str = KEY_ID, as_json: bool = AS_JSON) -> None:
    """Revoke a key at once. Revoking it again is not an error."""

    async def end(database: Database) -> None:
        async with database.write() as session:
            await revoke_key(session, key_id)

    run_with_database(end)
    if as_json:
        _print_json({"id": key_id, "revoked": True})
        return
    typer.echo(f"Key {key_id} is revoked.")


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(orjson.dumps(value))


def _plain(value: Any) -> Any:
    return format_rfc3339(value) if isinstance(value, datetime) else value


def _day(moment: datetime | None) -> str:
    return format_rfc3339(moment)[:16] if moment else "–"


def _state(key: ApiKeyRow) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now() else "valid"
