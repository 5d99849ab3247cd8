"""The virus scanner: only a clear answer lets a file pass."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from hub.app import create_app
from hub.embedded.net import is_free
from hub.errors import ScannerUnavailable, SetupProblem
from hub.files.scanner import Clamd, ScanResult
from hub.files.store import build_files
from hub.settings import Settings
from tests.support import file_samples as samples
from tests.support.asgi import running

Answering = Callable[[bytes], Awaitable[bytes]]


@asynccontextmanager
async def clamd(answering: Answering) -> AsyncIterator[int]:
    """A daemon that reads INSTREAM like ClamAV and answers as the test wants; yields its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.readexactly(10) == b"zINSTREAM\0"
            body = b""
            while length := int.from_bytes(await reader.readexactly(4)):
                body += await reader.readexactly(length)
            writer.write(await answering(body))
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def saying(words: bytes) -> Answering:
    async def answer(_: bytes) -> bytes:
        return words

    return answer


async def sleeping(_: bytes) -> bytes:
    await asyncio.sleep(5)
    return b"stream: OK\0"


WRONG = {
    "silence": saying(b""),
    "half a word": saying(b"stream: OK"),
    "another stream": saying(b"1: stream: OK\0"),
    "an error": saying(b"INSTREAM size limit exceeded. ERROR\0"),
    "not text": saying(b"\xff\xfe\0"),
    "OK in other words": saying(b"stream: OK, probably\0"),
    "no end": saying(b"x" * 100_000),
    "nothing for too long": sleeping,
}


@pytest.mark.parametrize("answering", WRONG.values(), ids=WRONG)
async def test_without_a_clear_answer_there_is_no_result(tmp_path, answering) -> None:
    (tmp_path / "file").write_bytes(samples.PDF)

    async with clamd(answering) as port:
        with pytest.raises(ScannerUnavailable):
            await Clamd("127.0.0.1", port, seconds=0.5).scan(tmp_path / "file")


async def test_the_daemon_gets_every_byte_and_its_answer_decides(tmp_path) -> None:
    (tmp_path / "file").write_bytes(body := samples.pdf(size=1_000_000))
    seen = []

    async def answer(given: bytes) -> bytes:
        seen.append(given)
        return b"stream: OK\0" if len(seen) == 1 else b"stream: Win.Test.EICAR_HDB-1 FOUND\0"

    async with clamd(answer) as port:
        scanner = Clamd("127.0.0.1", port)
        assert await scanner.scan(tmp_path / "file") == ScanResult(clean=True)
        assert await scanner.scan(tmp_path / "file") == ScanResult(clean=False, finding="Win.Test.EICAR_HDB-1")
    assert seen == [body, body]


@pytest.mark.parametrize(
    ("answering", "status", "code"),
    [
        (saying(b"stream: OK\0"), 201, None),
        (saying(b"stream: Eicar FOUND\0"), 422, "file_infected"),
        (saying(b"stream: maybe\0"), 503, "scanner_unavailable"),
    ],
)
async def test_an_upload_is_stored_only_when_it_is_clean(
    uploader, stored, settings: Settings, answering, status, code
) -> None:
    async with (
        clamd(answering) as port,
        running(create_app(settings.model_copy(update={"clamd_url": f"tcp://127.0.0.1:{port}"}))) as client,
    ):
        uploader.client = client
        answer = await uploader.upload("a.pdf", samples.PDF)

    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert await stored() == ((1, 0, 1, 1, 0) if status == 201 else (0, 0, 0, 0, 0))


async def test_an_upload_is_refused_while_the_scanner_is_unavailable(uploader, stored, settings: Settings) -> None:
    port = next(port for port in range(20_000, 21_000) if is_free("127.0.0.1", port))
    async with running(create_app(settings.model_copy(update={"clamd_url": f"tcp://127.0.0.1:{port}"}))) as client:
        uploader.client = client
        answer = await uploader.upload("a.pdf", samples.PDF)

    assert (answer.status_code, answer.json()["code"]) == (503, "scanner_unavailable")
    assert await stored() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("url", ["http://127.0.0.1:3310", "tcp://", "tcp://host:99999", "127.0.0.1:3310"])
def test_an_invalid_url_is_reported_at_start(url) -> None:
    with pytest.raises(SetupProblem, match="HUB_CLAMD_URL"):
        build_files(Settings(clamd_url=url))
