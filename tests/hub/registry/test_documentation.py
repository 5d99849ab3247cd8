"""Every example of docs/registry.md works as it is written, in its order."""

import json
import re
from pathlib import Path

import httpx

from hub.db import Database
from hub.registrar.record_load import apply_records
from hub.registry.columns import HEADERS, SHEETS
from hub.registry.record_files import parse_records
from tests.support.editors import key

PAGE = (Path(__file__).parents[3] / "docs" / "registry.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


async def test_the_example_file_is_loaded(database: Database) -> None:
    [example] = blocks("json")
    records = parse_records(example.encode())

    async with database.write() as session:
        found = await apply_records(session, records)

    assert found.faults == []
    assert [change.event for change in found.changes] == ["created"] * 4


async def test_the_example_requests_are_accepted(client: httpx.AsyncClient, database: Database) -> None:
    headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'admin')}"}

    assert len(blocks("http")) == 5
    for block in blocks("http"):
        head, _, body = block.partition("\n\n")
        first, *more = head.splitlines()
        method, path = first.split()
        given = dict(line.split(": ", 1) for line in more)
        answer = await client.request(method, path, json=json.loads(body), headers=headers | given)
        assert answer.status_code == 200, answer.text


def test_every_column_and_sheet_is_described() -> None:
    described = PAGE.replace("\n", " ")

    assert [name for names in SHEETS.values() for name in names[:2] if name not in described] == []
    assert [name for names in HEADERS.values() for name in names[:2] if name not in described] == []
