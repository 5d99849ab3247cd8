"""Snapshot and CSV exports: exact, resumable, and without erased text."""

import gzip
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import text

from hub.db import Database
from hub.domain.card_fields import BESIDE
from hub.exports import builder, job, routes
from hub.exports.builder import FILE_NAMES
from hub.exports.job import ExportJob
from hub.exports.storage import is_due, refresh_exports
from hub.files.store import FileStore
from hub.heartbeats.writer import HeartbeatWriter
from hub.settings import Settings
from tests.support import contents, past_editions
from tests.support.servers import Publish
from tests.support.snapshots import SNAPSHOT, items, stored_bytes


@pytest.mark.parametrize(
    ("made", "moment", "wanted"),
    [
        ("2026-11-23T02:00", "2026-11-24T01:59", False),
        ("2026-11-23T01:59", "2026-11-24T01:59", True),
        ("2026-11-23T23:00", "2026-11-24T02:00", True),
        ("2026-11-24T02:00", "2026-11-24T02:00", False),
    ],
)
def test_files_are_due_once_each_night(made: str, moment: str, wanted: bool) -> None:
    assert (
        is_due(past_editions.at(*made.split("T")), past_editions.at(*moment.split("T")), timedelta(hours=2)) is wanted
    )


async def test_the_snapshot_holds_what_is_readable_in_order_with_its_position(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    ids = [await publish_edition(kind, made()) for kind, made in contents.QUIET.items()]
    english = await publish_edition("policy", contents.policy(title="Plan"), document_id=ids[0], lang="en")
    await past_editions.done(database, "withdraw", ids[1], reason="Có sai sót")
    await past_editions.done(database, "redirect", ids[2], to=ids[0])
    await past_editions.done(database, "gone", ids[3])
    await publish_edition("policy", contents.policy(title="Chưa công bố"), document_id=ids[0], published=False)

    about = (await client.get("/api/v1/snapshot")).json()
    answer = await client.get(SNAPSHOT)
    rows = items(answer.content)
    assert [(row["seq"], row["item"]["id"], row["item"]["lang"], row["item"]["state"]) for row in rows] == [
        (1, str(ids[0]), "vi", "live"),
        (5, str(english), "en", "live"),
        (6, str(ids[1]), "vi", "withdrawn"),
    ]
    log = {change["seq"]: change for change in (await client.get("/api/v1/changes")).json()["items"]}
    for row in rows:
        assert row["sha256"] == log[row["seq"]]["view_sha256"] == sha256(orjson.dumps(row["item"])).hexdigest()
        detail = await client.get(row["item"]["path"], params={"lang": row["item"]["lang"]})
        assert {name: value for name, value in detail.json().items() if name not in BESIDE} == row["item"]
    assert sha256(answer.content).hexdigest() == about["sha256"]
    assert (about["size"], about["rows"]) == (len(answer.content), 3)
    assert answer.headers["etag"] == f'"{about["sha256"]}"'
    assert answer.headers["repr-digest"].startswith("sha-256=:")
    assert b64decode(answer.headers["repr-digest"][9:-1]).hex() == about["sha256"]
    assert (await client.get("/api/v1/changes", params={"after": about["next"]})).json()["items"] == []
    await publish_edition("bulletin", contents.bulletin(title="Sau bản sao"))
    later = (await client.get("/api/v1/changes", params={"after": about["next"]})).json()
    assert [change["seq"] for change in later["items"]] == [9]
    assert (await client.get(SNAPSHOT)).content == answer.content


async def test_a_download_is_resumed_and_a_newer_file_begins_anew(
    client: httpx.AsyncClient, settings: Settings, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    whole = await client.get(SNAPSHOT)
    etag, size = whole.headers["etag"], len(whole.content)

    rest = await client.get(SNAPSHOT, headers={"range": "bytes=100-", "if-range": etag})
    assert (rest.status_code, rest.headers["content-range"]) == (206, f"bytes 100-{size - 1}/{size}")
    assert whole.content[:100] + rest.content == whole.content
    assert (await client.get(SNAPSHOT, headers={"range": f"bytes={size}-"})).status_code == 416
    assert (await client.get(SNAPSHOT, headers={"if-none-match": etag})).status_code == 304
    head = await client.head(SNAPSHOT)
    assert (head.headers["content-length"], head.headers["accept-ranges"], head.content) == (str(size), "bytes", b"")
    await publish_edition("policy", contents.policy(title="Mới"))
    await refresh_exports(database, FileStore(settings), settings)
    newer = await client.get(SNAPSHOT, headers={"range": "bytes=100-", "if-range": etag})
    assert (newer.status_code, len(items(newer.content))) == (200, 2)
    assert len(stored_bytes(settings)) == len(FILE_NAMES)


@pytest.mark.parametrize("verb", ["gone", "redirect"])
async def test_what_is_taken_away_is_in_no_file_any_more(
    client: httpx.AsyncClient, settings: Settings, database: Database, publish_edition: Publish, verb: str
) -> None:
    stays = await publish_edition("policy", contents.policy(title="Ở lại"))
    goes = await publish_edition("policy", contents.policy(title="Phải biến mất", topics=["truyen-thong"]))
    before = (await client.get(SNAPSHOT)).content
    assert any("Phải biến mất".encode() in each for each in stored_bytes(settings))

    options: dict[str, Any] = {"to": stays} if verb == "redirect" else {}
    await past_editions.done(database, verb, goes, **options)
    # From the moment of the commit, without the worker.
    answer = await client.get(SNAPSHOT, headers={"range": "bytes=10-", "if-range": f'"{sha256(before).hexdigest()}"'})
    assert answer.status_code == 200
    assert [row["item"]["id"] for row in items(answer.content)] == [str(stays)]
    assert "Phải biến mất" not in (await client.get("/api/v1/dumps/policies.csv")).text
    assert not any("Phải biến mất".encode() in each for each in stored_bytes(settings))


async def test_the_worker_erases_without_being_asked_and_makes_the_files_each_night(
    settings: Settings, database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes = await publish_edition("policy", contents.policy(title="Phải biến mất"))
    maker = ExportJob(database, FileStore(settings), settings)
    await maker.step()
    assert any("Phải biến mất".encode() in each for each in stored_bytes(settings))

    await past_editions.done(database, "gone", goes)
    while await maker.step():
        pass
    assert not any("Phải biến mất".encode() in each for each in stored_bytes(settings))
    await publish_edition("policy", contents.policy(title="Hôm nay"))
    await maker.refresh_if_due()
    assert not any("Hôm nay".encode() in each for each in stored_bytes(settings))
    monkeypatch.setattr(job, "now", lambda: past_editions.at("2126-01-01", "03:00"))
    await maker.refresh_if_due()
    assert any("Hôm nay".encode() in each for each in stored_bytes(settings))


async def test_a_request_does_not_do_the_work_of_a_worker_that_lives(
    client: httpx.AsyncClient,
    database: Database,
    settings: Settings,
    publish_edition: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = await publish_edition("bulletin", contents.bulletin(title="Phải biến mất"))
    monkeypatch.setattr(routes, "WAIT_SECONDS", 0.01)
    worker = ExportJob(database, FileStore(settings), settings)
    while await worker.step():
        pass
    await HeartbeatWriter(database, worker.states).write()
    assert (await client.get("/api/v1/snapshot")).status_code == 200
    await past_editions.done(database, "gone", document)

    def refuse(*_: object) -> None:
        pytest.fail("the request built the files")

    with monkeypatch.context() as patch:
        patch.setattr(routes, "refresh_exports", refuse)
        answer = await client.get("/api/v1/snapshot")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        while await worker.step():
            pass
        assert (await client.get("/api/v1/snapshot")).status_code == 200
    async with database.write() as session:
        await session.execute(text("DELETE FROM made_file"))
        await session.execute(text("UPDATE heartbeat SET turned_at = now() - interval '1 day'"))
    assert (await client.get("/api/v1/snapshot")).status_code == 200, "without a worker the request writes them"


async def test_after_a_removal_only_the_segment_of_the_item_is_written_anew(
    client: httpx.AsyncClient,
    database: Database,
    settings: Settings,
    publish_edition: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(builder, "SEGMENT_SIZE", 2)
    titles = [f"Tin số {number}" for number in range(6)]
    documents = [await publish_edition("bulletin", contents.bulletin(title=title)) for title in titles]
    store = FileStore(settings)

    async def segments() -> set[str]:
        async with database.read() as connection:
            found = await connection.execute(text("SELECT sha256 FROM made_file WHERE name LIKE 'segment-%'"))
            return set(found.scalars())

    await refresh_exports(database, store, settings)
    before = await segments()
    assert len(before) == 3
    first = gzip.decompress((await client.get(SNAPSHOT)).content)
    assert [title for title in titles if title.encode() not in first] == []

    await past_editions.done(database, "gone", documents[2])
    await refresh_exports(database, store, settings)
    after = await segments()
    assert (len(before & after), len(after - before)) == (2, 1)
    [lost] = before - after
    assert not (settings.data / "files" / lost[:2] / lost).exists()
    second = gzip.decompress((await client.get(SNAPSHOT)).content)
    assert [title for title in titles if title.encode() not in second] == [titles[2]]
    listed = (await client.get("/api/v1/dumps/bulletins.csv")).text
    assert [title for title in titles if title not in listed] == [titles[2]]
    whole = gzip.decompress((await client.get(SNAPSHOT)).content)
    async with database.write() as session:
        await session.execute(text("DELETE FROM made_file"))
    await refresh_exports(database, store, settings)
    assert gzip.decompress((await client.get(SNAPSHOT)).content) == whole, "the same without any segment"
