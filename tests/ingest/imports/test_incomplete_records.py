"""Records that lack something are taken in by every reader: derived and marked, or kept for an editor."""

from pathlib import Path
from typing import Any

import pytest

from hub.content.checked_content import record_digest
from hub.content.commands import publish
from hub.content.validation import content_digest
from hub.db import Database
from hub.domain.lifecycle import Verb
from hub.errors import InvalidInput
from tests.support import contents
from tests.support.import_samples import everything, imported, legal, policy, rows, told, write

STORED = """SELECT p.source_id, e.state, e.content FROM provenance p JOIN edition e USING (document_id)
    ORDER BY p.source_id, e.number"""


async def stored(database: Database) -> dict[str, tuple[str, dict[str, Any]]]:
    return {row[0]: (row[1], row[2]) for row in await rows(database, STORED)}


async def test_codified_records_without_title_type_issuer_or_date_come_in_twice_without_a_change(
    database: Database, tmp_path: Path
) -> None:
    records = [
        legal("1/2024/TT-BYT", title=None),
        legal("2/2024/TT-BYT", type="", id="2/2024/TT-BYT"),
        legal("3/2024/TT-BYT", issuer=None),
        legal("4/2024/TT-BYT", issued_date=None),
        legal("5", title="/2024/TT-BYT Hướng dẫn khám bệnh", id="TT 5"),
        legal("6/2024/TT-BYT", articles=["Một đoạn không số.", {"article": 2, "title": None, "text": ["a", "b"]}]),
    ]
    path = write(tmp_path / "a.jsonl", records)
    assert told(await imported(database, path)) == (6, 0, 0, 0, 4)
    found = await stored(database)
    assert found["Thông tư 1/2024/TT-BYT"][1]["title"] == "Thông tư 1/2024/TT-BYT"
    assert found["Thông tư 1/2024/TT-BYT"][1]["derived"] == ["title"]
    assert found["2/2024/TT-BYT"][1]["type"] == "Thông tư"
    assert found["Thông tư 3/2024/TT-BYT"][1]["issuers"][0]["name"] == "Bộ Y tế"
    state, waiting = found["Thông tư 4/2024/TT-BYT"]
    assert (state, waiting["missing"]) == ("drafting", ["dates"])
    assert (found["TT 5"][1]["number"], found["TT 5"][1]["title"]) == ("5/2024/TT-BYT", "Hướng dẫn khám bệnh")
    assert [node["text"] for node in found["Thông tư 6/2024/TT-BYT"][1]["nodes"]] == ["Một đoạn không số.", "a b"]
    [view] = await rows(
        database, "SELECT convert_from(\"full\", 'UTF8')::jsonb FROM published_view WHERE number_key = '1.2024.ttbyt'"
    )
    assert view[0]["derived"] == ["title"]

    before = await everything(database)
    assert told(await imported(database, path)) == (0, 0, 6, 0, 0)
    assert await everything(database) == before


async def test_an_edition_that_misses_its_date_cannot_be_published(database: Database, tmp_path: Path) -> None:
    await imported(database, write(tmp_path / "a.jsonl", [legal(issued_date="")]))
    [(edition,)] = await rows(database, "SELECT id FROM edition")
    before = await everything(database)
    with pytest.raises(InvalidInput) as refusal:
        async with database.write() as session:
            await publish(session, [edition], verb=Verb.publish_trusted)
    assert refusal.value.field == "content.dates"
    assert await everything(database) == before


async def test_a_record_that_was_imported_before_it_was_marked_is_unchanged(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [legal() | {"number": None, "issuer": "Trạm Khí tượng Nam Đông"}])
    await imported(database, path)
    [(_, (_, content))] = (await stored(database)).items()
    assert (content["derived"], [each["field"] for each in content["unmapped"]]) == (["number"], ["issuers"])
    plain = {name: value for name, value in content.items() if name not in ("derived", "unmapped")}
    async with database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            f"UPDATE provenance SET content_sha256 = '{record_digest(content_digest(plain), None)}'"
        )
    before = await everything(database)
    assert told(await imported(database, path)) == (0, 0, 1, 0, 0)
    assert await everything(database) == before


async def test_records_of_the_hub_s_own_format_come_in_whatever_frames_them(database: Database, tmp_path: Path) -> None:
    one, two, three, four = (policy(name) for name in ("a", "b", "c", "d"))
    one["content"]["title"] = None
    two = two | {"kind": "polici", "agency": "no-such-agency", "surprise": 1, "lang": ""}
    three["sourceid"] = three.pop("source_id")
    four = {name: value for name, value in four.items() if name != "content"} | four["content"]
    path = write(tmp_path / "a.jsonl", [one, two, three, four])
    assert told(await imported(database, path)) == (4, 0, 0, 0, 1)
    found = await stored(database)
    assert found["a"][1]["derived"] == ["title"]
    assert {name: state for name, (state, _) in found.items()} == {
        "a": "published", "b": "drafting", "c": "drafting", "d": "drafting"
    }  # fmt: skip
    assert await rows(database, "SELECT DISTINCT owner FROM document") == [("ubnd-hue",)]
    before = await everything(database)
    assert told(await imported(database, path)) == (0, 0, 4, 0, 0)
    assert await everything(database) == before


async def test_a_text_that_names_its_document_waits_when_it_does_not_say_by_whom(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "Trồng cây xanh đường phố\nNgày cập nhật 02/03/2026\n"
        "Vừa qua, thành phố đã ban hành Kế hoạch số 17/KH-UBND về cây xanh.",
        "utf-8",
    )
    assert told(await imported(database, path)) == (1, 0, 0, 0, 0)
    [(state, content)] = (await stored(database)).values()
    assert (state, content["number"], content["missing"]) == ("drafting", "17/KH-UBND", ["issuers", "dates"])
    before = await everything(database)
    assert told(await imported(database, path)) == (0, 0, 1, 0, 0)
    assert await everything(database) == before


async def test_a_statement_without_spokesperson_form_or_time_waits_and_cannot_be_published(
    database: Database, tmp_path: Path
) -> None:
    records = []
    for name, without in (("a", "spokesperson"), ("b", "form"), ("c", "said_at"), ("d", None)):
        content = contents.MADE["statement"](
            title=f"Về mực nước sông Hương {name}", text=f"Mực nước đang xuống {name}."
        )
        content |= {without: None} if without else {}
        records.append({"source_id": name, "kind": "statement", "agency": "so-y-te", "content": content})
    path = write(tmp_path / "a.jsonl", records)
    assert told(await imported(database, path)) == (4, 0, 0, 0, 1)
    found = await stored(database)
    assert {name: (state, content.get("missing")) for name, (state, content) in found.items()} == {
        "a": ("drafting", ["spokesperson"]),
        "b": ("drafting", ["form"]),
        "c": ("drafting", ["said_at"]),
        "d": ("published", None),
    }

    before = await everything(database)
    for (edition,) in await rows(database, "SELECT id FROM edition WHERE state = 'drafting'"):
        with pytest.raises(InvalidInput, match="its source does not tell"):
            async with database.write() as session:
                await publish(session, [edition], verb=Verb.publish_trusted)
    assert told(await imported(database, path)) == (0, 0, 4, 0, 0)
    assert await everything(database) == before
