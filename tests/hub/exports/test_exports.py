"""Snapshot and CSV exports: exact, resumable, signed, and without erased text."""

import asyncio
import csv
import gzip
import io
import threading
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from hub.changes.reader import read_log_head
from hub.db import Database
from hub.domain.kinds import KINDS
from hub.exports import builder, job, routes, segments, selection
from hub.exports.builder import FILE_NAMES, write_export
from hub.exports.csv_rows import columns, line
from hub.exports.job import ExportJob
from hub.exports.selection import SnapshotParams, write_selection
from hub.exports.storage import is_due, refresh_exports
from hub.files.store import FileStore
from hub.heartbeats.writer import HeartbeatWriter
from hub.log.signing import signing_input
from hub.registry.views import PlaceView
from hub.settings import Settings
from tests.support import contents, import_samples, past_editions
from tests.support.servers import Publish

SNAPSHOT = "/api/v1/snapshot.ndjson.gz"


def items(body: bytes) -> list[dict[str, Any]]:
    head, *rows = [orjson.loads(each) for each in gzip.decompress(body).splitlines()]
    assert head.keys() == {"snapshot"}
    return rows


def stored_bytes(settings: Settings) -> list[bytes]:
    """Return the content of all files in the store, decompressed."""
    found = [path.read_bytes() for path in (settings.data / "files").rglob("*") if path.is_file()]
    return [gzip.decompress(each) if each.startswith(b"\x1f\x8b") else each for each in found]


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


