"""The command-line interface `hub`. Each group of commands is a module, imported only when one of its commands runs."""

import sys
from functools import cache
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_group

import hub
from hub.database_errors import DATABASE_ERRORS, database_problem
from hub.errors import HubError
from hub.full_disk import is_disk_full
from hub.heap import pause_collection
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
    "recount": "maintenance",
    "reindex": "maintenance",
    "doctor": "doctor",
    "epoch": "epochs",
    "sending": "right_to_send",
    "key": "keys",
    "synonyms": "synonyms",
    "agency": "agencies",
    "registry": "registry",
    "unmapped": "unmapped_names",
    "clocks": "clocks",
    "followers": "followers",
    "webhook": "webhooks",
    "drill": "drill",
    "zalo": "zalo",
    "mail": "mail",
    "channels": "channels",
    "source": "source_runs",
    "quarantine": "quarantine",
    "press": "press",
    "trends": "trends",
    "queries": "queries",
}
"""Each top-level command or group of commands, and the module that defines it."""


@cache
def load_commands(module: str) -> dict[str, Any]:
    """Import a module and return its commands: those it adds to the top level, or its group."""
    with pause_collection():
        found = import_module(f"hub.cli.{module}")
    top = typer.Typer()
    if hasattr(found, "app"):
        top.add_typer(found.app, name=next(name for name, found_in in MODULES.items() if found_in == module))
    else:
        found.add_commands(top)
    return dict(get_group(top).commands)


class _LazyGroup(TyperGroup):
    """Click group that imports modules lazily: importing all of them takes seconds, importing one does not."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return load_commands(MODULES[cmd_name])[cmd_name] if cmd_name in MODULES else None


app = typer.Typer(
    name="hub",
    cls=_LazyGroup,
    help="The policy hub (cổng chính sách): one API for the decisions, drafts, news and statements of a province.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(is_requested: bool) -> None:
    if is_requested:
        typer.echo(f"hub {hub.__version__}")
        raise typer.Exit


@app.callback()
def _start(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    del version


def main() -> None:
    """Run a command. An expected failure prints one line to standard error and exits with code 1."""
    try:
        configure_logging(load_settings())
        app()
    except HubError as problem:
        _fail(f"{problem.detail} {f'Expected: {problem.expected}.' if problem.expected else ''}".strip())
    except DATABASE_ERRORS as problem:
        known = database_problem(problem)
        if known is None:
            raise
        _fail(f"{known.detail} {str(problem).partition(chr(10))[0][:300]}. Is the hub running (`hub up`)?")
    except OSError as problem:
        if is_disk_full(problem):
            _fail(f"The disk is full: {problem}. Make room and run the same command again.")
        if problem.filename is None:
            raise
        _fail(f"{str(problem.filename)[:200]}: {problem.strerror}.")


def _fail(line: str) -> NoReturn:
    print(f"hub: {line}", file=sys.stderr)
    sys.exit(1)
