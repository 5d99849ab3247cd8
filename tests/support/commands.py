"""Commands of `hub` run in this process, on a test's own database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

Run = Callable[..., Any]


def runner(app: typer.Typer, database_url: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of `app` by its words."""
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("HUB_DATA", str(data))
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])
