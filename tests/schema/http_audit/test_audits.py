"""The public audits of GraphQL over HTTP (npm `graphql-http`) against a served hub: every MUST, SHOULD and MAY."""

import asyncio
import json
from pathlib import Path

import pytest

from hub.settings import Settings
from tests.support.npm_packages import installed
from tests.support.served import serving_here

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", "audit.mjs")
AUDITS = 61
"""Number of audits in this version: none may be skipped."""


@pytest.fixture(scope="session")
def audits() -> Path:
    """The folder with the script and its packages, pinned by the lock file; npm installs them once."""
    return installed(HERE, FILES, "graphql-http")


async def test_every_audit_passes(audits: Path, settings: Settings) -> None:
    async with serving_here(settings) as hub:
        ran = await _node(audits, f"{hub.url}/graphql")

    results = json.loads(ran)
    assert len(results) == AUDITS
    assert {one["name"].split()[0] for one in results} == {"MUST", "SHOULD", "MAY"}
    assert [one for one in results if one["status"] != "ok"] == []


async def _node(folder: Path, url: str) -> bytes:
    process = await asyncio.create_subprocess_exec("node", "audit.mjs", url, cwd=folder, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed
