"""Progress of long commands on standard error: a line that changes on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

PLAIN_SECONDS = 2.0
"""Seconds between two plain lines about the same."""

ShowProgress = Callable[[str], None]


@contextmanager
def show_progress(title: str) -> Iterator[ShowProgress]:
    """Yield a function that shows how far a command is. The title stands before it, and alone while nothing is known.

    Elsewhere than on a terminal, nothing is written during the first seconds, and then a line every two seconds.
    """
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(f"{title} …") as status:
            yield lambda done: status.update(f"{title} … {done}")
        return
    written_at = time.monotonic()

    def write_line(done: str) -> None:
        nonlocal written_at
        if time.monotonic() - written_at > PLAIN_SECONDS:
            written_at = time.monotonic()
            typer.echo(f"{title} … {done}", err=True)

    yield write_line
