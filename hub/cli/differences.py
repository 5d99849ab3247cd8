"""Differences between a file and what is stored, as the commands that load data print them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import orjson
import typer


class PrintedChange(Protocol):
    """A change of one entry, which `str` writes on a line."""

    @property
    def before(self) -> object | None: ...

    @property
    def after(self) -> object | None: ...


class PrintedFault(Protocol):
    """A fault that forbids all changes, which `str` writes on a line."""

    @property
    def entry(self) -> str: ...

    @property
    def field(self) -> str: ...

    @property
    def detail(self) -> str: ...


def print_difference(
    changes: Sequence[PrintedChange],
    faults: Sequence[PrintedFault],
    *,
    done: bool,
    members: Mapping[str, Any] | None,
    consequences: Sequence[str] = (),
) -> None:
    """Print changes with what follows from them; as one JSON object with `members` if there are any.

    Exits with code 1 for faults.
    """
    if members is not None:
        said = [{"entry": one.entry, "field": one.field, "detail": one.detail} for one in faults]
        typer.echo(orjson.dumps({"applied": done and not said, **members, "faults": said}))
    else:
        _print_lines(changes, faults, consequences, done=done)
    if faults:
        raise typer.Exit(1)


def _print_lines(
    changes: Sequence[PrintedChange], faults: Sequence[PrintedFault], consequences: Sequence[str], *, done: bool
) -> None:
    for line in (*map(str, changes), *consequences):
        typer.echo(line)
    for fault in faults:
        typer.echo(f"PROBLEM: {fault}", err=True)
    added = sum(one.before is None for one in changes)
    removed = sum(one.after is None for one in changes)
    counts = f"{added} added, {len(changes) - added - removed} changed, {removed} removed"
    if faults:
        typer.echo(f"{len(faults)} problems: nothing was changed.", err=True)
    elif done:
        typer.echo(f"Done: {counts}.")
    else:
        typer.echo(f"{counts}. Nothing was changed yet: repeat with --apply.")
