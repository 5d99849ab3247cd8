"""The file sweeper: files of gone documents are deleted from the disk, shared and used ones stay."""

import asyncio
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.db import Database
from hub.embedded.net import choose_port
from hub.errors import StorageUnavailable
from hub.files.commands import RESERVATION, reserve_blobs
from hub.files.store import FileStore, storage_key
from hub.files.sweeper import UNUSED_AFTER, FileSweeper
from hub.files.upload import PendingBlob
from hub.settings import Settings
from tests.support import file_samples as samples
from tests.support.process_pool import Forks
from tests.support.waiting import eventually

DIGEST = "ab" * 32


@pytest.fixture
def store(settings: Settings) -> FileStore:
    return FileStore(settings)


@pytest.fixture
def sweeper(database: Database, store: FileStore) -> FileSweeper:
    return FileSweeper(database, store)


async def caught_up(sweeper: FileSweeper) -> None:
    while await sweeper.step():
        pass


async def older(database: Database, column: str, name: str, by: timedelta) -> None:
    async with database.write() as session:
        await session.execute(text(f"UPDATE {name} SET {column} = {column} - CAST(:by AS interval)"), {"by": by})


async def test_the_bytes_of_gone_documents_are_deleted_and_shared_ones_stay(
    uploader, stored, sweeper: FileSweeper, tmp_path: Path
) -> None:
    shared, photo = samples.pdf(words="chung"), samples.picture("JPEG", (800, 600))
    files = [await uploader.uploaded("chung.pdf", shared), await uploader.uploaded("ảnh.jpg", photo)]
    await uploader.save(*files)
    await uploader.publish()
    first = uploader.document
    uploader.document = (await uploader.create(high_impact=False)).json()["id"]
    other = await uploader.uploaded("của tôi.pdf", shared)
    await uploader.save(other)
    await uploader.publish()
    assert await stored() == (3, 2, 4, 4, 0)

    await uploader.done(first, "gone", {"reason": "Lộ dữ liệu cá nhân"})
    await caught_up(sweeper)

    assert await stored() == (1, 0, 1, 1, 0)
    assert (tmp_path / "files" / storage_key(other["sha256"])).read_bytes() == shared
    assert (await uploader.client.get(other["url"])).content == shared
    for file in files:
        assert (await uploader.client.get(file["url"])).status_code == 404


async def test_a_failing_store_stops_the_follower_and_nothing_is_skipped(
    uploader, stored, sweeper: FileSweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    await uploader.save(await uploader.uploaded("a.pdf", samples.PDF))
    await uploader.publish()
    await caught_up(sweeper)
    position = await sweeper.position()
    await uploader.done(uploader.document, "gone", {"reason": "x"})

    async def failing(_: str) -> None:
        raise StorageUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(sweeper.store, "delete", failing)
        with pytest.raises(StorageUnavailable):
            await caught_up(sweeper)
    assert await sweeper.position() == position
    assert await stored() == (0, 0, 1, 1, 0)

    await caught_up(sweeper)
    assert await stored() == (0, 0, 0, 0, 0)


async def test_a_file_that_no_edition_refers_to_is_swept_after_seven_days(
    uploader, stored, sweeper, database: Database
) -> None:
    used, unused = (
        await uploader.uploaded("a.pdf", samples.PDF),
        await uploader.uploaded("b.pdf", samples.pdf(words="b")),
    )
    await uploader.save(used)
    await uploader.done(uploader.document, "discard")

    await older(database, "uploaded_at", "stored_file", UNUSED_AFTER - timedelta(minutes=1))
    await sweeper.sweep()
    assert await stored() == (2, 0, 2, 2, 0)

    await older(database, "uploaded_at", "stored_file", timedelta(minutes=2))
    await sweeper.sweep()
    assert await stored() == (1, 0, 1, 1, 0)
    mine = [await uploader.client.get(file["url"], headers=uploader.headers) for file in (used, unused)]
    assert [answer.status_code for answer in mine] == [200, 404]


async def test_bytes_reserved_by_an_upload_are_not_swept(stored, sweeper, store, database: Database, tmp_path) -> None:
    """The state after a killed upload: the blob row, the bytes, and a partial file of the store."""
    (tmp_path / "file").write_bytes(b"bytes")
    async with database.write() as session:
        await reserve_blobs(session, [PendingBlob(tmp_path / "file", DIGEST, 5, "application/pdf")])
    await store.put(DIGEST, tmp_path / "file")
    (tmp_path / "files" / (storage_key(DIGEST) + "#1")).write_bytes(b"by")

    await sweeper.sweep()
    assert await stored() == (0, 0, 1, 2, 0)

    await older(database, "held_until", "file_blob", RESERVATION)
    await sweeper.sweep()
    assert await stored() == (0, 0, 0, 0, 0)


async def test_an_upload_of_bytes_that_are_being_deleted_waits_and_loses_nothing(
    uploader, stored, sweeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    await uploader.save(await uploader.uploaded("a.pdf", samples.PDF))
    await uploader.publish()
    await uploader.done(uploader.document, "gone", {"reason": "x"})
    uploader.document = (await uploader.create(high_impact=False)).json()["id"]
    delete, deleting, go_on = sweeper.store.delete, asyncio.Event(), asyncio.Event()

    async def slowly(digest: str) -> None:
        deleting.set()
        await go_on.wait()
        await delete(digest)

    monkeypatch.setattr(sweeper.store, "delete", slowly)
    sweeping = asyncio.create_task(caught_up(sweeper))
    await deleting.wait()
    uploading = asyncio.create_task(uploader.uploaded("b.pdf", samples.PDF))
    await asyncio.sleep(0.3)
    assert not uploading.done()
    go_on.set()
    await sweeping
    record = await uploading

    assert await stored() == (1, 0, 1, 1, 0)
    assert (await uploader.client.get(record["url"], headers=uploader.headers)).content == samples.PDF


async def test_an_upload_whose_process_is_killed_leaves_no_record(
    uploader, stored, settings: Settings, tmp_path: Path
) -> None:
    port = choose_port(tmp_path / "port")
    forks = Forks({"database_url": settings.require_database_url(), "data": tmp_path, "port": port})
    process = forks.start("api", tmp_path / "serve.log", TMPDIR=str(tmp_path / "temporary"))
    try:

        async def answering() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        await eventually(answering)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST {uploader.path}?name=a.pdf HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {uploader.key}\r\n"
        writer.write((head + "Content-Type: application/pdf\r\nContent-Length: 100000\r\n\r\n").encode() + samples.PDF)
        await writer.drain()

        async def receiving() -> bool:
            return any((tmp_path / "temporary").iterdir())

        await eventually(receiving)
        forks.kill(process)
        assert await reader.read() == b""
        writer.close()
    finally:
        forks.close()

    assert (await stored())[:4] == (0, 0, 0, 0)
