"""The Python client: built, installed from its file, checked by mypy --strict, and run against a served hub."""

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.served import Served
from tests.system.clients.conftest import HERE, read, run

pytestmark = pytest.mark.server

CLIENT = HERE.parents[2] / "clients" / "python"
FACTS = CLIENT / "checks" / "facts.py"
PHONE = CLIENT / "examples" / "phone.py"


@pytest.fixture(scope="session")
async def python_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the client is installed from its wheel."""
    folder = tmp_path_factory.mktemp("python-client")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    # setuptools writes into the folder that it builds from.
    await run("cp", "-r", CLIENT, folder / "source", cwd=folder)
    await run(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", "wheels", "./source", cwd=folder)
    [wheel] = (folder / "wheels").glob("policyhub_client-*.whl")
    await run(*pip, "install", "--no-deps", "--target", "installed", wheel, cwd=folder)
    return folder / "installed"


async def script(client: Path, file: Path, *words: str | Path, cwd: Path) -> str:
    return await run("env", f"PYTHONPATH={client}", sys.executable, file, *words, cwd=cwd)


def test_written_files_are_those_of_the_contract_and_of_the_blocking_client() -> None:
    spec = importlib.util.spec_from_file_location("generate", CLIENT / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)

    for file, text in generate.build().items():
        assert file.read_text("utf-8") == text, "run clients/python/generate.py"


async def test_client_and_apps_pass_mypy_in_strict_mode(python_client: Path, tmp_path: Path) -> None:
    files = [*(python_client / "policyhub").glob("*.py"), FACTS, PHONE]
    words = ("-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", str(tmp_path / "cache"))
    await run("env", f"MYPYPATH={python_client}", sys.executable, *words, *files, cwd=tmp_path)


async def test_both_clients_page_keep_by_etags_follow_the_log_and_wait_as_told(
    hub: Served, strict_hub: Served, python_client: Path, tmp_path: Path
) -> None:
    found = json.loads(await script(python_client, FACTS, hub.url, strict_hub.url, cwd=tmp_path))
    ids = [item["id"] for item in read(hub, "/api/v1/policies?limit=100")["items"]]

    for facts in found.values():
        assert facts["statuses"] == [200, 304]
        assert facts["same"]
        assert facts["copied"] > len(ids)
        assert facts["more"] == 0
        assert facts["after_resync"] == facts["copied"]
        assert facts["ids"] == ids
        assert facts["graphql"] == 3
    assert found["blocking"]["code"] == "rate_limited"
    assert len(found["blocking"]["waits"]) == 2
    assert all(0 < wait <= 60 for wait in found["blocking"]["waits"])


async def test_the_example_app_runs_and_asks_only_for_changes_the_second_time(
    hub: Served, python_client: Path, tmp_path: Path
) -> None:
    first = await script(python_client, PHONE, hub.url, "copy.db", cwd=tmp_path)
    again = await script(python_client, PHONE, hub.url, "copy.db", cwd=tmp_path)

    lines = first.splitlines()
    names = [line.split(":")[0] for line in lines]
    assert names == ["home"] * 3 + ["found"] * 6 + ["whole", "copy", "topics", "refused", "refused"]
    assert lines[-2:] == ["refused: unknown_parameter page", "refused: invalid_input"]
    assert "items, changes" in first
    assert "items, no change" in again
