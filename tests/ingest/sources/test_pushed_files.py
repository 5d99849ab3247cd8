"""A file is pushed as its bytes: imported with its original, or quarantined with all that judging it needs."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from hub.cli.quarantine import app
from hub.db import Database
from hub.settings import Settings
from tests.support import contents
from tests.support.editors import key
from tests.support.import_samples import rows
from tests.support.printed_decisions import as_docx, as_scan
from tests.support.source_runs import Hand, for_site, hand

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INGEST, QUARANTINE = "/api/v1/ingest", "/api/v1/manage/quarantine"


@pytest.fixture
async def sources(database: Database, settings: Settings) -> Any:
    async with hand(database, for_site(settings)) as made:
        yield made


async def headers(database: Database, *scopes: str, agency: str = "so-y-te") -> dict[str, str]:
    return {"authorization": f"Bearer {await key(database, agency, *scopes)}"}


async def test_a_decision_is_pushed_as_a_file_once(client: httpx.AsyncClient, sources: Hand) -> None:
    await sources.add("day", "push", "policy", trust="review")
    body = as_docx("702/QĐ-UBND", "trồng cây", "Trồng cây xanh ven sông")
    given = await headers(sources.database, "ingest") | {"content-type": DOCX}
    params = {"source": "day", "name": "qd-702.docx", "id": "qd-702"}

    first = await client.post(INGEST, params=params, content=body, headers=given)
    again = await client.post(INGEST, params=params, content=body, headers=given)

    assert first.status_code == 200, first.text
    [result] = first.json()["results"]
    assert (result["id"], result["outcome"]) == ("qd-702", "created")
    assert again.json()["results"][0]["outcome"] == "unchanged"
    [(content, original, pushed_by)] = await rows(
        sources.database,
        "SELECT e.content, k.size, i.pushed_by IS NOT NULL FROM edition e JOIN source_item i USING (document_id) "
        "JOIN kept_original k ON k.id = i.original_id",
    )
    assert (content["number"], original, pushed_by) == ("702/QĐ-UBND", len(body), True)
    assert content["origin"]["name"] == "Nguồn day"


async def test_the_quarantine_shows_the_original_its_text_and_what_was_expected_where(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    await sources.add("day", "push", "policy")
    given = await headers(sources.database, "ingest", "sources", "publish")
    text = "Thông báo của phường\nNgày mai họp tổ dân phố tại nhà văn hóa."
    params = {"source": "day", "name": "thong bao.txt"}
    pushed = await client.post(
        INGEST, params=params, content=text.encode(), headers=given | {"content-type": "text/plain"}
    )
    assert pushed.json()["results"][0]["outcome"] == "quarantined", pushed.text

    [listed] = (await client.get(QUARANTINE, headers=given)).json()["items"]
    assert listed["reason"]["field"]
    assert listed["reason"]["expected"]
    shown = (await client.get(f"{QUARANTINE}/{listed['id']}", headers=given)).json()
    original = await client.get(shown["original_path"], headers=given)
    assert original.content.decode() == text
    assert original.headers["content-disposition"].startswith('attachment; filename="thong bao.txt"')
    assert original.headers["cache-control"] == "no-store"
    reading = (await client.get(shown["reading_path"], headers=given)).json()
    assert reading["text"] == text
    assert {"number", "title"} <= {doubt["field"] for doubt in reading["doubts"]}
    assert all(doubt["expected"] for doubt in reading["doubts"])

    other = await headers(sources.database, "sources", agency="so-xay-dung")
    for path in (shown["original_path"], shown["reading_path"]):
        assert (await client.get(path, headers=other)).status_code == 404
        assert (await client.get(path)).status_code == 401

    # It is read again from the archive, with the defaults that the source has now.
    patched = await client.patch(
        "/api/v1/manage/sources/day",
        json={"mapping": {"defaults": {
            "type": "Thông báo", "issuers": [{"name": "UBND phường"}], "title": "Thông báo họp",
            "dates": [{"role": "issued", "on": "2026-03-02", "source": "Nguồn"}],
        }}},
        headers=given,
    )  # fmt: skip
    assert patched.status_code == 200, patched.text
    retried = await client.post(f"{QUARANTINE}/{listed['id']}/retry", json={}, headers=given)
    assert retried.json() == {"retried": 1}
    await sources.runner.run("day", discover=False)
    [(state, outcome, _)] = (await sources.states("day")).values()
    assert (state, outcome) == ("done", "created"), (
        await client.get(f"{QUARANTINE}/{listed['id']}", headers=given)
    ).text


async def test_a_file_is_read_again_in_the_charset_that_its_sender_declared(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    """Without it the charset would be a guess, which is a doubt."""
    await sources.add("day", "push", "statement", trust="review")
    given = await headers(sources.database, "ingest", "sources")
    text = "Ville de Hué\nHué, été 1931: les arbres plantés"
    params = {"source": "day", "name": "tin.txt"}
    declared = given | {"content-type": "text/plain; charset=iso-8859-15"}
    pushed = await client.post(INGEST, params=params, content=text.encode("latin-1"), headers=declared)
    assert pushed.json()["results"][0]["outcome"] == "quarantined", pushed.text
    [listed] = (await client.get(QUARANTINE, headers=given)).json()["items"]

    reading = (await client.get(f"{QUARANTINE}/{listed['id']}/reading", headers=given)).json()
    assert reading["text"] == text
    assert "not certain" not in str(reading["doubts"]), "the charset is no guess"
    mapping = {
        "mapping": {
            "defaults": {
                name: value for name, value in contents.statement().items() if name not in ("title", "occasion")
            }
        }
    }
    assert (await client.patch("/api/v1/manage/sources/day", json=mapping, headers=given)).status_code == 200
    await client.post(f"{QUARANTINE}/{listed['id']}/retry", json={}, headers=given)
    await sources.runner.run("day", discover=False)

    [(content, written_by, pushed_by)] = await rows(
        sources.database, "SELECT content, written_by, pushed_by FROM edition JOIN source_item USING (document_id)"
    )
    assert content["title"] == "Ville de Hué"
    assert written_by == pushed_by, "whoever pushed it wrote it, also when it is tried again"


async def test_the_command_shows_what_is_read_from_a_file_and_what_was_expected_where(
    client: httpx.AsyncClient, sources: Hand, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("HUB_DATA", str(tmp_path))
    await sources.add("day", "push", "policy")
    given = await headers(sources.database, "ingest", "sources")
    for name, body in (("thong bao.txt", "Ngày mai họp tổ dân phố.".encode()), ("quet.pdf", as_scan())):
        declared = given | {"content-type": "application/octet-stream"}
        pushed = await client.post(INGEST, params={"source": "day", "name": name}, content=body, headers=declared)
        assert pushed.json()["results"][0]["outcome"] == "quarantined", pushed.text
    scan, text = (await client.get(QUARANTINE, headers=given)).json()["items"]

    def show(number: int) -> Any:
        shown = CliRunner().invoke(app, ["show", str(number)])
        assert shown.exit_code == 0, shown.output
        return json.loads(shown.stdout)["reading"]

    read = await asyncio.to_thread(show, text["id"])
    assert read["text"] == "Ngày mai họp tổ dân phố."
    assert {"number", "title"} <= {doubt["field"] for doubt in read["doubts"] if doubt["expected"]}
    assert (await asyncio.to_thread(show, scan["id"]))["code"] == "scanned_pdf"


async def test_a_file_that_cannot_be_read_is_kept_with_the_reason(client: httpx.AsyncClient, sources: Hand) -> None:
    await sources.add("day", "push", "policy")
    given = await headers(sources.database, "ingest", "sources")
    params, scan = {"source": "day", "name": "quet.pdf"}, as_scan()
    pushed = await client.post(INGEST, params=params, content=scan, headers=given | {"content-type": "application/pdf"})
    [result] = pushed.json()["results"]
    assert (result["outcome"], result["reason"]["code"]) == ("quarantined", "scanned_pdf")

    [listed] = (await client.get(QUARANTINE, headers=given)).json()["items"]
    answer = await client.get(f"{QUARANTINE}/{listed['id']}/reading", headers=given)
    assert (answer.status_code, answer.json()["code"]) == (422, "scanned_pdf")
    assert (await client.get(f"{QUARANTINE}/{listed['id']}/original", headers=given)).content == scan


async def test_refused_files_change_nothing(client: httpx.AsyncClient, sources: Hand) -> None:
    await sources.add("day", "push", "policy")
    await sources.add("tin", "feed", config={"url": "http://127.0.0.1:9/rss"})
    mine = await headers(sources.database, "ingest")
    other = await headers(sources.database, "ingest", agency="so-xay-dung")
    for given, params, body, status in (
        (other, {"source": "day", "name": "a.txt"}, b"a", 403),
        (mine, {"source": "khong-co", "name": "a.txt"}, b"a", 404),
        (mine, {"source": "tin", "name": "a.txt"}, b"a", 422),
        (mine, {"source": "day", "name": "a.txt"}, b"", 422),
        (mine, {"source": "day"}, b"a", 422),
        (mine, {"source": "day", "name": "a.txt", "la": "1"}, b"a", 422),
        ({}, {"source": "day", "name": "a.txt"}, b"a", 401),
    ):
        answer = await client.post(INGEST, params=params, content=body, headers=given | {"content-type": "text/plain"})
        assert answer.status_code == status, answer.text
    tables = ("source_item", "source_run", "file_blob")
    counts = "SELECT " + " + ".join(f"(SELECT count(*) FROM {name})" for name in tables)
    assert await rows(sources.database, counts) == [(0,)]
