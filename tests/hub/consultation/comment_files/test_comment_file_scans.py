"""Files of comments after their arrival: scanned when a scanner comes, and swept when they are erased."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import text, update

from hub import tables
from hub.app import create_app
from hub.consultation.comments.erasure import erase_files
from hub.db import Database
from hub.errors import ScannerUnavailable
from hub.files.commands import list_references
from hub.files.store import FileStore
from hub.files.sweeper import FileSweeper
from hub.settings import Settings
from tests.support.asgi import running
from tests.support.comment_files import (
    FILE,
    FileSender,
    SaidScanner,
    WaitingFiles,
    changes_of,
    file_rows,
    scan_with,
    stored_bytes,
)
from tests.support.comments import Commenter, open_consultation
from tests.support.planted_files import drawn_pdf, photo
from tests.support.servers import Publish


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
async def sender(app: FastAPI, publish_edition: Publish) -> AsyncIterator[FileSender]:
    """Someone with a public comment in a hub that has no scanner."""
    async with running(app) as client:
        yield await FileSender.begin(Commenter(client, await open_consultation(publish_edition)))


@pytest.fixture
def store(settings: Settings) -> FileStore:
    return FileStore(settings)


@pytest.fixture
def waiting(database: Database, store: FileStore, settings: Settings) -> WaitingFiles:
    return WaitingFiles(database, store, settings)


async def test_files_that_wait_are_scanned_when_a_scanner_comes(
    app: FastAPI, sender: FileSender, database: Database, waiting: WaitingFiles
) -> None:
    scan_with(app, SaidScanner(is_silent=True))
    await sender.sent(drawn_pdf(), "một.pdf")
    await sender.sent(photo("hidden"), "hai.jpg")
    before = await changes_of(database, sender)

    with pytest.raises(ScannerUnavailable):
        await waiting.scan(SaidScanner(is_silent=True))
    assert [row.state for row in await file_rows(database)] == ["waiting", "waiting"]
    assert (await sender.public()).status_code == 404

    scanner = SaidScanner()
    assert await waiting.scan(scanner) == ["clean", "clean"]
    assert await waiting.scan(SaidScanner("Eicar")) == ["clean", "clean"]
    assert (await sender.public(1)).content in scanner.seen
    assert await sender.shown() == [1, 2]
    assert await changes_of(database, sender) == before + 2


async def test_malware_that_is_found_later_is_never_public_and_its_bytes_go(
    sender: FileSender, database: Database, store: FileStore, waiting: WaitingFiles
) -> None:
    await sender.sent(drawn_pdf())
    before = await changes_of(database, sender)

    assert await waiting.scan(SaidScanner("Eicar-Test")) == ["refused"]

    await FileSweeper(database, store).sweep()
    assert stored_bytes(store) == []
    assert [(file["state"], file["reason"]) for file in await sender.own()] == [("refused", "file_infected")]
    assert (await sender.public()).status_code == 404
    assert await changes_of(database, sender) == before


async def test_damaged_and_erased_files_stop_no_other_scan(
    sender: FileSender, database: Database, store: FileStore, waiting: WaitingFiles
) -> None:
    for number in range(3):
        await sender.sent(photo(f"hidden{number}", size=(30, 20)), f"{number}.jpg")
    rows = await file_rows(database)
    assert store.folder is not None
    (store.folder / rows[0].blob_sha256[:2] / rows[0].blob_sha256).write_bytes(b"\x01" + bytes(200))
    async with database.write() as session:
        await session.execute(update(FILE).where(FILE.c.position == 2).values(blob_sha256=None))

    assert await waiting.scan(SaidScanner()) == ["refused", "waiting", "clean"]
    assert (await file_rows(database))[0].reason == "file_broken"


async def test_bytes_of_erased_files_are_swept_and_others_stay(
    app: FastAPI, sender: FileSender, database: Database, store: FileStore
) -> None:
    scan_with(app, SaidScanner())
    other = await FileSender.begin(sender.commenter)
    await sender.sent(drawn_pdf())
    await other.sent(photo("hidden"), "a.jpg")
    await FileSweeper(database, store).sweep()
    assert len(stored_bytes(store)) == 2

    async with database.write() as session:
        await erase_files(session, [sender.comment])
    assert (await sender.public()).status_code == 404
    await FileSweeper(database, store).sweep()

    assert len(stored_bytes(store)) == 1
    assert (await other.public()).status_code == 200
    assert [(file["name"], file["state"]) for file in await sender.own()] == [(None, "refused")]


async def test_the_sweeper_asks_every_table_that_refers_to_a_blob(database: Database) -> None:
    assert tables
    query = text(
        "SELECT c.relname, a.attname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
        "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] "
        "WHERE k.contype = 'f' AND k.confrelid = 'file_blob'::regclass"
    )
    async with database.read() as connection:
        stored = {(name, column) for name, column in await connection.execute(query)}
    assert ("comment_file", "blob_sha256") in stored
    assert {(column.table.name, column.name) for column in list_references()} == stored
