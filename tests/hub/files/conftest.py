"""What the tests of files share: a temporary folder that can be looked into, and an editor who uploads."""

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
    """Where uploads are received; whatever is left there is found."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@dataclass
class Desk(Editor):
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
        """The working edition with these files attached."""
        content = contents.policy(attachments=[attachment(file) for file in files])
        await self.done(self.document, "edition", {"content": content, "change_note": "Thêm tệp."})

    async def publish(self) -> None:
        for verb in ("submit", "approve", "publish"):
            await self.done(self.document, verb)


def attachment(file: dict[str, Any]) -> dict[str, Any]:
    return {name: file[name] for name in ("name", "media_type", "url", "size", "sha256")}


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database) -> Desk:
    """An editor with every right in the city's office, and a document of it."""
    editor = Editor(client, await key(database, "ubnd-hue"))
    # Four eyes are looked at elsewhere: one pair is enough here.
    made = await editor.create(high_impact=False)
    assert made.status_code == 201, made.text
    return Desk(client, editor.key, made.json()["id"])


Stored = Callable[[], Any]


@pytest.fixture
def stored(database: Database, tmp_path: Path, temporary: Path) -> Stored:
    """What there is of files: rows of files, of sizes and of bytes, files on the disk, and what is left in between."""

    def on_disk() -> tuple[int, int]:
        return sum(path.is_file() for path in (tmp_path / "files").rglob("*")), len(list(temporary.iterdir()))

    async def look() -> tuple[int, ...]:
        names = ("stored_file", "file_size", "file_blob")
        counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)
        async with database.read() as connection:
            rows = (await connection.execute(text(f"SELECT {counts}"))).one()
        return (*rows, *on_disk())

    return look
