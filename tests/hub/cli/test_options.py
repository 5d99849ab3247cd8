"""Options with a value that a list does not take end a command with one line that names the option."""

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.errors import InvalidInput


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["quarantine", "list", "--source=http://[x"], "--source"),
        (["quarantine", "list", "--code=-0"], "--code"),
        (["quarantine", "retry", "--source=hai dòng"], "--source"),
        (["source", "items", "so-y-te-rss", "--state=done?"], "--state"),
        (["trends", "list", "--topic=y tế"], "--topic"),
    ],
    ids=["list source", "list code", "retry source", "items state", "trends topic"],
)
def test_an_option_that_no_list_takes_is_named(words: list[str], field: str) -> None:
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, InvalidInput)
    assert result.exception.field == field
    assert str(result.exception.detail).startswith(f"{field}: ")
