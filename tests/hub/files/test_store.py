"""The file store: an S3-compatible bucket behaves like a folder, and an unavailable one is reported."""

from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import httpx
import pytest
from moto.server import ThreadedMotoServer

from hub.app import create_app
from hub.db import Database
from hub.embedded.net import is_free
from hub.errors import SetupProblem
from hub.files.store import FileStore
from hub.files.sweeper import FileSweeper
from hub.settings import Settings
from tests.support import file_samples as samples
from tests.support.asgi import running


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3-compatible server with a bucket; yields its URL."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urlopen(Request(f"http://{host}:{port}/tep-hue", method="PUT")).close()
    yield f"http://{host}:{port}"
    server.stop()


def in_bucket(settings: Settings, endpoint: str, bucket: str = "tep-hue") -> Settings:
    given = {
        "files_url": f"s3://{bucket}/hub/files",
        "files_s3_endpoint": endpoint,
        "files_s3_region": "us-east-1",
        "files_s3_key_id": "khoa",
        "files_s3_secret": "bi-mat",
    }
    return Settings(**{**settings.model_dump(exclude_unset=True), **given})


async def listing(s3: str) -> str:
    """List the objects of the bucket without the hub."""
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{s3}/tep-hue?list-type=2")).text


async def test_files_are_stored_served_and_deleted_in_a_bucket(
    uploader, s3: str, settings: Settings, database: Database, tmp_path: Path
) -> None:
    chosen, body = in_bucket(settings, s3), samples.pdf(size=12_000_000)
    async with running(create_app(chosen)) as client:
        uploader.client = client
        large = await uploader.uploaded("Bản đồ.pdf", body)
        photo = await uploader.uploaded("ảnh.jpg", samples.picture("JPEG", (800, 600)))
        await uploader.save(large, photo)
        await uploader.publish()

        assert (await client.get(large["url"])).content == body
        part = await client.get(large["url"], headers={"range": "bytes=9000000-9000009"})
        assert (part.status_code, part.content) == (206, body[9_000_000:9_000_010])
        assert len((await client.get(photo["url"], params={"w": 640})).content) == photo["sizes"][1]["size"]
        assert not (tmp_path / "files").exists()
        assert (await listing(s3)).count("<Key>hub/files/") == 4

        await uploader.done(uploader.document, "gone", {"reason": "Lộ dữ liệu cá nhân"})
        sweeper = FileSweeper(database, FileStore(chosen))
        while await sweeper.step():
            pass
        assert "<Key>" not in await listing(s3)


async def test_an_unavailable_store_refuses_uploads_and_leaves_no_record(
    uploader, stored, s3: str, settings: Settings
) -> None:
    port = next(port for port in range(21_000, 22_000) if is_free("127.0.0.1", port))
    for chosen in (in_bucket(settings, f"http://127.0.0.1:{port}"), in_bucket(settings, s3, "khong-co")):
        async with running(create_app(chosen)) as client:
            uploader.client = client
            answer = await uploader.upload("a.pdf", samples.PDF)

        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
        assert "bi-mat" not in answer.text
        assert str(port) not in answer.text
        assert (await stored())[0] == 0


async def test_missing_bytes_are_a_problem_and_not_an_empty_file(uploader, tmp_path: Path) -> None:
    record = await uploader.uploaded("a.pdf", samples.PDF)
    (tmp_path / "files" / record["sha256"][:2] / record["sha256"]).unlink()

    answer = await uploader.client.get(record["url"], headers=uploader.headers)

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")


@pytest.mark.parametrize("url", ["ftp://x/y", "s3:///x", "https://bucket.test/x", "files", "file://host/x"])
def test_an_invalid_url_is_reported_at_start(url: str) -> None:
    with pytest.raises(SetupProblem, match="HUB_FILES_URL"):
        FileStore(Settings(files_url=url))


async def test_a_configured_folder_is_created_private_and_used(uploader, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "kho tệp"
    async with running(create_app(settings.model_copy(update={"files_url": folder.as_uri()}))) as client:
        uploader.client = client
        record = await uploader.uploaded("a.pdf", samples.PDF)

    assert (folder / record["sha256"][:2] / record["sha256"]).read_bytes() == samples.PDF
    assert oct(folder.stat().st_mode)[-3:] == "700"
