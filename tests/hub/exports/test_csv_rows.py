"""Lists as CSV: plain facts that open in a spreadsheet, and no formulas."""

import csv
import io
from hashlib import sha256
from uuid import UUID

import httpx
import pytest

from hub.consultation.records import consultation_id
from hub.db import Database
from hub.domain.kinds import KINDS
from hub.exports.builder import FILE_NAMES
from hub.exports.csv_rows import columns, line
from hub.registry.views import PlaceView
from tests.support import contents, past_editions
from tests.support.servers import Publish


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+84 234", "'+84 234"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\r\n=1", "'\r\n=1"),
        ("＝1", "'＝1"),
        ("Kế hoạch =1", "Kế hoạch =1"),
        ('Nói "có"; không', 'Nói "có"; không'),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula_and_every_text_survives(text: str, safe: str) -> None:
    assert next(csv.reader(io.StringIO(line([text, "x"]), newline=""))) == [safe, "x"]


def test_columns_are_the_plain_facts_of_a_view() -> None:
    assert columns(PlaceView)["successors_code"] == ("successors", "code")
    for kind in KINDS.values():
        assert {"id", "title", "agency_name", "topics_name", "published_at"} <= columns(kind.card).keys()


async def test_lists_open_in_a_spreadsheet_and_name_every_live_item(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    evil = '=HYPERLINK("http://evil.test","bấm")'
    first = await publish_edition("policy", contents.policy(title=evil, topics=["moi-truong", "truyen-thong"]))
    await past_editions.done(
        database, "withdraw", await publish_edition("policy", contents.policy(title="Đã thu hồi")), reason="x"
    )
    await publish_edition("bulletin", contents.bulletin())

    listed = (await client.get("/api/v1/dumps")).json()
    assert [file["name"] for file in listed["items"]] == list(FILE_NAMES)
    answer = await client.get("/api/v1/dumps/policies.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="policies.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert (row["id"], row["title"], row["topics_code"]) == (str(first), f"'{evil}", "moi-truong; truyen-thong")
    assert row["agency_name"] == "Ủy ban nhân dân thành phố Huế"
    for file in listed["items"]:
        body = (await client.get(file["path"])).content
        assert (len(body), sha256(body).hexdigest()) == (file["size"], file["sha256"])
        if file["name"].endswith(".csv"):
            rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
            assert len(rows) == file["rows"] + 1
    assert next(file["rows"] for file in listed["items"] if file["name"] == "agencies.csv") > 40
    unknown = await client.get("/api/v1/dumps/..%2Fsecret")
    assert unknown.status_code == 404


async def test_consultations_are_a_table_of_their_own_and_leave_it_with_their_draft(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    window = {"opens_on": "2035-01-02", "closes_on": "2035-01-09", "short_reason": "-Bão đến gần"}
    drafts = [await publish_edition("draft", contents.draft(title=name, consultation=window)) for name in ("a", "b")]
    hidden = contents.draft(title="Chưa công bố", consultation=window)
    await publish_edition("draft", hidden, published=False)

    rows = await table_rows(client, "consultations.csv")
    assert [(row["title"], row["draft"], row["state"]) for row in rows] == sorted(
        (("a", str(drafts[0]), "announced"), ("b", str(drafts[1]), "announced")),
        key=lambda row: consultation_id(UUID(row[1])),
        reverse=True,
    )
    assert {row["short_reason"] for row in rows} == {"'-Bão đến gần"}
    assert {row["closes_at"] for row in rows} == {"2035-01-10T00:00:00+07:00"}
    assert rows[0]["url"].endswith(f"/api/v1/consultations/{rows[0]['id']}")

    await past_editions.done(database, "gone", drafts[0])
    assert [row["title"] for row in await table_rows(client, "consultations.csv")] == ["b"]


async def table_rows(client: httpx.AsyncClient, name: str) -> list[dict[str, str]]:
    body = (await client.get(f"/api/v1/dumps/{name}")).content
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
