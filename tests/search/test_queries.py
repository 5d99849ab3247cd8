"""Typed queries and their expected documents: a table over the sample content, on both engines.

The engines must not be tuned to single lines: each is an example of a way of typing (`about`) that must work for any
document. A query that means several documents names all of them; they come first in any order.
"""

import csv
import unicodedata
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.cli.demo import load_demo
from hub.search.port import SearchQuery
from hub.settings import Settings
from tests.search.conftest import Hub

with (Path(__file__).parent / "queries.tsv").open(encoding="utf-8") as file:
    TABLE = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_table_is_long_and_has_no_duplicates() -> None:
    assert len({(line["query"], line["about"]) for line in TABLE}) == len(TABLE) >= 120


@pytest.fixture
async def sources(searching: Hub, tmp_path: Path) -> dict[UUID, str]:
    """The sample content, imported and followed; source ids of its documents."""
    await load_demo(searching.database, Settings(data=tmp_path))
    await searching.catch_up()
    async with searching.database.read() as connection:
        rows = await connection.execute(text("SELECT document_id, source_id FROM provenance"))
        return {row[0]: row[1].removeprefix("demo:") for row in rows}


async def test_the_expected_documents_come_first_on_both_engines(searching: Hub, sources: dict[UUID, str]) -> None:
    missed = []
    for name, engine in (("meilisearch", searching.engine.primary), ("postgres", searching.engine.secondary)):
        for line in TABLE:
            asked = unicodedata.normalize("NFD", line["query"]) if line["about"] == "NFD" else line["query"]
            hits = (await engine.search(SearchQuery(asked, limit=5))).hits
            found = [sources[hit.document_id] for hit in hits]
            expected = set(line["expected"].split())
            if set(found[: len(expected)]) != expected:
                missed.append(f"{name}: {line['about']}: {line['query']}: {line['expected']} != {found[:3]}")
    assert not missed, "\n".join(missed)
