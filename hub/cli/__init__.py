"""The command `hub`: a composition root. One module for each group of commands, imported when it is asked for."""

import sys
from functools import cache
from importlib import import_module
from typing import Any

import typer
from sqlalchemy.exc import InterfaceError, OperationalError
from typer.core import TyperGroup
from typer.main import get_group

import hub
from hub.errors import HubError
from hub.logs import configure_logging
from hub.settings import load_settings

MODULES = {
    "up": "run",
    "serve": "run",
    "worker": "run",
    "migrate": "run",
    "import": "content",
    "demo": "content",
    "dump": "dump",
    "verify-log": "maintenance",
    "rebuild-views": "maintenance",
    "rebuild-citations": "maintenance",
    "reindex": "maintenance",
    "doctor": "maintenance",
    "key": "keys",
    "synonyms": "synonyms",
    "agency": "agencies",
    "webhook": "webhooks",
    "source": "source_runs",
    "quarantine": "quarantine",
    "press": "press",
    "trends": "trends",
    "queries": "queries",
}
"""Each command, or group of commands, and the module that brings it."""


@cache
def load_commands(module: str) -> dict[str, Any]:
    """The commands that a module adds to the top, or the group that it is."""
    found = import_module(f"hub.cli.{module}")
    import_module("hub.erasers").register_erasers()
    top = typer.Typer()
    if hasattr(found, "app"):
        top.add_typer(found.app, name=next(name for name, home in MODULES.items() if home == module))
    else:
        found.add_commands(top)
    return dict(get_group(top).commands)


class _LazyGroup(TyperGroup):
    """Imports a module when one of its commands is asked for: all of them take seconds, the one in hand does not."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return load_commands(MODULES[cmd_name])[cmd_name] if cmd_name in MODULES else None


app = typer.Typer(
    name="hub",
    cls=_LazyGroup,
    help="The policy hub: one API for what a province decides, is about to decide, and says about it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hub {hub.__version__}")
        raise typer.Exit


@app.callback()
def _start(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Say it."),
) -> None:
    del version


def main() -> None:
    """Run a command; what goes wrong is one clear line on standard error."""
    try:
        configure_logging(load_settings())
        app()
    except HubError as problem:
        _fail(f"{problem.detail} {f'Expected: {problem.expected}.' if problem.expected else ''}".strip())
    except (ConnectionError, InterfaceError, OperationalError) as problem:
        _fail(f"The database does not answer: {problem}. Is the hub running (`hub up`)?")


def _fail(line: str) -> None:
    print(f"hub: {line}", file=sys.stderr)
    sys.exit(1)
