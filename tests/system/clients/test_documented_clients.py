"""The programs of docs/clients.md, as they stand there, against a served hub."""

import re
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.served import Served
from tests.system.clients.conftest import run

DOC = Path(__file__).resolve().parents[3] / "docs" / "clients.md"


def program(language: str) -> str:
    """The one block of a language."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", DOC.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str(found)


def public(hub: Served, kind: str) -> int:
    """How many live items of a kind there are, each language counted."""
    found = set()
    with httpx.Client(base_url=hub.url) as client:
        for lang in ("vi", "en"):
            items = client.get(f"/api/v1/{kind}", params={"limit": 100, "lang": lang}).json()["items"]
            found |= {(item["id"], item["lang"]) for item in items}
    return len(found)


async def test_curl(hub: Served, tmp_path: Path) -> None:
    said = await run("bash", "-euc", program("bash"), "clients.md", hub.url, cwd=tmp_path)

    assert said.count('"publishedAt"') == 3
    assert said.count('"highlight"') == 3
    assert '"event":"published"' in said
    assert "again: 304" in said
    assert '"code":"unknown_parameter"' in said
    assert said.endswith("refused: 422\n")


@pytest.mark.parametrize("language", ["python", "ts"])
async def test_a_program_does_all_five_tasks(hub: Served, packages: Path, tmp_path: Path, language: str) -> None:
    kept = public(hub, "policies") + (public(hub, "drafts") if language == "python" else 0)
    if language == "python":
        said = await run(sys.executable, "-c", program("python"), hub.url, cwd=tmp_path)
    else:
        (packages / "clients.ts").write_text(program("ts"), "utf-8")
        said = await run(packages / "node_modules" / ".bin" / "tsx", "clients.ts", hub.url, cwd=packages)

    lines = said.splitlines()
    assert [line.split(":")[0] for line in lines] == ["home"] * 3 + ["found"] * 6 + ["copy", "again", "refused"]
    assert len(set(lines[3:9])) == 6
    assert lines[-3:] == [f"copy: {kept} items", "again: 304", "refused: unknown_parameter page"]
