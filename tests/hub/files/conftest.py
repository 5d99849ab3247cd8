"""Fixtures of the file tests: a temporary folder that tests can inspect, and an editor who uploads."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from hub.db import Database
from hub.domain.file_names import suffix
from tests.support import contents
from tests.support.editors import Editor, key
from tests.support.file_samples import MEDIA


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which uploads are received, so that tests find files that are left there."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@dataclass
class Uploader(Editor):
    """An editor with a document to which files can be added."""

    document: str

    @property
    def path(self) -> str:
        return f"/api/v1/manage/documents/{self.document}/files"

    async def upload(self, name: str, body: Any, media_type: str | None = None, **headers: str) -> httpx.Response:
        declared = media_type if media_type is not None else MEDIA.get(suffix(name), "application/octet-stream")
        return await self.client.post(
            self.path, params={"name": name}, content=body, headers=self.headers | {"content-type": declared} | headers
        )

    async def uploaded(self, name: str, body: bytes) -> dict[str, Any]:
        answer = await self.upload(name, body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def save(self, *files: dict[str, Any]) -> None:
        """Save the working edition with these files attached."""
        content = contents.policy(attachments=[attachment(file) for file in files])
        await self.done(self.document, "edition", {"content": content, "change_note": "Thêm tệp."})

    async def publish(self) -> None:
        for verb in ("submit", "approve", "publish"):
            await self.done(self.document, verb)


def attachment(file: dict[str, Any]) -> dict[str, Any]:
    return {name: file[name] for name in ("name", "media_type", "url", "size", "sha256")}


@pytest.fixture
async def uploader(client: httpx.AsyncClient, database: Database) -> Uploader:
    """An editor with all scopes for the city's office, and a document of that office."""
    editor = Editor(client, await key(database, "ubnd-hue"))
    # The four-eyes rule is tested elsewhere: one editor is enough here.
    made = await editor.create(high_impact=False)
    assert made.status_code == 201, made.text
    return Uploader(client, editor.key, made.json()["id"])


Stored = Callable[[], Any]


@pytest.fixture
def stored(database: Database, tmp_path: Path, temporary: Path) -> Stored:
    """Counts of rows of files, sizes and blobs, of files on the disk, and of temporary files that are left."""

    def on_disk() -> tuple[int, int]:
        return sum(path.is_file() for path in (tmp_path / "files").rglob("*")), len(list(temporary.iterdir()))

    async def look() -> tuple[int, ...]:
        names = ("stored_file", "file_size", "file_blob")
        counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)
        async with database.read() as connection:
            rows = (await connection.execute(text(f"SELECT {counts}"))).one()
        return (*rows, *on_disk())

    return look
