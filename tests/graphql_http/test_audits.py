"""The public audits of GraphQL over HTTP (npm `graphql-http`) against a served hub: every MUST, SHOULD and MAY."""

import asyncio
import json
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from served import serving_here

from hub.settings import Settings

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache"
FILES = ("package.json", "package-lock.json", "audit.mjs")
AUDITS = 61
"""How many audits this version has: none may be lost on the way."""


@pytest.fixture(scope="session")
def audits() -> Path:
    """The folder with the script and its packages, as the lock file pins them; npm brings them once."""
    given = b"".join((HERE / name).read_bytes() for name in FILES)
    folder = CACHE / f"graphql-http-{sha256(given).hexdigest()[:16]}"
    if not (folder / "done").exists():
        assert shutil.which("npm"), "npm is needed to run the audits"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in FILES:
            shutil.copyfile(HERE / name, folder / name)
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=300,
        )
        (folder / "done").touch()
    return folder


async def test_every_audit_passes(audits: Path, settings: Settings):
    async with serving_here(settings) as hub:
        ran = await _node(audits, f"{hub.url}/graphql")

    results = json.loads(ran)
    assert len(results) == AUDITS
    assert {one["name"].split()[0] for one in results} == {"MUST", "SHOULD", "MAY"}
    assert [one for one in results if one["status"] != "ok"] == []


async def _node(folder: Path, url: str) -> bytes:
    process = await asyncio.create_subprocess_exec("node", "audit.mjs", url, cwd=folder, stdout=subprocess.PIPE)
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed
