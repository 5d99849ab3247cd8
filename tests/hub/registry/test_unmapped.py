"""Words that the registry does not know are kept, listed with a proposal, and mapped for all documents at once."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.db import Database
from hub.domain.types import UnmappedField
from hub.errors import UnknownReference
from hub.log.append import Event
from hub.registrar.unmapped_names import MapWords, UnmappedParams, list_unmapped
from hub.registrar.word_mapping import decide_words, map_words
from tests.support.editors import key
from tests.support.import_samples import everything, faults, imported, policy, rows, told, write

TOPIC = MapWords(field=UnmappedField.topics, text="Môi trường sống", target="moi-truong")


def with_topics(name: str, *topics: Any) -> dict[str, Any]:
    record = policy(name)
    return record | {"content": record["content"] | {"topics": list(topics)}}


async def words(database: Database) -> dict[tuple[str, str], tuple[int, str | None]]:
    async with database.read() as connection:
        found = await list_unmapped(connection, UnmappedParams())
    return {
        (each.field.value, each.text): (each.documents, each.proposal.target if each.proposal else None)
        for each in found.items
    }


async def run_mapping(database: Database, decision: MapWords) -> int:
    async with database.write() as session:
        await decide_words(session, None, decision)
    mapped = 0
    async for done in map_words(database, None, decision):
        mapped = done.mapped
    return mapped


async def test_a_decision_for_a_code_that_is_not_there_changes_nothing(database: Database, tmp_path: Path) -> None:
    await imported(database, write(tmp_path / "a.jsonl", [with_topics("a", "Môi trường sống")]))
    before = await everything(database)
    with pytest.raises(UnknownReference):
        await run_mapping(database, TOPIC.model_copy(update={"target": "no-such-topic"}))
    assert await everything(database) == before
    assert await rows(database, "SELECT * FROM name_mapping") == []


async def test_unknown_words_are_published_as_said_and_mapped_later_in_silence(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.registrar.word_mapping.BATCH", 2)
    path = write(
        tmp_path / "a.jsonl",
        [
            with_topics(name, "môi trường SỐNG" if name == "d" else "Môi trường sống", "moi-truong-la")
            for name in "abcd"
        ],
    )
    assert told(await imported(database, path)) == (4, 0, 0, 0, 4)
    draft = write(tmp_path / "b.jsonl", [with_topics("e", "Môi trường sống")])
    await imported(database, draft, publish=False)
    assert await words(database) == {
        ("topics", "Môi trường sống"): (4, "moi-truong"),
        ("topics", "môi trường SỐNG"): (1, "moi-truong"),
        ("topics", "moi-truong-la"): (4, "moi-truong"),
    }
    searched = "SELECT count(*) FROM published_view WHERE seq_to IS NULL AND words @@ to_tsquery('simple', 'song')"
    assert (await rows(database, searched))[0][0] == 4

    assert await run_mapping(database, TOPIC) == 5
    assert set(await words(database)) == {("topics", "moi-truong-la")}
    views = await rows(database, "SELECT topics, edition, update_type FROM published_view WHERE seq_to IS NULL")
    assert [tuple(row) for row in views] == [(["moi-truong"], 2, "minor")] * 4
    events = await rows(database, "SELECT event, count(*) FROM log_entry GROUP BY 1 ORDER BY 1")
    assert dict(map(tuple, events)) == {Event.published: 4, Event.republished: 4}
    assert await rows(
        database,
        "SELECT state FROM edition WHERE document_id IN (SELECT document_id FROM provenance WHERE source_id = 'e')",
    ) == [("drafting",)]
    assert await faults(database) == []

    before = await everything(database)
    assert await run_mapping(database, TOPIC) == 0, "again: nothing is left to map"
    assert told(await imported(database, path)) == (0, 0, 4, 0, 0), "the sources deliver the same again"
    assert told(await imported(database, draft, publish=False)) == (0, 0, 1, 0, 0)
    assert await everything(database) == before
    await imported(database, write(tmp_path / "c.jsonl", [with_topics("f", "Môi trường sống")]))
    assert set(await words(database)) == {("topics", "moi-truong-la")}, "new records know the decision"


async def test_issuers_types_and_places_are_kept_as_said(database: Database, tmp_path: Path) -> None:
    record = policy("a")
    record["content"] |= {"issuers": [{"name": "Trạm Khí tượng Nam Đông"}], "type": "Thư ngỏ", "places": ["Xã Bỏ Quên"]}
    assert told(await imported(database, write(tmp_path / "a.jsonl", [record]))) == (1, 0, 0, 0, 1)
    assert {key: count for key, (count, _) in (await words(database)).items()} == {
        ("issuers", "Trạm Khí tượng Nam Đông"): 1,
        ("type", "Thư ngỏ"): 1,
        ("places", "Xã Bỏ Quên"): 1,
    }
    assert await run_mapping(database, MapWords(field=UnmappedField.type, text="Thư ngỏ", target="Công văn")) == 1
    [(kind, issuers)] = await rows(
        database, "SELECT content->>'type', content->'issuers' FROM edition WHERE number = 2"
    )
    assert (kind, issuers) == ("Công văn", [{"name": "Trạm Khí tượng Nam Đông", "code": None}])


async def test_only_a_key_of_the_province_lists_and_maps(
    client: httpx.AsyncClient, database: Database, tmp_path: Path
) -> None:
    await imported(database, write(tmp_path / "a.jsonl", [with_topics("a", "Môi trường sống")]))
    path, body = "/api/v1/manage/unmapped", TOPIC.model_dump(mode="json")
    stranger = {"authorization": f"Bearer {await key(database, 'so-y-te', 'admin')}"}
    before = await everything(database)
    assert (await client.get(path, headers=stranger)).status_code == 403
    assert (await client.post(f"{path}/map", json=body, headers=stranger)).status_code == 403
    assert await everything(database) == before
    given = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'admin')}"}
    [listed] = (await client.get(path, headers=given)).json()["items"]
    assert (listed["text"], listed["documents"], listed["proposal"]["target"]) == ("Môi trường sống", 1, "moi-truong")
    answer = await client.post(f"{path}/map", json=body, headers=given)
    assert (answer.status_code, answer.json()) == (200, {"mapped": 1, "waiting": 0})
