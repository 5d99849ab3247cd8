"""A command of the hub as an operator or a container runs it, but in this process: its start takes a second."""

import asyncio
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from hub import cli


@dataclass(frozen=True)
class Ran:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str


async def run_hub(database_url: str, *arguments: str, data: Path | None = None) -> Ran:
    """Run a command to its end, in a thread with an event loop of its own."""
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("HUB_")]:
            patch.delenv(name)
        patch.setenv("HUB_DATABASE_URL", database_url)
        if data is not None:
            patch.setenv("HUB_DATA", str(data))
        patch.setenv("COLUMNS", "200")
        patch.setattr(sys, "argv", ["hub", *arguments])
        patch.setattr(cli, "configure_logging", lambda _: None)
        with redirect_stdout(out), redirect_stderr(err):
            code = await asyncio.to_thread(_run)
    return Ran(code, out.getvalue(), err.getvalue())


def _run() -> int:
    """Return the exit code of the command in `sys.argv`."""
    try:
        cli.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0
