"""Serving of files: only those that an open public view refers to, with ranges and headers that prevent execution."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from hub.db import Database
from hub.domain.scalars import FileUrl
from tests.support import contents
from tests.support import file_samples as samples
from tests.support.editors import Editor, key
from tests.support.servers import Publish

BODY = samples.pdf(words="Toàn văn kế hoạch", size=5_000)


@pytest.fixture
async def record(uploader) -> dict[str, Any]:
    """A file that a working edition refers to."""
    found = await uploader.uploaded("Kế hoạch 17.pdf", BODY)
    await uploader.save(found)
    return found


@pytest.fixture
async def public(uploader, record) -> dict[str, Any]:
    """The same, published."""
    await uploader.publish()
    return record


async def test_a_file_is_not_served_before_its_edition_is_public(client: httpx.AsyncClient, uploader, record) -> None:
    hidden = await client.get(record["url"])
    absent = await client.get(record["url"].replace(record["id"], str(uuid4())))
    assert (hidden.status_code, hidden.content) == (404, absent.content)

    for verb in ("submit", "approve"):
        await uploader.done(uploader.document, verb)
        assert (await client.get(record["url"])).status_code == 404
        assert (await client.head(record["url"])).status_code == 404
        assert (await client.get(record["url"] + "x")).status_code == 404
    await uploader.done(uploader.document, "publish")
    assert (await client.get(record["url"])).content == BODY


async def test_only_its_own_editors_read_it_before(client: httpx.AsyncClient, database: Database, record) -> None:
    def read(presented: str) -> Any:
        return client.get(record["url"], headers={"authorization": f"Bearer {presented}"})

    reader = await key(database, "ubnd-hue", "read:working")
    writer = await key(database, "ubnd-hue", "write", "publish")
    other = await key(database, "so-y-te")

    mine = await read(reader)
    assert (mine.status_code, mine.content) == (200, BODY)
    assert mine.headers["cache-control"] == "private, no-store"
    for presented in (writer, other):
        assert (await read(presented)).status_code == 404
    for presented in ("hub_000000000000_x", ""):
        assert (await read(presented)).status_code == 401


async def test_it_stays_public_while_withdrawn_and_until_the_edition_that_refers_to_it_is_superseded(
    client, uploader, public
) -> None:
    await uploader.done(uploader.document, "withdraw", {"reason": "Sai thẩm quyền"})
    assert (await client.get(public["url"])).content == BODY
    await uploader.done(uploader.document, "restore")
    assert (await client.get(public["url"])).content == BODY

    await uploader.save()
    assert (await client.get(public["url"])).status_code == 200
    await uploader.publish()
    assert (await client.get(public["url"])).status_code == 404


async def test_nobody_reads_it_once_its_document_is_gone(client, uploader, public) -> None:
    await uploader.done(uploader.document, "gone", {"reason": "Lộ dữ liệu cá nhân"})

    anonymous: dict[str, str] = {}
    for headers in (anonymous, uploader.headers):
        assert (await client.get(public["url"], headers=headers)).status_code == 404


async def test_it_is_not_served_after_a_redirect(client, uploader, public, publish_edition: Publish) -> None:
    other = await publish_edition("policy", contents.policy(title="Kế hoạch khác"))
    await uploader.done(uploader.document, "redirect", {"to": str(other)})

    assert (await client.get(public["url"])).status_code == 404


async def test_a_document_cannot_make_the_file_of_another_one_public(client, database: Database, record) -> None:
    other = Editor(client, await key(database, "so-y-te"))
    made = await other.create(agency="so-y-te")
    part = {"name": "x.pdf", "media_type": "application/pdf", "url": record["url"]}

    answer = await other.do(made.json()["id"], "edition", 1, {"content": contents.policy(attachments=[part])})

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_reference")
    assert answer.json()["field"] == "attachments.0.url"
    assert (await client.get(record["url"])).status_code == 404


@pytest.mark.parametrize(
    ("fact", "value"), [("size", 7), ("sha256", "0" * 64), ("media_type", "image/png"), ("url", "{}x")]
)
async def test_an_attachment_must_state_the_facts_of_its_file_correctly(uploader, record, fact, value) -> None:
    told = record | {fact: value.format(record["url"]) if fact == "url" else value}
    part = {name: told[name] for name in ("name", "media_type", "url", "size", "sha256")}
    version = (await uploader.read(uploader.document))["version"]

    answer = await uploader.do(uploader.document, "edition", version, {"content": contents.policy(attachments=[part])})

    assert (answer.status_code, answer.json()["field"]) == (422, f"attachments.0.{fact}")
    assert (await uploader.read(uploader.document))["version"] == version


@pytest.mark.parametrize(
    "url",
    [
        "/files/x",
        "/files/../admin",
        "/files/0190d5c0-0000-7000-8000-000000000000/../a.pdf",
        "/files/0190d5c0-0000-7000-8000-000000000000/a/b.pdf",
        "/files/0190d5c0-0000-7000-8000-000000000000/",
        "/files/0190d5c0-0000-7000-8000-000000000000/a.pdf?w=1",
        "/files/0190d5c0-0000-7000-8000-000000000000/a b.pdf",
        "//evil.test/files/0190d5c0-0000-7000-8000-000000000000/a.pdf",
        "/api/v1/policies",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
    ],
)
def test_no_other_url_is_a_file_url(url) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(FileUrl).validate_python(url)


@pytest.mark.parametrize(
    ("requested", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=10-19", 206, 10, 20),
        ("bytes=4000-", 206, 4000, None),
        ("bytes=-5", 206, -5, None),
        ("bytes=-999999", 206, 0, None),
        ("bytes=10-999999", 206, 10, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("bytes=9-3", 200, 0, None),
        ("bytes=x", 200, 0, None),
        ("lines=1-2", 200, 0, None),
    ],
)
async def test_ranges(client: httpx.AsyncClient, public, requested, status, start, end) -> None:
    answer = await client.get(public["url"], headers={"range": requested})

    size, wanted = len(BODY), BODY[start:end]
    assert (answer.status_code, answer.content) == (status, wanted)
    assert answer.headers["content-length"] == str(len(wanted))
    first = BODY.index(wanted) if status == 206 and start is None else range(size)[start]
    expected = f"bytes {first}-{first + len(wanted) - 1}/{size}" if status == 206 else None
    assert answer.headers.get("content-range") == expected


@pytest.mark.parametrize("requested", ["bytes=999999-", "bytes=999999-9999999", "bytes=-0"])
async def test_a_range_beyond_the_end_is_416_with_the_size(client: httpx.AsyncClient, public, requested) -> None:
    answer = await client.get(public["url"], headers={"range": requested})

    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{len(BODY)}"


async def test_a_range_applies_only_to_the_same_bytes(client: httpx.AsyncClient, public) -> None:
    etag = (await client.head(public["url"])).headers["etag"]
    for if_range, status in ((etag, 206), ('"other"', 200), (f"W/{etag}", 200)):
        answer = await client.get(public["url"], headers={"range": "bytes=0-9", "if-range": if_range})
        assert answer.status_code == status


async def test_head_and_etag(client: httpx.AsyncClient, public) -> None:
    head = await client.head(public["url"])
    got = await client.get(public["url"])
    again = await client.get(public["url"], headers={"if-none-match": head.headers["etag"]})

    assert (head.status_code, head.content, again.status_code, again.content) == (200, b"", 304, b"")
    assert head.headers["etag"] == f'"{public["sha256"]}"'
    for name in ("content-type", "content-length", "content-disposition", "etag", "cache-control"):
        assert head.headers[name] == got.headers[name]
    assert head.headers["cache-control"] == "public, no-cache"
    assert head.headers["accept-ranges"] == "bytes"


async def test_a_wrong_name_redirects_to_the_right_one(client: httpx.AsyncClient, public) -> None:
    answer = await client.get(f"/files/{public['id']}/Kế hoạch.docx", params={"w": "640"})

    assert answer.status_code == 308
    assert answer.next_request is not None
    assert answer.next_request.url.raw_path.decode() == public["url"] + "?w=640"
    assert (await client.send(answer.next_request)).content == BODY


async def test_images_and_pdfs_are_inline_and_other_files_are_downloads(client: httpx.AsyncClient, uploader) -> None:
    files = [
        await uploader.uploaded("Đơn vị.pdf", samples.PDF),
        await uploader.uploaded("a.png", samples.picture("PNG")),
        await uploader.uploaded('Đơn "mới".docx', samples.office()),
    ]
    await uploader.save(*files)
    await uploader.publish()

    answers = [await client.get(file["url"]) for file in files]

    assert [answer.headers["content-disposition"] for answer in answers] == [
        "inline; filename=\"Don vi.pdf\"; filename*=UTF-8''%C4%90%C6%A1n%20v%E1%BB%8B.pdf",
        'inline; filename="a.png"',
        "attachment; filename=\"Don -moi-.docx\"; filename*=UTF-8''%C4%90%C6%A1n%20-m%E1%BB%9Bi-.docx",
    ]
    assert {answer.headers["x-content-type-options"] for answer in answers} == {"nosniff"}
    sandboxed = ["sandbox" in answer.headers.get("content-security-policy", "") for answer in answers]
    assert sandboxed == [False, True, True]  # a sandboxed PDF is an empty page in Safari
    assert [answer.headers["content-type"] for answer in answers] == [file["media_type"] for file in files]


async def test_an_image_is_served_in_the_requested_size(client: httpx.AsyncClient, uploader) -> None:
    made = await uploader.create("bulletin")
    uploader.document = made.json()["id"]
    record = await uploader.uploaded("ảnh.jpg", samples.picture("JPEG", (800, 400)))
    image = {"url": record["url"], "alt": "Một bức ảnh"}
    await uploader.done(uploader.document, "edition", {"content": contents.bulletin(image=image)})
    assert (await client.get(record["url"], params={"w": 320})).status_code == 404
    await uploader.publish()

    small, whole, wider = [await client.get(record["url"], params=p) for p in ({"w": 320}, {}, {"w": 1280})]

    assert small.headers["content-type"] == "image/webp"
    assert len(small.content) == record["sizes"][0]["size"] < len(whole.content)
    assert whole.content == wider.content
    assert small.headers["etag"] != whole.headers["etag"]
    refused = await client.get(record["url"], params={"w": 333})
    assert (refused.status_code, refused.json()["field"]) == (422, "w")
    view = (await client.get(f"/api/v1/bulletins/{uploader.document}")).json()
    assert view["image"]["url"] == record["url"]


async def test_one_statement_decides_whether_a_file_is_served(client: httpx.AsyncClient, public) -> None:
    database = client._transport.app.state.hub.database  # type: ignore[attr-defined]
    await client.get(public["url"])
    before = database.statements
    await client.get(public["url"])
    assert database.statements - before == 1