async def test_a_snapshot_of_some_kinds_languages_or_cards_is_that_part_of_the_whole(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    ids = {kind: await publish_edition(kind, made()) for kind, made in contents.QUIET.items()}
    await publish_edition("policy", contents.policy(title="Plan"), document_id=ids["policy"], lang="en")
    whole = items((await client.get(SNAPSHOT)).content)
    for query, wanted in (
        ("kind=policy", [row for row in whole if row["item"]["kind"] == "policy"]),
        ("kind=draft&kind=bulletin", [row for row in whole if row["item"]["kind"] in ("draft", "bulletin")]),
        ("lang=en", [row for row in whole if row["item"]["lang"] == "en"]),
        ("kind=statement&lang=en", []),
    ):
        assert items((await client.get(f"{SNAPSHOT}?{query}")).content) == wanted, query
    answer = await client.get(f"{SNAPSHOT}?cards=true&lang=vi")
    cards = {row["item"]["id"]: row for row in items(answer.content)}
    assert len(cards) == 4
    for kind, document in ids.items():
        [listed] = (
            await client.get(f"/api/v1/{KINDS[kind].plural}?fields={','.join(KINDS[kind].card.model_fields)}")
        ).json()["items"]
        assert cards[str(document)]["item"] == listed
        assert cards[str(document)]["sha256"] in {row["sha256"] for row in whole}
    again = await client.get(f"{SNAPSHOT}?cards=true&lang=vi", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    head = orjson.loads(gzip.decompress(answer.content).split(b"\n")[0])["snapshot"]
    assert (head["lang"], head["cards"], head["seq"]) == (["vi"], True, 5)
    await past_editions.done(database, "gone", ids["draft"])
    rows = items(
        (await client.get(f"{SNAPSHOT}?kind=draft", headers={"if-none-match": answer.headers["etag"]})).content
    )
    assert rows == []
    assert (await client.get(f"{SNAPSHOT}?lang=fr")).json()["field"] == "lang"


async def test_a_selection_is_read_in_small_pages_that_a_slow_client_does_not_hold(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        await publish_edition("policy", contents.policy(title=f"Kế hoạch {number}", number=f"{number + 1}/KH-UBND"))
        await publish_edition("bulletin", contents.bulletin(title=f"Tin {number}"))
    whole = items((await client.get(SNAPSHOT)).content)
    policies = [row for row in whole if row["item"]["kind"] == "policy"]
    held: list[tuple[int, bool]] = []
    pack = selection._pack_page

    def note(compress: Any, rows: Any, *, full: bool) -> bytes:
        held.append((len(rows), threading.current_thread() is threading.main_thread()))
        return pack(compress, rows, full=full)

    monkeypatch.setattr(selection, "_pack_page", note)
    monkeypatch.setattr(selection, "SEGMENT_SIZE", 5)
    monkeypatch.setattr(builder, "SEGMENT_SIZE", 5)
    size = len(orjson.dumps(policies[0]["item"]))
    for rows, most_bytes, most in ((2, 1 << 20, 2), (25, 1, 1), (25, 2 * size + size // 2, 2), (25, 1 << 20, 3)):
        monkeypatch.setattr(selection, "PAGE_SIZE", rows)
        monkeypatch.setattr(selection, "PAGE_BYTES", most_bytes)
        held.clear()
        assert items((await client.get(f"{SNAPSHOT}?kind=policy")).content) == policies
        assert max(number for number, _ in held) == most, (rows, most_bytes, held)
        assert not any(is_main for _, is_main in held)
    assert len(items((await client.get(f"{SNAPSHOT}?cards=true")).content)) == 14

    pages = asyncio.Semaphore(1)
    async with database.read() as connection:
        head = await read_log_head(connection)
    slow = [write_selection(database, pages, SnapshotParams(kind=["policy"]), *head) for _ in range(3)]
    parts = [[await anext(download), await anext(download)] for download in slow]
    # Each is in the middle of the file, and none keeps the others from their next page.
    assert not pages.locked()
    for download, taken in zip(slow, parts, strict=True):
        assert items(b"".join([*taken, *[part async for part in download]])) == policies


async def test_the_files_are_read_in_pages_of_so_many_bytes_and_are_the_same(
    database: Database, publish_edition: Publish, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in range(7):
        await publish_edition("policy", contents.policy(title=f"Kế hoạch {number}", number=f"{number + 1}/KH-UBND"))
        await publish_edition("bulletin", contents.bulletin(title=f"Tin {number}"))
    [(size,)] = await import_samples.rows(database, 'SELECT max(length("full")) FROM published_view')
    held: list[int] = []
    add = builder._add_page

    def note(segment: Any, page: Any, tables: Any) -> None:
        held.append(len(page))
        add(segment, page, tables)

    async def files(most_bytes: int) -> dict[str, tuple[str, int]]:
        monkeypatch.setattr(builder, "PAGE_BYTES", most_bytes)
        held.clear()
        folder = tmp_path / str(most_bytes)
        folder.mkdir()
        return {each.name: (each.sha256, each.rows) for each in (await write_export(database, folder)).files}

    monkeypatch.setattr(builder, "_add_page", note)
    monkeypatch.setattr(builder, "SEGMENT_SIZE", 5)
    monkeypatch.setattr(segments, "UNPACKED_BYTES", 7)
    whole = await files(1 << 20)
    assert held == [5, 5, 4]
    assert whole["snapshot.ndjson.gz"][1] == 14
    assert await files(2 * size) == whole
    assert max(held) in (2, 3)
    assert sum(held) == 14
    assert await files(1) == whole
    assert held == [1] * 14


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
        assert {name: value for name, value in detail.json().items() if name != "now"} == row["item"]
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


async def test_the_head_is_signed_by_one_key_that_stays(
    client: httpx.AsyncClient, settings: Settings, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    head = (await client.get("/api/v1/log/head")).json()
    about = (await client.get("/api/v1/snapshot")).json()["head"]
    change = (await client.get("/api/v1/changes")).json()

    assert (head["hash"], head["epoch"], head["seq"]) == (change["items"][-1]["hash"], change["epoch"], 1)
    assert about == head
    key = Ed25519PublicKey.from_public_bytes(b64decode(head["public_key"]))
    key.verify(b64decode(head["signature"]), signing_input(UUID(head["epoch"]), 1, head["hash"]))
    with pytest.raises(InvalidSignature):
        key.verify(b64decode(head["signature"]), signing_input(UUID(head["epoch"]), 2, head["hash"]))
    assert oct((settings.data / "signing-key.pem").stat().st_mode & 0o777) == "0o600"


async def test_a_key_of_another_kind_is_refused_in_words(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    from hub.app import create_app
    from tests.support.asgi import running

    (tmp_path / "wrong.pem").write_text("no key")
    changed = Settings(**{**settings.model_dump(exclude_unset=True), "signing_key": tmp_path / "wrong.pem"})
    async with running(create_app(changed)) as client:
        answer = await client.get("/api/v1/log/head")
    assert (answer.status_code, answer.json()["code"]) == (503, "setup_problem")


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
