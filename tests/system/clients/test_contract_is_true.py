"""The served OpenAPI document tells the truth: schemathesis asks what it allows, and what it does not."""

import re
import sys
from pathlib import Path

import httpx
import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support.editors import key
from tests.support.figures import Figure
from tests.support.served import Served
from tests.support.surfaces import STREAMS
from tests.system.clients.conftest import run

EDITORS = ["--include-path-regex", "^(/api/v1/manage/|/websub)"]
READERS = ["--exclude-path-regex", "^(/api/v1/manage/|/websub)"]
NOT_ASKED = {
    "ignored_auth": "it drops the key that it generates, not the one it was given; tests/contract walks every address",
    "positive_data_acceptance": "what is well-formed may still be unknown here, taken already, or not this key's",
}
"""Checks that are left out. All others hold: no 5xx; status, media type, headers and shape as documented; what the
document forbids is refused; other methods get 405 with the ones there are."""


REFUSALS = [400, 401, 403, 404, 405, 406, 409, 414, 415, 422, 428, 429, 431, "5xx"]
"""Statuses that refuse what the document forbids: those of schemathesis, and those of what is too long to be read."""


PATIENCE = 7_200
"""Seconds: on a busy machine thousands of cases take as long as they take."""


async def asked(hub: Served, folder: Path, *more: str) -> int:
    """How many cases schemathesis tried; fails with its report. The same document gives the same cases."""
    config = f"[checks.negative_data_rejection]\nexpected-statuses = {REFUSALS}\n"
    (folder / "schemathesis.toml").write_text(config, "utf-8")
    # The first answer builds the document; schemathesis waits ten seconds for it.
    async with httpx.AsyncClient(base_url=hub.url, timeout=120) as client:
        (await client.get("/openapi.json")).raise_for_status()
    words = ["run", f"{hub.url}/openapi.json", "--generation-deterministic", "--continue-on-failure", "--no-color"]
    words += ["--exclude-checks", ",".join(NOT_ASKED), "--warnings", "off", "--request-timeout", "120"]
    for stream in STREAMS:
        words += ["--exclude-path", stream]
    said = await run(sys.executable, "-m", "schemathesis.cli", *words, *more, cwd=folder, seconds=PATIENCE)
    found = re.search(r"(\d+) generated, \1 passed", said)
    assert found, said
    return int(found[1])


async def all_scopes(demo: Settings) -> list[str]:
    """The header of a key that may do everything."""
    database = Database(demo)
    made = await key(database, "ubnd-hue")
    await database.dispose()
    return ["--header", f"Authorization: Bearer {made}"]


async def test_the_contract_is_true_for_readers_and_editors(hub: Served, demo: Settings, tmp_path: Path) -> None:
    little = ["--phases", "examples,fuzzing", "--max-examples", "2"]

    assert await asked(hub, tmp_path, *READERS, *little) > 50
    assert await asked(hub, tmp_path, *EDITORS, *little, *await all_scopes(demo)) > 80


@pytest.mark.counts(full=6, soak=250)
@pytest.mark.parametrize("who", ["anybody", "editor"])
async def test_thousands_of_cases_find_nothing_else(
    hub: Served, demo: Settings, tmp_path: Path, who: str, count: int, figure: Figure
) -> None:
    much = ["--phases", "examples,coverage,fuzzing", "--max-examples", str(count)]
    more = [] if who == "anybody" else await all_scopes(demo)

    cases = await asked(hub, tmp_path, *much, *more)
    figure(f"cases as {who}", cases)
    assert cases > 5_000
