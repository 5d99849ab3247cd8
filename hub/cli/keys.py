"""`hub key …`: API keys."""

import asyncio
from datetime import timedelta

import orjson
import typer

from hub.auth.keys import create_key
from hub.db import Database
from hub.settings import load_settings
from hub.times import now, shown

app = typer.Typer(help="API keys: shown once, stored hashed.", no_args_is_help=True)


@app.callback()
def _keys() -> None:
    """API keys: shown once, stored hashed."""


@app.command()
def create(
    agency: str = typer.Option(..., "--agency", help="Code of the agency the key acts for."),
    scope: list[str] = typer.Option(
        ..., "--scope", help="read:working, write, publish, moderate or admin; may be given again."
    ),
    label: str = typer.Option("", "--label", help="What the key is for."),
    days: int = typer.Option(365, "--days", min=1, max=3650, help="How many days it is valid."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """Make a key and show it, this once."""

    async def make() -> tuple[str, str]:
        database = Database(load_settings())
        try:
            async with database.write() as session:
                return await create_key(session, agency=agency, scopes=scope, label=label, expires_at=expires)
        finally:
            await database.dispose()

    expires = now() + timedelta(days=days)
    key_id, key = asyncio.run(make())
    if as_json:
        typer.echo(
            orjson.dumps({"id": key_id, "key": key, "agency": agency, "scopes": scope, "expires_at": shown(expires)})
        )
        return
    typer.echo(f"Key {key_id} of {agency} ({', '.join(scope)}), valid until {shown(expires)}. It is shown this once:")
    typer.echo(key)
