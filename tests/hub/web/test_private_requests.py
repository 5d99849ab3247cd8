"""Private requests are known by their path or marked by their handler: unstored, uncompressed, logged without words."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from hub.consultation.comments.private_paths import is_private_path
from hub.web import problems
from hub.web.compression import Compression
from hub.web.private_requests import PrivateRequests, is_private, mark_private
from hub.web.unexpected_errors import UnexpectedErrors

ID = "8d9c1f4e-0b7a-5a43-9d5c-0c8a1b7f3e21"
PACKED = {"accept-encoding": "br"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/manage/consultation-bodies"),
        ("GET", f"/api/v1/consultations/{ID}/challenge"),
        ("POST", f"/api/v1/consultations/{ID}/comments"),
        ("POST", f"/api/v1/consultations/{ID}/comments/"),
        ("GET", f"/api/v1/consultations/{ID}/comments/mine"),
        ("PATCH", f"/api/v1/consultations/{ID}/comments/mine"),
        ("POST", f"/api/v1/consultations/{ID}/comments/mine/erase"),
        ("GET", f"/api/v1/consultations/{ID}/comments/mine/copy"),
        ("DELETE", f"/api/v1/consultations/{ID}/comments/mine/files/3"),
        ("GET", f"/api/v1/manage/consultations/{ID}/moderation"),
        ("POST", f"/api/v1/manage/consultations/{ID}/moderation/decide"),
        ("GET", f"/api/v1/manage/consultations/{ID}/table.docx"),
        ("GET", f"/api/v1/manage/consultations/{ID}/contacts"),
        ("GET", f"/api/v1/manage/consultations/{ID}/contacts.csv"),
        ("GET", "/api/v1/consultations/no-id/comments/mine"),
    ],
)
def test_requests_of_one_author_and_of_moderators_are_private(method: str, path: str) -> None:
    assert is_private_path(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/consultations"),
        ("GET", f"/api/v1/consultations/{ID}"),
        ("GET", f"/api/v1/consultations/{ID}/comments"),
        ("HEAD", f"/api/v1/consultations/{ID}/comments"),
        ("GET", f"/api/v1/consultations/{ID}/comments/{ID}"),
        ("GET", f"/api/v1/consultations/{ID}/answers"),
        ("GET", f"/api/v1/consultations/{ID}/table.csv"),
        ("GET", "/api/v1/consultations/wordings"),
        ("POST", "/graphql"),
    ],
)
def test_public_reads_are_not(method: str, path: str) -> None:
    assert not is_private_path(method, path)


def made_app() -> ASGIApp:
    app = FastAPI()
    problems.install(app)

    @app.get("/api/v1/consultations/{id}/comments/mine")
    async def mine(id: str) -> Response:  # noqa: A002
        return JSONResponse({"text": "ý kiến " * 500}, headers={"etag": '"strong"', "cache-control": "public"})

    @app.get("/marked")
    async def marked() -> Response:
        mark_private()
        return JSONResponse({"text": "mã " * 500})

    @app.get("/open")
    async def listed() -> Response:
        return JSONResponse({"private": is_private(), "text": "công khai " * 500}, headers={"cache-control": "public"})

    @app.get("/{where}/fails")
    async def fail(where: str) -> Response:
        if where == "private":
            mark_private()
        raise RuntimeError("invalid value 'số nhà 7 hẻm 12'")

    app.add_middleware(Compression)
    app.add_middleware(PrivateRequests, is_private_path=is_private_path)
    handler: Any = app.exception_handlers[Exception]
    return UnexpectedErrors(app, handler)


def made_client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(made_app(), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://hub.test")


@pytest.mark.parametrize("path", [f"/api/v1/consultations/{ID}/comments/mine", "/marked"])
async def test_the_answer_to_a_private_request_is_neither_compressed_nor_stored(path: str) -> None:
    async with made_client() as client:
        found = await client.get(path, headers=PACKED)
        public = await client.get("/open", headers=PACKED)

    assert "content-encoding" not in found.headers
    assert found.headers["cache-control"] == "no-store"
    assert found.headers.get("etag") in ('"strong"', None)
    assert (public.headers["content-encoding"], public.headers["cache-control"]) == ("br", "public")
    assert public.json()["private"] is False, "the mark ends with its request"


async def test_an_unexpected_error_of_a_private_request_is_logged_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with made_client() as client:
        private = await client.get("/private/fails")
        said = "".join(capsys.readouterr())
        public = await client.get("/public/fails")
        said_in_public = "".join(capsys.readouterr())

    assert private.status_code == public.status_code == 500
    assert "RuntimeError" in said
    assert "test_private_requests.py" in said
    assert "hẻm 12" not in said
    assert "hẻm 12" in said_in_public


def test_without_the_middleware_nothing_is_private_and_a_mark_does_nothing() -> None:
    mark_private()
    assert not is_private()


async def test_the_hub_marks_the_paths_of_comments(client: httpx.AsyncClient) -> None:
    found = await client.get(f"/api/v1/consultations/{ID}/comments/mine", headers={"Comment-Code": "0" * 26})
    assert found.headers["cache-control"] == "no-store"
    assert "content-encoding" not in found.headers
