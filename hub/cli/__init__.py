"""The command `hub`: a composition root. One module for each group of commands."""

import sys

import typer
from sqlalchemy.exc import InterfaceError, OperationalError

import hub
from hub.cli.agencies import app as agencies
from hub.cli.content import add as add_content
from hub.cli.dump import add as add_dump
from hub.cli.keys import app as keys
from hub.cli.press import app as press
from hub.cli.quarantine import app as quarantine
from hub.cli.queries import app as queries
from hub.cli.run import add as add_run
from hub.cli.source_runs import add as add_source_runs
from hub.cli.sources import app as sources
from hub.cli.synonyms import app as synonyms
from hub.cli.trends import app as trends
from hub.cli.upkeep import add as add_upkeep
from hub.cli.webhooks import app as webhooks
from hub.errors import HubError
from hub.logs import configure
from hub.settings import load_settings

app = typer.Typer(
    name="hub",
    help="The policy hub: one API for what a province decides, is about to decide, and says about it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for add in (add_run, add_content, add_dump, add_upkeep):
    add(app)
add_source_runs(sources)
app.add_typer(keys, name="key")
app.add_typer(synonyms, name="synonyms")
app.add_typer(agencies, name="agency")
app.add_typer(webhooks, name="webhook")
app.add_typer(sources, name="source")
app.add_typer(quarantine, name="quarantine")
app.add_typer(press, name="press")
app.add_typer(trends, name="trends")
app.add_typer(queries, name="queries")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hub {hub.__version__}")
        raise typer.Exit


@app.callback()
def _start(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Say it.")) -> None:
    del version


def main() -> None:
    """Run a command; what goes wrong is one clear line on standard error."""
    try:
        configure(load_settings())
        app()
    except HubError as problem:
        _fail(f"{problem.detail} {f'Expected: {problem.expected}.' if problem.expected else ''}".strip())
    except (ConnectionError, InterfaceError, OperationalError) as problem:
        _fail(f"The database does not answer: {problem}. Is the hub running (`hub up`)?")


def _fail(line: str) -> None:
    print(f"hub: {line}", file=sys.stderr)
    sys.exit(1)
