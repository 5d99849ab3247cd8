"""Uploads: files of a wrong type are refused, and a refused upload leaves nothing."""

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from hub.app import create_app
from hub.db import Database
from hub.settings import Settings
from tests.support import file_samples as samples
from tests.support.asgi import running
from tests.support.editors import Editor, key

NOTHING = (0, 0, 0, 0, 0)

MACROS: dict[str, Any] = {"word/vbaProject.bin": b"x"}

DISGUISED = {
    "a program": ("a.pdf", b"MZ\x90\x00" + b"\0" * 400, None, 415, "unsupported_file"),
    "a web page": ("a.pdf", samples.HTML, None, 415, "unsupported_file"),
    "a web page with a PDF behind it": ("a.pdf", samples.HTML + samples.PDF, None, 415, "unsupported_file"),
    "a PDF with a web page inside": (
        "a.pdf",
        b"%PDF-1.7\n" + samples.HTML + samples.PDF,
        None,
        415,
        "unsupported_file",
    ),
    "a PDF without its end": ("a.pdf", samples.PDF[:-20], None, 422, "invalid_input"),
    "a script behind GIF": ("a.png", b"GIF89a/*" + samples.HTML, None, 415, "unsupported_file"),
    "a script behind a PNG's first bytes": ("a.png", b"\x89PNG\r\n\x1a\n" + samples.HTML, None, 422, "invalid_input"),
    "a JPEG called PNG": ("a.png", samples.picture(), None, 422, "file_mismatch"),
    "a DOCX called XLSX": ("a.xlsx", samples.office(), None, 422, "file_mismatch"),
    "a ZIP called DOCX": ("a.docx", samples.office("text/plain"), None, 415, "unsupported_file"),
    "a DOCX with macros": ("a.docx", samples.office(**MACROS), None, 415, "unsupported_file"),
    "a PDF declared a picture": ("a.pdf", samples.PDF, "image/png", 422, "file_mismatch"),
    "a PDF declared a web page": ("a.pdf", samples.PDF, "text/html", 415, "unsupported_file"),
    "an SVG": ("a.svg", b"<svg/>", None, 415, "unsupported_file"),
    "no extension": ("pdf", samples.PDF, None, 415, "unsupported_file"),
    "half a picture": ("a.png", samples.picture("PNG", (600, 400))[:200], None, 422, "invalid_input"),
    "a moving picture": ("a.webp", samples.moving(), None, 415, "unsupported_file"),
    "a picture of 400 million pixels": ("a.png", samples.bomb(), None, 422, "invalid_input"),
    "nothing": ("a.pdf", b"", None, 422, "invalid_input"),
}


@pytest.mark.parametrize(("name", "body", "declared", "status", "code"), DISGUISED.values(), ids=DISGUISED)
async def test_a_file_of_another_or_unsupported_type_is_refused(
    uploader, stored, name, body, declared, status, code
) -> None:
    answer = await uploader.upload(name, body, declared)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json()["field"]
    assert await stored() == NOTHING


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.pdf", "..\\a.pdf", "/a.pdf", "a/b.pdf", "..", ".pdf", "\u202e.pdf", "   ", "a" * 190 + ".pdf"],
)
async def test_a_path_an_empty_name_or_a_too_long_one_is_refused(uploader, stored, name) -> None:
    answer = await uploader.upload(name, samples.PDF, "application/pdf")

    assert answer.status_code == 422
    assert answer.json()["field"] == "name"
    assert await stored() == NOTHING


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Kế hoạch số 269.pdf", "Kế hoạch số 269.pdf"),
        ("Ke\u0302\u0301 hoa\u0323ch.pdf", "Kế hoạch.pdf"),
        ("hóa\u202efdp.đơn\x00\n\t<b>.pdf", "hóafdp.đơn -b-.pdf"),
        ("..%2f..%2fa.pdf", None),
        ("Đề án.PDF", "Đề án.PDF"),
    ],
)
async def test_a_name_is_stored_composed_and_clean(uploader, given, kept) -> None:
    answer = await uploader.upload(given, samples.PDF, "application/pdf")

    if kept is None:
        assert answer.status_code == 422
    else:
        assert answer.json()["name"] == kept
        assert answer.json()["url"].isascii()


