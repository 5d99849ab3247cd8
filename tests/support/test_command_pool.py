"""Forked commands of the hub end as those do that are started anew."""

import subprocess

import pytest

from tests.support.command_pool import command_file

pytestmark = pytest.mark.server

NO_SERVER = {"HUB_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(command_file()), *words], env=environment, capture_output=True, text=True, timeout=60)


def test_a_command_fails_with_its_own_line_and_code_in_the_environment_that_it_was_given() -> None:
    failed = run("key", "list", **NO_SERVER)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "Is the hub running" in failed.stderr
    assert run("key", "sing", **NO_SERVER).returncode == 2
    assert run("key", "list", HUB_PORT="x").stderr.startswith("hub: A setting is not valid: HUB_PORT")


def test_commands_answer_one_after_the_other() -> None:
    for _ in range(2):
        told = run("key", "--help")
        assert (told.returncode, told.stderr) == (0, "")
        assert "create" in told.stdout
