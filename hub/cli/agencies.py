"""`hub agency …`: rules for the editors of an agency."""

import orjson
import typer

from hub.cli.database import run_with_database
from hub.db import Database
from hub.manage.four_eyes import FourEyesRule, set_four_eyes

app = typer.Typer(help="Manage the rules for the editors of an agency.", no_args_is_help=True)


@app.command("four-eyes")
def four_eyes(
    code: str = typer.Argument(..., metavar="CODE", help="Code of the agency."),
    rule: FourEyesRule = typer.Option(..., "--rule", help="Editions that a second person must approve."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """Set the four-eyes rule (kiểm tra chéo) of an agency: high_impact (the default), always or never."""

    async def write(database: Database) -> None:
        async with database.write() as session:
            await set_four_eyes(session, code, rule)

    run_with_database(write)
    if as_json:
        typer.echo(orjson.dumps({"agency": code, "four_eyes": rule.value}))
        return
    typer.echo(f"Four eyes at {code}: {rule.value}.")
