"""Tables by REST: read without storing anything, pushed row by row, and templates to download."""

from typing import Any

import httpx
import pytest

from hub.db import Database
from hub.settings import Settings
from ingest.spreadsheets.templates import write_template
from tests.support.database_digest import DatabaseDigest
from tests.support.editors import Editor, key
from tests.support.import_samples import rows
from tests.support.source_runs import Hand, for_site, hand

READ, INGEST = "/api/v1/manage/read", "/api/v1/ingest"
TABLE = (
    "Số ký hiệu;Trích yếu;Loại văn bản;Ngày ban hành;Nơi lưu\n"
    "8/KH-UBND;Nạo vét kênh;Kế hoạch;03/03/2026;tủ 1\n"
    "không số;;Kế hoạch;03/03/2026;\n"
    "10/KH-UBND;Họp dân;Kế hoạch;05/03/2026;\n"
).encode()


async def test_a_table_is_read_row_by_row_and_nothing_is_stored(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    given = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'write')}"}
    digest = await DatabaseDigest.open(settings.require_database_url())
    before = await digest.take() | {"rate_bucket": None}
    answer = await client.post(READ, params={"kind": "policy", "name": "vb.csv"}, content=TABLE, headers=given)
    assert answer.status_code == 200, answer.text
    assert await digest.take() | {"rate_bucket": None} == before
    await digest.connection.close()
    table = answer.json()["table"]
    assert table["counts"] == {"created": 2, "set_aside": 1}
    assert ["Nơi lưu" in note for note in table["notes"]] == [True]
    first, faulty, _ = table["rows"]
    assert (first["where"], first["outcome"], faulty["content"]) == ("vb!2", "created", None)
    assert faulty["reason"]["field"] == "vb!A3 (Số ký hiệu)"
    vietnamese = given | {"accept-language": "vi-VN"}
    again = await client.post(READ, params={"kind": "policy", "name": "vb.csv"}, content=TABLE, headers=vietnamese)
    reason = again.json()["table"]["rows"][1]["reason"]
    assert (reason["code"], reason["field"]) == (faulty["reason"]["code"], faulty["reason"]["field"])
    assert reason["detail"].startswith("vb!A3 (Số ký hiệu): Không có gì để định danh dòng này."), reason
    assert reason["expected"] == "id, số ký hiệu, trích yếu hoặc nội dung"
    editor = Editor(client, await key(database, "ubnd-hue"))
    assert (await editor.create("policy", **first["content"])).status_code == 201


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("a.csv", b"a;b\n1;2\n", "not_a_document"),
        ("a.xlsx", b"PK\x03\x04" + b"xl/workbook.xml" * 9, "broken_file"),
    ],
)
async def test_a_file_without_a_table_is_refused_with_what_was_expected(
    client: httpx.AsyncClient, database: Database, name: str, body: bytes, code: str
) -> None:
    given = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'write')}"}
    answer = await client.post(READ, params={"kind": "policy", "name": name}, content=body, headers=given)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["expected"]


async def test_a_template_is_downloaded_with_a_key_only(client: httpx.AsyncClient, database: Database) -> None:
    path = "/api/v1/manage/templates/{}"
    assert (await client.get(path.format("policy.xlsx"))).status_code == 401
    given = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'write')}"}
    answer = await client.get(path.format("bulletin.csv"), headers=given)
    assert (answer.status_code, answer.content) == (200, write_template("bulletin", "csv"))
    assert "mau-bulletin.csv" in answer.headers["content-disposition"]
    assert (await client.get(path.format("policy.docx"), headers=given)).status_code == 422
    assert (await client.get(path.format("song.xlsx"), headers=given)).status_code == 422


@pytest.fixture
async def sources(database: Database, settings: Settings) -> Any:
    async with hand(database, for_site(settings)) as made:
        yield made


async def test_a_pushed_table_has_a_result_for_each_row_and_changes_nothing_when_it_comes_again(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    await sources.add("day", "push", "policy", trust="review")
    given = {"authorization": f"Bearer {await key(sources.database, 'so-y-te', 'ingest')}", "content-type": "text/csv"}
    params = {"source": "day", "name": "vb.csv"}
    first = await client.post(INGEST, params=params, content=TABLE, headers=given)
    assert first.status_code == 200, first.text
    assert [each["outcome"] for each in first.json()["results"]] == ["created", "quarantined", "created"]
    assert first.json()["results"][1]["reason"]["field"] == "vb!A3 (Số ký hiệu)"
    assert "Nơi lưu" in first.json()["notes"][0]
    assert await rows(sources.database, "SELECT hints->'kept' FROM source_item WHERE hints <> '{}'") == [
        ({"Nơi lưu": "tủ 1"},)
    ]
    moved = b"\n".join([*TABLE.split(b"\n")[:1], *reversed(TABLE.strip().split(b"\n")[1:])])
    again = await client.post(INGEST, params=params, content=moved, headers=given)
    assert [each["outcome"] for each in again.json()["results"]] == ["unchanged", "quarantined", "unchanged"]
    assert await rows(sources.database, "SELECT count(*) FROM source_item") == [(3,)]


async def test_a_pushed_table_that_cannot_be_read_is_quarantined_with_its_bytes(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    await sources.add("day", "push", "policy", trust="review")
    given = {"authorization": f"Bearer {await key(sources.database, 'so-y-te', 'ingest')}", "content-type": "text/csv"}
    answer = await client.post(INGEST, params={"source": "day", "name": "vb.csv"}, content=b"a;b\n1;2\n", headers=given)
    [result] = answer.json()["results"]
    assert (result["outcome"], result["reason"]["code"]) == ("quarantined", "not_a_document")
    assert await rows(sources.database, "SELECT count(*) FROM kept_original") == [(1,)]