@pytest.fixture
async def small(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A hub with limits of 100 kB per file, and of three files and 150 kB per document."""
    limits = {"max_file_bytes": 100_000, "max_document_files": 3, "max_document_file_bytes": 150_000}
    async with running(create_app(settings.model_copy(update=limits))) as client:
        yield client


async def test_a_file_with_a_declared_size_beyond_the_limit_is_refused_unread(uploader, small, stored) -> None:
    uploader.client = small

    answer = await uploader.upload("a.pdf", samples.pdf(size=100_001))

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (413, "file_too_large", "body")
    assert await stored() == NOTHING


async def test_a_stream_is_cut_at_the_limit_and_leaves_nothing_behind(uploader, small, stored) -> None:
    uploader.client = small
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield samples.PDF
        while sent < 50_000_000:
            sent += 10_000
            yield b"%" * 10_000

    answer = await uploader.upload("a.pdf", endless())

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert sent <= 110_000
    assert await stored() == NOTHING


async def test_an_upload_may_be_larger_than_other_bodies_and_no_other_body_may(uploader, stored) -> None:
    assert (await uploader.upload("a.pdf", samples.pdf(size=3_000_000))).status_code == 201
    for path in (uploader.path + "/x", f"/api/v1/manage/documents/{uploader.document}/submit", "/graphql"):
        answer = await uploader.client.post(path, content=b" " * 3_000_000, headers=uploader.headers)
        assert answer.status_code == 413, path


async def test_a_document_has_a_limit_of_files_and_bytes(uploader, small, stored) -> None:
    uploader.client = small
    await uploader.uploaded("1.pdf", samples.pdf(size=90_000))

    full = await uploader.upload("2.pdf", samples.pdf(size=90_000, words="khác"))
    await uploader.uploaded("3.pdf", samples.pdf(words="ba"))
    await uploader.uploaded("4.pdf", samples.pdf(words="bốn"))
    many = await uploader.upload("5.pdf", samples.pdf(words="năm"))

    for answer, field in ((full, "body"), (many, "id")):
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "file_limit", field)
    assert (await stored())[0] == 3


@pytest.mark.parametrize(
    ("agency", "scopes", "status"),
    [
        ("so-y-te", ("write", "read:working", "publish", "admin"), 404),
        ("ubnd-hue", ("read:working", "publish", "moderate", "admin"), 403),
        (None, (), 401),
    ],
)
async def test_a_principal_without_write_access_stores_nothing(
    uploader, database: Database, stored, agency, scopes, status
) -> None:
    uploader.key = await key(database, agency, *scopes) if agency else "hub_000000000000_x"

    answer = await uploader.upload("a.pdf", samples.PDF)

    assert answer.status_code == status
    assert await stored() == NOTHING


async def test_an_unknown_document_accepts_no_file(uploader, stored) -> None:
    uploader.document = str(uuid4())

    assert (await uploader.upload("a.pdf", samples.PDF)).status_code == 404
    assert await stored() == NOTHING


async def test_a_gone_document_accepts_no_file(uploader, stored) -> None:
    await uploader.publish()
    await uploader.done(uploader.document, "gone", {"reason": "Lộ dữ liệu"})

    assert (await uploader.upload("a.pdf", samples.PDF)).status_code == 409
    assert await stored() == NOTHING


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".xlsx", ".jpg", ".png", ".webp"])
async def test_every_supported_type_is_stored_with_its_facts(uploader, tmp_path: Path, suffix) -> None:
    body = {
        ".pdf": samples.PDF,
        ".docx": samples.office(),
        ".xlsx": samples.office(samples.EXCEL),
        ".jpg": samples.picture("JPEG") + samples.HTML,
        ".png": samples.picture("PNG") + samples.HTML,
        ".webp": samples.picture("WEBP") + samples.HTML,
    }[suffix]

    record = await uploader.uploaded(f"Tệp{suffix}", body)

    kept = (tmp_path / "files" / record["sha256"][:2] / record["sha256"]).read_bytes()
    assert (record["media_type"], record["size"]) == (samples.MEDIA[suffix], len(kept))
    assert record["url"] == f"/files/{record['id']}/T%E1%BB%87p{suffix}"
    assert (kept == body) == (suffix in (".pdf", ".docx", ".xlsx"))
    assert b"<script>" not in kept
    listed = await uploader.client.get(uploader.path, headers=uploader.headers)
    assert listed.json() == {"items": [record]}


async def test_the_same_file_twice_is_one_file(uploader, stored) -> None:
    first = await uploader.upload("a.jpg", samples.photo())
    second = await uploader.upload("a.jpg", samples.photo())

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (await stored())[0] == 1


async def test_a_photo_is_upright_and_without_its_author_and_place(uploader, tmp_path: Path) -> None:
    original = samples.photo((900, 600))
    assert samples.CAMERA.encode() in original

    record = await uploader.uploaded("ảnh.jpg", original)

    assert (record["width"], record["height"]) == (600, 900)
    files = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(files) == 2
    for path in files:
        assert samples.CAMERA.encode() not in path.read_bytes()
        with Image.open(path) as kept:
            assert not kept.getexif()
            assert not {"exif", "comment", "icc_profile"} & set(kept.info)
            # Rotated by a quarter turn, the left half has become the upper one.
            pixel = kept.convert("RGB").getpixel((kept.width // 2, 10))
            assert isinstance(pixel, tuple)
            red, _, blue = pixel
            assert red > blue


async def test_an_image_is_stored_in_smaller_sizes(uploader) -> None:
    record = await uploader.uploaded("ảnh.png", samples.picture("PNG", (1500, 300)))

    assert [(size["width"], size["height"], size["media_type"]) for size in record["sizes"]] == [
        (320, 64, "image/webp"),
        (640, 128, "image/webp"),
        (1280, 256, "image/webp"),
    ]
    assert [size["url"] for size in record["sizes"]] == [f"{record['url']}?w={width}" for width in (320, 640, 1280)]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
async def test_images_of_every_colour_mode_are_reencoded(uploader, mode) -> None:
    out = io.BytesIO()
    form = "JPEG" if mode == "CMYK" else "PNG"
    Image.new("RGB", (400, 300), "teal").convert("L" if mode == "I;16" else mode).convert(mode).save(out, form)

    record = await uploader.uploaded("a.jpg" if mode == "CMYK" else "a.png", out.getvalue())

    assert (record["width"], record["sizes"][0]["width"]) == (400, 320)


async def test_an_upload_is_in_the_audit_log(uploader) -> None:
    record = await uploader.uploaded("Danh sách nhận hỗ trợ.pdf", samples.PDF)

    trail = await uploader.client.get(
        "/api/v1/manage/audit", params={"document": uploader.document}, headers=uploader.headers
    )

    line = trail.json()["items"][0]
    assert (line["verb"], line["details"]["file"]) == ("upload", record["id"])
    assert "hỗ trợ" not in trail.text


async def test_listing_files_requires_read_access_to_working_editions(uploader, database: Database) -> None:
    other = Editor(uploader.client, await key(database, "so-y-te"))

    assert (await uploader.client.get(uploader.path)).status_code == 401
    assert (await uploader.client.get(uploader.path, headers=other.headers)).status_code == 404


async def test_an_upload_that_the_client_aborts_leaves_nothing(uploader, stored) -> None:
    app = uploader.client._transport.app
    messages: Iterator[dict[str, Any]] = iter(
        [{"type": "http.request", "body": samples.PDF, "more_body": True}, {"type": "http.disconnect"}]
    )
    sent = []

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"authorization", uploader.headers["authorization"].encode()), (b"content-type", b"application/pdf")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": uploader.path, "raw_path": uploader.path.encode(), "query_string": b"name=a.pdf", "root_path": "",
        "headers": headers, "server": ("hub.test", 80), "client": ("127.0.0.1", 1), "state": {},
    }  # fmt: skip
    await app(scope, receive, send)

    assert [message["status"] for message in sent if "status" in message] in ([], [422])
    assert await stored() == NOTHING


async def test_files_do_not_count_towards_the_limits_of_other_documents(uploader, database: Database) -> None:
    await uploader.uploaded("a.pdf", samples.PDF)

    async with database.read() as connection:
        rows = await connection.execute(text("SELECT document_id::text FROM stored_file"))
        assert list(rows.scalars()) == [uploader.document]
