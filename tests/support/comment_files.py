"""Files of comments for the tests: a commenter who sends them, a scanner that says what a test wants."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import select, update

from hub.consultation.comment_files.scan_job import CommentFileScan
from hub.consultation.comments.models import CommentFile
from hub.db import Database, table
from hub.errors import ScannerUnavailable
from hub.files.scanner import ScanResult
from hub.files.store import Files, FileStore
from hub.settings import Settings
from tests.support.comments import COMMENT, Commenter, change_consultation, consultation_row

FILE = table(CommentFile)


@dataclass
class SaidScanner:
    """A scanner that finds what it is told to find, and keeps what it was shown."""

    finding: str | None = None
    is_silent: bool = False
    seen: list[bytes] = field(default_factory=list)

    async def scan(self, path: Path) -> ScanResult:
        self.seen.append(await asyncio.to_thread(path.read_bytes))
        if self.is_silent:
            raise ScannerUnavailable
        return ScanResult(self.finding is None, self.finding)


@dataclass
class FileSender:
    """A commenter with a comment of their own, to which files can be added."""

    commenter: Commenter
    code: str
    comment: UUID

    @classmethod
    async def begin(cls, commenter: Commenter) -> "FileSender":
        made = await commenter.submit()
        return cls(commenter, made["code"], UUID(made["id"]))

    @property
    def client(self) -> httpx.AsyncClient:
        return self.commenter.client

    @property
    def path(self) -> str:
        return f"{self.commenter.path}/comments"

    async def send(self, body: bytes, name: str | None = "ý kiến.pdf", **headers: str) -> httpx.Response:
        named = {} if name is None else {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        sent = {"comment-code": self.code, "content-type": "application/octet-stream"} | named | headers
        return await self.client.post(f"{self.path}/mine/files", content=body, headers=sent)

    async def sent(self, body: bytes, name: str | None = "ý kiến.pdf") -> dict[str, Any]:
        answer = await self.send(body, name)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def delete(self, position: int) -> httpx.Response:
        return await self.client.delete(f"{self.path}/mine/files/{position}", headers={"comment-code": self.code})

    async def public(self, position: int = 1) -> httpx.Response:
        return await self.client.get(f"{self.path}/{self.comment}/files/{position}")

    async def own(self) -> list[dict[str, Any]]:
        answer = await self.client.get(f"{self.path}/mine/files", headers={"comment-code": self.code})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def shown(self) -> list[int]:
        """Positions of the files that the public list of comments shows."""
        page = await self.commenter.listed()
        return [file["position"] for item in page["items"] for file in item["files"]]


async def file_rows(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list((await connection.execute(select(FILE).order_by(FILE.c.position))).all())


class WaitingFiles:
    """Files that wait, and a job that scans them."""

    def __init__(self, database: Database, store: FileStore, settings: Settings):
        self.database, self.store, self.settings = database, store, settings

    async def scan(self, scanner: SaidScanner) -> list[str]:
        await CommentFileScan(self.database, self.store, scanner, self.settings).run_once()
        return [row.state for row in await file_rows(self.database)]


def scan_with(app: FastAPI, scanner: SaidScanner) -> SaidScanner:
    """Give a running app a scanner."""
    app.state.hub = replace(app.state.hub, files=Files(app.state.hub.files.store, scanner))
    return scanner


def stored_bytes(store: FileStore) -> list[bytes]:
    assert store.folder is not None
    return [path.read_bytes() for path in sorted(store.folder.rglob("*")) if path.is_file()]


async def changes_of(database: Database, sender: FileSender) -> int:
    found: int = (await consultation_row(database, UUID(str(sender.commenter.consultation)))).comment_changes
    return found


async def change(database: Database, sender: FileSender, **values: Any) -> None:
    await change_consultation(database, UUID(str(sender.commenter.consultation)), **values)


async def set_comment(database: Database, sender: FileSender, **values: Any) -> None:
    async with database.write() as session:
        await session.execute(update(COMMENT).where(COMMENT.c.id == sender.comment).values(**values))
