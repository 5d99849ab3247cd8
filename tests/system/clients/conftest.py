"""One hub with the demo content in its own process, and the npm packages of the clients."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from hub.settings import Settings
from tests.support.database_pool import DatabasePool
from tests.support.demo_hub import demo_settings
from tests.support.npm_packages import installed
from tests.support.python_packages import installed_venv
from tests.support.served import Served, serving

HERE = Path(__file__).parent
GENERATORS = HERE / "generators"


@pytest.fixture(scope="session")
async def demo(databases: DatabasePool, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A database with the demo content."""
    return await demo_settings(databases.acquire(), tmp_path_factory.mktemp("clients"))


@pytest.fixture(scope="session")
def hub(demo: Settings) -> Iterator[Served]:
    """A served hub as strangers meet it."""
    with serving(demo, demo.data) as served:
        yield served


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder of the packages that the lock file names, installed once for each state of it."""
    return installed(HERE, ("package.json", "package-lock.json"), "clients")


@pytest.fixture(scope="session")
def strict_hub(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served hub that refuses who asks often."""
    with serving(demo, tmp_path_factory.mktemp("strict"), rate_anonymous="10/minute") as served:
        yield served


@pytest.fixture(scope="session")
def node_tools() -> Path:
    """The folder of the npm packages of generators."""
    return installed(GENERATORS, ("package.json", "package-lock.json"), "generators")


@pytest.fixture(scope="session")
def python_tools() -> Path:
    """The programs of the Python packages of generators."""
    return installed_venv(GENERATORS / "requirements.txt", "generators-python")


def read(hub: Served, path: str) -> Any:
    """The JSON at a path."""
    return httpx.get(hub.url + path, timeout=120).json()


async def run(*words: str | Path, cwd: Path, seconds: int = 600) -> str:
    """What a program prints; it fails with what it said, and is ended after `seconds`."""
    process = await asyncio.create_subprocess_exec(
        *map(str, words),
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, (out + err).decode()
    return out.decode()


async def node(packages: Path, script: Path, *words: str | Path) -> Any:
    """The JSON that a script prints. It lies beside the packages, where node looks for them."""
    beside = packages / script.name
    shutil.copyfile(script, part := beside.with_name(f"{uuid4().hex}.part"))
    part.replace(beside)
    return json.loads(await run("node", script.name, *words, cwd=packages))
