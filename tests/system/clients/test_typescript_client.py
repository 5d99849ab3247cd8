"""The TypeScript client: built from the contract, installed from its tarball, checked by tsc --strict, and run."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.served import Served
from tests.system.clients.conftest import HERE, read, run

pytestmark = pytest.mark.server

CLIENT = HERE.parents[2] / "clients" / "typescript"
STRICT = {
    "compilerOptions": {
        "strict": True,
        "target": "ES2022",
        "module": "NodeNext",
        "lib": ["ES2022", "DOM", "DOM.Iterable"],
        "types": ["node"],
        "outDir": "made",
    },
    "files": ["app.ts", "facts.ts"],
}


@pytest.fixture(scope="session")
async def app(node_tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client installed from its tarball, and the programs that use it compiled in strict mode."""
    folder = tmp_path_factory.mktemp("typescript-client")
    source, made = folder / "source", folder / "app"
    shutil.copytree(CLIENT, source, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (source / "node_modules").symlink_to(node_tools / "node_modules")
    shutil.copyfile(HERE.parents[2] / "openapi.json", folder / "openapi.json")
    types = source / "src" / "contract.ts"
    await run(tool(node_tools, "openapi-typescript"), folder / "openapi.json", "--output", types, cwd=node_tools)
    await run(tool(node_tools, "tsc"), "--project", "tsconfig.json", cwd=source)
    await run("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder, cwd=source)

    made.mkdir()
    (made / "package.json").write_text('{"type": "module", "private": true}', "utf-8")
    [tarball] = folder.glob("policyhub-client-*.tgz")
    await run("npm", "install", "--silent", "--offline", "--no-audit", "--no-fund", tarball, cwd=made)
    (made / "node_modules" / "@types").symlink_to(node_tools / "node_modules" / "@types")
    (made / "node_modules" / "undici-types").symlink_to(node_tools / "node_modules" / "undici-types")
    shutil.copyfile(CLIENT / "examples" / "app.ts", made / "app.ts")
    shutil.copyfile(CLIENT / "checks" / "facts.ts", made / "facts.ts")
    (made / "tsconfig.json").write_text(json.dumps(STRICT), "utf-8")
    await run(tool(node_tools, "tsc"), cwd=made)
    return made


def tool(node_tools: Path, name: str) -> Path:
    return node_tools / "node_modules" / ".bin" / name


async def test_it_pages_keeps_by_etags_follows_the_log_waits_as_told_and_reconnects(
    hub: Served, strict_hub: Served, app: Path
) -> None:
    facts = json.loads(await run("node", "made/facts.js", hub.url, strict_hub.url, cwd=app))
    ids = [item["id"] for item in read(hub, "/api/v1/policies?limit=100")["items"]]
    changes = read(hub, "/api/v1/changes?after=0&kind=policy")["items"]

    assert facts["statuses"] == [200, 304]
    assert facts["same"]
    assert facts["copied"] > len(ids)
    assert facts["more"] == 0
    assert facts["after_resync"] == facts["copied"]
    assert facts["ids"] == ids
    assert facts["code"] == "rate_limited"
    assert len(facts["waits"]) == 2
    # Cut after each second change: none is lost, none comes twice.
    assert facts["live"] == [change["seq"] for change in changes[:5]]
    assert facts["subscribed"] == facts["live"]


async def test_the_example_app_runs(hub: Served, app: Path) -> None:
    lines = (await run("node", "made/app.js", hub.url, cwd=app)).splitlines()

    names = [line.split(":")[0] for line in lines]
    assert names == ["home"] * 3 + ["found"] * 6 + ["copy", "whole", "live", "refused", "refused"]
    assert lines[-2:] == ["refused: unknown_parameter page", "refused: invalid_input"]
