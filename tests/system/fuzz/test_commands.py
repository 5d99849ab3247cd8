"""Odd options and arguments of every command: each ends with an exit code and a line, never with a trace."""

import random

import click
import pytest
from typer.main import get_group
from typer.testing import CliRunner

from hub.cli import MODULES, app, load_commands
from hub.database_errors import DATABASE_ERRORS
from hub.errors import HubError
from hub.settings import Settings
from tests.support.figures import Figure
from tests.support.odd_values import TEXTS

ENDLESS = frozenset({"up", "serve", "worker"})
"""Commands that run until a signal ends them."""
REFUSALS = (SystemExit, HubError, *DATABASE_ERRORS)
"""Ends of a command that `hub.cli.main` turns into one line."""


def is_refusal(problem: BaseException | None) -> bool:
    """Tell whether a command ended well, or with what becomes one line: a file that cannot be opened names itself."""
    return (
        problem is None
        or isinstance(problem, REFUSALS)
        or (isinstance(problem, OSError) and problem.filename is not None)
    )


def all_commands() -> list[tuple[list[str], click.Command]]:
    """Every command that ends by itself, with the words that call it."""
    found: list[tuple[list[str], click.Command]] = []
    waiting = [([name], load_commands(MODULES[name])[name]) for name in MODULES if name not in ENDLESS]
    while waiting:
        words, command = waiting.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            found.append((words, command))
        else:
            waiting += [([*words, name], each) for name, each in inner.items()]
    return sorted(found, key=lambda one: one[0])


def odd_arguments(command: click.Command, chance: random.Random) -> list[str]:
    """Arguments of a command, with odd values; some options are left out, and some stand twice."""
    given: list[str] = []
    for parameter in command.params:
        for _ in range(chance.choice((0, 1, 1, 2)) if parameter.param_type_name == "option" else 1):
            value = _as_word(chance.choice(TEXTS))
            if parameter.param_type_name == "argument":
                given.append(value)
            elif getattr(parameter, "is_flag", False):
                given.append(parameter.opts[0])
            else:
                given.append(f"{parameter.opts[0]}={value}")
    return given


def _as_word(text: str) -> str:
    """A text as the system could pass it: without NUL, and with a name that a file can have."""
    return text.replace("\x00", "")[:3_000]


@pytest.mark.server
@pytest.mark.counts(small=1, full=4, soak=40)
def test_no_command_ends_with_a_trace(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, count: int, figure: Figure
) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", settings.require_database_url())
    monkeypatch.setenv("HUB_DATA", str(settings.data))
    monkeypatch.chdir(settings.data)
    chance, faults, commands = random.Random(20_261_129), [], all_commands()  # noqa: S311 - cases, not secrets
    assert get_group(app) is not None
    for _ in range(count):
        for words, command in commands:
            arguments = [*words, *odd_arguments(command, chance)]
            result = CliRunner().invoke(app, arguments, input="")
            if result.exit_code not in (0, 1, 2) or not is_refusal(result.exception):
                faults.append(f"{[each[:200] for each in arguments]}: {result.exception!r}"[:600])

    figure("commands run", count * len(commands))
    assert faults == [], "\n\n".join(faults[:30])
