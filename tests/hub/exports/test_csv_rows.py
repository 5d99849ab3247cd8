"""Lists as CSV: plain facts that open in a spreadsheet, and no formulas."""

import csv
import io
from hashlib import sha256

import httpx
import pytest

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
