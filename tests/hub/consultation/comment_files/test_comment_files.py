"""Files of comments: sent by the code until the end, sealed at rest, public once scanned, only with their comment."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from hub.app import create_app
from hub.auth.encryption import SecretCipher
from hub.consultation.comments import attempts
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import KeyPurpose
from hub.db import Database
from hub.files.store import FileStore
from hub.files.sweeper import FileSweeper
from hub.settings import Settings
from hub.times import now
from hub.web.arrival import ARRIVAL
from tests.support.asgi import running
from tests.support.comment_files import (
    FileSender,
    SaidScanner,
    WaitingFiles,
    change,
    changes_of,
    file_rows,
    scan_with,
    set_comment,
    stored_bytes,
)
from tests.support.comments import Commenter, open_consultation
from tests.support.editors import key
from tests.support.planted_files import drawn_pdf, list_planted, photo, planted_pdf
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


async def test_nothing_is_stored_of_a_file_that_is_refused(
    app: FastAPI, sender: FileSender, database: Database, store: FileStore, tmp_path: Path, monkeypatch: Any
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = await changes_of(database, sender)
    scan_with(app, SaidScanner("Eicar-Test"))

    answers = [
        await sender.send(b"<!doctype html><html>hiddenpage</html>", "hiddenname.pdf"),
        await sender.send(drawn_pdf()[:4_000]),
        await sender.send(b"%PDF-" + bytes(5_000_001)),
        await sender.send(drawn_pdf()),
        await sender.send(drawn_pdf(), None, **{"content-disposition": "attachment; filename*=UTF-8''%FF.pdf"}),
        await sender.send(drawn_pdf(), **{"comment-code": "01234-5678-9ABC-DEFG-HJKM-NPQRS"}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (415, "file_type"),
        (422, "file_broken"),
        (413, "file_too_large"),
        (422, "file_infected"),
        (422, "invalid_input"),
        (404, "comment_not_found"),
    ]
    assert not [answer.text for answer in answers if "hidden" in answer.text]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert await file_rows(database) == []
    assert not stored_bytes(store) if store.folder and store.folder.exists() else True
    assert list(folder.iterdir()) == []
    assert await changes_of(database, sender) == before


async def test_a_file_is_not_public_before_a_scan_and_editors_see_that(
    sender: FileSender, database: Database, app: FastAPI
) -> None:
    before = await changes_of(database, sender)
    made = await sender.sent(planted_pdf(), "../../Ý kiến\u202eông Lê\r\nVăn.pdf")

    hidden, shown, changes = await sender.public(), await sender.shown(), await changes_of(database, sender)
    editor = {"authorization": f"Bearer {await key(database, 'ubnd-hue')}"}
    folder = f"/api/v1/manage/consultations/{sender.commenter.consultation}/comments/{sender.comment}/files"
    listed = await sender.client.get(folder, headers=editor)
    opened = await sender.client.get(f"{folder}/1", headers=editor)

    assert made == {
        "position": 1,
        "name": "Ý kiếnông LêVăn.pdf",
        "media_type": "application/pdf",
        "size": len(opened.content),
        "state": "waiting",
        "reason": None,
    }
    assert (hidden.status_code, shown, changes) == (404, [], before + 1)
    assert listed.json()["items"] == [made | {"name": None}]
    assert await sender.own() == [made]
    assert opened.headers["content-disposition"].startswith('attachment; filename="not-scanned-gop-y-')
    assert list_planted(opened.content) == set()


async def test_whoever_keeps_copies_learns_of_each_change_that_the_public_sees_also_of_a_file_that_waits(
    sender: FileSender, database: Database, waiting: WaitingFiles
) -> None:
    async def seen() -> tuple[Any, int]:
        [item] = (await sender.commenter.listed())["items"]
        return item, await changes_of(database, sender)

    states = [await seen()]
    await sender.sent(drawn_pdf())
    states.append(await seen())
    await sender.delete(1)
    states.append(await seen())
    await sender.sent(drawn_pdf())
    states.append(await seen())
    await waiting.scan(SaidScanner())
    states.append(await seen())

    assert [item["changed_at"] is None for item, _ in states] == [True, False, False, False, False]
    for (item, changes), (item_after, changes_after) in pairwise(states):
        assert item != item_after
        assert changes_after == changes + 1


@pytest.mark.parametrize("given", [None, {"authorization": "other"}], ids=["no key", "another agency's key"])
async def test_only_editors_of_the_agency_read_files_that_are_not_public(
    sender: FileSender, database: Database, given: Any
) -> None:
    await sender.sent(drawn_pdf())
    headers = given and {"authorization": f"Bearer {await key(database, 'so-y-te')}"}
    folder = f"/api/v1/manage/consultations/{sender.commenter.consultation}/comments/{sender.comment}/files"

    for path in ("", "/1"):
        answer = await sender.client.get(folder + path, headers=headers)
        assert answer.status_code == (403 if given else 401)
        assert "pdf" not in answer.text


async def test_files_of_a_comment_that_is_not_public_are_for_moderators(sender: FileSender, database: Database) -> None:
    await sender.sent(drawn_pdf())
    folder = f"/api/v1/manage/consultations/{sender.commenter.consultation}/comments/{sender.comment}/files"
    reader = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'read:working')}"}
    moderator = {"authorization": f"Bearer {await key(database, 'ubnd-hue', 'moderate')}"}
    seen = [(await sender.client.get(f"{folder}/1", headers=one)).status_code for one in (reader, moderator)]
    assert seen == [200, 200]

    await set_comment(database, sender, state="waiting", held_for=["private_data"])

    for path in ("", "/1"):
        seen = [(await sender.client.get(folder + path, headers=one)).status_code for one in (reader, moderator)]
        assert seen == [403, 200], path


async def test_a_clean_file_is_a_download_that_no_browser_shows_and_no_cache_keeps(
    app: FastAPI, sender: FileSender, database: Database
) -> None:
    scanner = scan_with(app, SaidScanner())
    before = await changes_of(database, sender)
    made = await sender.sent(photo("hidden"), "Ảnh nhà bà Hoa.jpg")

    answer = await sender.public()

    assert answer.status_code == 200
    assert answer.content == scanner.seen[0]
    assert list_planted(answer.content) == set()
    assert answer.headers["content-type"] == made["media_type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith('attachment; filename="gop-y-')
    assert "Hoa" not in str(answer.headers)
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "content-encoding" not in answer.headers
    assert await sender.shown() == [1]
    assert "Hoa" not in (await sender.client.get(f"{sender.path}")).text
    assert await changes_of(database, sender) == before + 1


async def test_name_and_bytes_are_sealed_at_rest(
    app: FastAPI, sender: FileSender, database: Database, store: FileStore, settings: Settings
) -> None:
    scan_with(app, SaidScanner())
    made = await sender.sent(drawn_pdf(), "hiddenname.pdf")
    [body], [row] = stored_bytes(store), await file_rows(database)

    assert b"%PDF" not in body
    assert b"hidden" not in body + row.name_sealed
    assert len(body) > made["size"]

    async with database.write() as session:
        await CommentKeys(SecretCipher(settings)).delete(session, [sender.comment], KeyPurpose.content)
    assert (await sender.public()).status_code == 404


async def test_a_file_that_was_on_its_way_at_the_end_is_taken_also_after_the_end_is_logged(
    app: FastAPI, sender: FileSender, database: Database
) -> None:
    await change(database, sender, closes_at=now() - timedelta(seconds=90), state="closed", closed_at=now())

    async def send(seconds: float) -> httpx.Response:
        async def late(scope: Any, receive: Any, answer: Any) -> None:
            await app({**scope, ARRIVAL: time.monotonic() - seconds}, receive, answer)

        async with httpx.AsyncClient(transport=httpx.ASGITransport(late), base_url="http://hub.test") as slow:
            commenter = Commenter(slow, sender.commenter.consultation)
            return await replace(sender, commenter=commenter).send(drawn_pdf())

    answers = [await send(80), await send(100)]
    await change(database, sender, state="answered", answered_at=now())
    answers.append(await send(100))

    assert [answer.status_code for answer in answers] == [409, 201, 409]
    assert len(await file_rows(database)) == 1


@pytest.mark.parametrize("state", ["waiting", "hidden", "withdrawn", "erased"])
async def test_a_clean_file_is_public_only_with_its_comment(
    app: FastAPI, sender: FileSender, database: Database, state: str
) -> None:
    scan_with(app, SaidScanner())
    await sender.sent(drawn_pdf())
    assert (await sender.public()).status_code == 200

    await set_comment(database, sender, state=state, hidden_reason="spam" if state == "hidden" else None)

    assert (await sender.public()).status_code == 404
    other = f"/api/v1/consultations/{uuid4()}/comments/{sender.comment}/files/1"
    assert (await sender.client.get(other)).status_code == 404


async def test_files_are_changed_until_the_end_only(app: FastAPI, sender: FileSender, database: Database) -> None:
    scan_with(app, SaidScanner())
    await sender.sent(drawn_pdf())
    await change(database, sender, closes_at=now() - timedelta(seconds=1))

    answers = [await sender.send(drawn_pdf()), await sender.delete(1)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "consultation_not_open")] * 2
    assert len(await file_rows(database)) == 1
    assert (await sender.public()).status_code == 200


@pytest.mark.parametrize("state", ["hidden", "withdrawn"])
async def test_a_comment_that_is_not_shown_gets_no_files(sender: FileSender, database: Database, state: str) -> None:
    await set_comment(database, sender, state=state, hidden_reason="spam" if state == "hidden" else None)
    answer = await sender.send(drawn_pdf())
    assert (answer.status_code, answer.json()["code"]) == (409, "transition_conflict")
    assert await file_rows(database) == []


async def test_a_comment_has_five_files_also_when_six_come_at_once(
    sender: FileSender, database: Database, store: FileStore
) -> None:
    answers = await asyncio.gather(*(sender.send(photo(f"hidden{number}", size=(30, 20))) for number in range(6)))

    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [422]
    assert {answer.json().get("code") for answer in answers} == {None, "file_limit"}
    assert [row.position for row in await file_rows(database)] == [1, 2, 3, 4, 5]

    assert (await sender.delete(3)).status_code == 204
    assert (await sender.delete(3)).status_code == 404
    assert (await sender.sent(photo("hidden"), "b.jpg"))["position"] == 3
    await FileSweeper(database, store).sweep()
    assert len(stored_bytes(store)) == 5


async def test_attempts_are_limited_by_the_hour(
    sender: FileSender, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MAX_ATTEMPTS", 2)
    assert [(await sender.send(b"no file")).status_code for _ in range(2)] == [415, 415]
    refused = await sender.send(drawn_pdf())
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 0 < int(refused.headers["retry-after"]) <= 3_601
    assert await file_rows(database) == []


async def test_the_reserve_of_the_disk_is_for_editors(
    app: FastAPI, sender: FileSender, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def free(_: FileStore) -> int:
        return 999_999_999

    monkeypatch.setattr(FileStore, "free_bytes", free)
    refused = await sender.send(drawn_pdf())

    assert (refused.status_code, refused.json()["code"]) == (507, "storage_reserved")
    assert refused.headers["retry-after"] == "60"
    assert await file_rows(database) == []
    assert (await sender.commenter.submit(text="Không có tệp."))["state"] == "public"
    editor = {"authorization": f"Bearer {await key(database, 'ubnd-hue')}"}
    document = (await sender.client.get("/api/v1/drafts")).json()["items"][0]["id"]
    uploaded = await sender.client.post(
        f"/api/v1/manage/documents/{document}/files",
        params={"name": "a.jpg"},
        content=photo("hidden"),
        headers=editor | {"content-type": "image/jpeg"},
    )
    assert uploaded.status_code == 201, uploaded.text


async def test_the_room_of_a_folder_is_known_before_it_exists_and_that_of_a_bucket_is_not(
    settings: Settings, tmp_path: Path
) -> None:
    free = await FileStore(settings).free_bytes()
    assert free is not None
    assert free > 0
    assert not (tmp_path / "files").exists()
    assert await FileStore(settings.model_copy(update={"files_url": "s3://bucket/prefix"})).free_bytes() is None


async def test_a_file_waits_for_review_with_a_comment_that_is_reviewed_first(
    app: FastAPI, sender: FileSender, database: Database
) -> None:
    scan_with(app, SaidScanner())
    await change(database, sender, review_first=True)
    before = await changes_of(database, sender)

    await sender.sent(drawn_pdf())

    own = (await sender.commenter.own(sender.code)).json()
    assert (own["state"], own["held_for"]) == ("waiting", ["review_first"])
    assert (await sender.public()).status_code == 404
    assert await changes_of(database, sender) == before + 1


async def test_pages_of_other_hosts_may_send_and_delete_files(sender: FileSender) -> None:
    asked = {"origin": "https://tp.example", "access-control-request-method": "POST"}
    answer = await sender.client.options(f"{sender.path}/mine/files", headers=asked)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Content-Disposition" in answer.headers["access-control-allow-headers"]


async def test_a_file_of_a_comment_needs_no_store_for_head(app: FastAPI, sender: FileSender) -> None:
    scan_with(app, SaidScanner())
    made = await sender.sent(drawn_pdf())
    head = await sender.client.head(f"{sender.path}/{sender.comment}/files/1")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(made["size"]))


async def test_a_file_of_ones_own_comment_is_deleted_at_its_address_and_read_only_at_the_comment_s(
    sender: FileSender,
) -> None:
    answer = await sender.client.get(f"{sender.path}/mine/files/1", headers={"comment-code": sender.code})

    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE")
