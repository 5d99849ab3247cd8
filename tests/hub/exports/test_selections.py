"""Selections of the snapshot: kinds, languages and cards, read in pages and sent as they come."""

import asyncio
import gzip
import threading
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from hub.changes.reader import read_log_head
from hub.db import Database
from hub.domain.kinds import KINDS
from hub.exports import builder, segments, selection
from hub.exports.builder import write_export
from hub.exports.selection import SnapshotParams, write_selection
from tests.support import contents, import_samples, past_editions
from tests.support.servers import Publish
from tests.support.snapshots import SNAPSHOT, items


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
