"""`hub key …`: API keys."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from hub.auth.keys import (
    ApiKeyRow,
    create_key,
    list_keys,
    name_person,
    read_agency,
    revoke_key,
    rotate_key,
    vouch_for_key,
)
from hub.auth.principal import Scope
from hub.cli.database import run_with_database
from hub.db import Database
from hub.manage.audit_trail import append_operator_entry
from hub.manage.queries import AuditRow
from hub.people.alarms import end_key_alarm, list_key_changes
from hub.times import format_rfc3339, now

app = typer.Typer(help="Manage API keys. A key is shown once and stored as a hash.", no_args_is_help=True)

AS_JSON = typer.Option(False, "--json", help="Print one JSON object.")
KEY_ID = typer.Argument(..., metavar="ID", help="ID of the key: the twelve characters after hub_.")
SCOPE = typer.Option(..., "--scope", help=f"One of {', '.join(Scope)}. Repeatable.")
NAMELESS_SCOPES = frozenset({Scope.webhooks.value, Scope.read_working.value})
"""Scopes that change nothing public, so that no person need be named for them."""
_NAME_IT = "name one with `hub key person`"
DAYS = typer.Option(365, "--days", min=1, max=3650, help="Days for which the key is valid.")


@app.command()
def create(
    agency: str = typer.Option(..., "--agency", help="Code of the agency that the key acts for."),
    scope: list[str] = SCOPE,
    label: str = typer.Option("", "--label", help="Purpose of the key."),
    person: str = typer.Option(
        None,
        "--person",
        help="Person who answers for the key: a name, or the subject (`sub`) of the person's staff token. Two keys of "
        "one person are one pair of eyes.",
    ),
    days: int = DAYS,
    as_json: bool = AS_JSON,
) -> None:
    """Create a key and show it once."""
    expires = now() + timedelta(days=days)

    async def make(database: Database) -> tuple[str, str]:
        async with database.write() as session:
            made = await create_key(
                session, agency=agency, scopes=scope, label=label, person=person, expires_at=expires
            )
            details = {"key": made[0], "scopes": scope, "person": person, "expires_at": format_rfc3339(expires)}
            await append_operator_entry(session, "key-create", agency, "hub key create", **details)
            return made

    key_id, key = run_with_database(make)
    if person is None and not NAMELESS_SCOPES.issuperset(scope):
        typer.echo(
            f"The key has no named person, so it is nobody's second pair of eyes: {_NAME_IT} {key_id} …", err=True
        )
    if as_json:
        _print_json(
            {
                "id": key_id,
                "key": key,
                "agency": agency,
                "scopes": scope,
                "person": person,
                "expires_at": format_rfc3339(expires),
            }
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
    table = Table("id", "agency", "scopes", "label", "person", "expires", "last used", "state", box=None)
    for key in keys:
        table.add_row(
            key.id,
            key.agency,
            " ".join(key.scopes),
            key.label,
            key.person or "–",
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
            made = await rotate_key(session, key_id, overlap=end, expires_at=expires)
            agency = await read_agency(session, key_id)
            await append_operator_entry(
                session, "key-rotate", agency, "hub key rotate", key=made[0], rotated_from=key_id
            )
            return made

    new_id, key = run_with_database(make)
    if as_json:
        _print_json({"id": new_id, "key": key, "rotated_from": key_id, "expires_at": format_rfc3339(expires)})
        return
    typer.echo(f"Key {new_id} replaces {key_id}, which stays valid for {overlap:g} hours. It is shown only once:")
    typer.echo(key)


@app.command("person")
def name(
    key_id: str = KEY_ID,
    person: str = typer.Argument(..., metavar="PERSON", help="A name, or the subject of the person's staff token."),
    as_json: bool = AS_JSON,
) -> None:
    """Name the person who answers for a key. The four-eyes rule compares persons."""

    async def change(database: Database) -> None:
        async with database.write() as session:
            agency = await name_person(session, key_id, person)
            await append_operator_entry(session, "key-person", agency, "hub key person", key=key_id, person=person)

    run_with_database(change)
    if as_json:
        _print_json({"id": key_id, "person": person})
        return
    typer.echo(f"Key {key_id} belongs to {person}.")


@app.command()
def revoke(key_id: str = KEY_ID, as_json: bool = AS_JSON) -> None:
    """Revoke a key at once. Revoking it again is not an error."""

    async def end(database: Database) -> None:
        async with database.write() as session:
            agency = await revoke_key(session, key_id)
            await append_operator_entry(session, "key-revoke", agency, "hub key revoke", key=key_id)

    run_with_database(end)
    if as_json:
        _print_json({"id": key_id, "revoked": True})
        return
    typer.echo(f"Key {key_id} is revoked.")


@app.command()
def vouch(key_id: str = KEY_ID, as_json: bool = AS_JSON) -> None:
    """Declare that a key is in the hands of its person alone, although an administrator created it over the API.

    Without it, whoever created the key counts as the same pair of eyes where a second person must approve.
    """

    async def change(database: Database) -> None:
        async with database.write() as session:
            agency = await vouch_for_key(session, key_id)
            await append_operator_entry(session, "key-vouch", agency, "hub key vouch", key=key_id)

    run_with_database(change)
    if as_json:
        _print_json({"id": key_id, "vouched": True})
        return
    typer.echo(f"Key {key_id} is in the hands of its person alone.")


@app.command()
def changes(
    seen: bool = typer.Option(False, "--seen", help="End the alarm `keys_changed` after printing them."),
    as_json: bool = AS_JSON,
) -> None:
    """Print the persons and keys that were created, widened, rotated or ended over the API since the last look."""

    async def read(database: Database) -> list[AuditRow]:
        async with database.write() as session:
            found = await list_key_changes(await session.connection())
            if seen:
                await end_key_alarm(session)
        return found

    entries = run_with_database(read)
    if as_json:
        _print_json(
            {
                "changes": [
                    {"at": format_rfc3339(e.at), "by": e.actor, "agency": e.agency, "verb": e.verb, **e.details}
                    for e in entries
                ]
            }
        )
        return
    for entry in entries:
        facts = ", ".join(f"{name} {value}" for name, value in entry.details.items() if value)
        typer.echo(
            f"{format_rfc3339(entry.at)} {entry.verb} by {entry.actor} ({entry.label}) of {entry.agency}: {facts}"
        )


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
