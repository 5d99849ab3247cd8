"""Scan of the files that wait for it: those sent while no scanner was configured or while it did not answer."""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from hub.auth.encryption import SecretCipher
from hub.consultation.comment_files.queries import BLOB, COMMENT, FILE
from hub.consultation.comment_files.scan import scan_bytes
from hub.consultation.comment_files.sealed_files import read_file
from hub.consultation.comments.file_views import CommentFileState
from hub.consultation.comments.keys import CommentKeys, SealBroken
from hub.consultation.comments.models import Comment, CommentFile, CommentState, KeyPurpose
from hub.consultation.submission.commands import count_public_change, lock_for_comment
from hub.db import Database
from hub.errors import FileInfected
from hub.files.scanner import Scanner
from hub.files.store import FileStore
from hub.jobs.periodic import PeriodicJob
from hub.settings import Settings

log = structlog.get_logger()

BATCH = 20
DAMAGED = "file_broken"
"""Reason of a file whose sealed bytes are damaged."""


class CommentFileScan(PeriodicJob):
    """Scans waiting files once a minute. Idempotent: each verdict is written with its file and only once."""

    name = "comment-files"
    interval = 60.0
    failure_event = "comment_file_scan_failed"

    def __init__(self, database: Database, store: FileStore, scanner: Scanner, settings: Settings):
        self.database = database
        self.store = store
        self.scanner = scanner
        self.keys = CommentKeys(SecretCipher(settings))

    async def run_once(self) -> None:
        """Scan all waiting files in batches. Raises `ScannerUnavailable` or `StorageUnavailable`: they wait on."""
        after: UUID | None = None
        while rows := await self._list_waiting(after):
            for row in rows:
                await self._scan(row)
            after = rows[-1].id

    async def _list_waiting(self, after: UUID | None) -> list[Any]:
        query = (
            select(FILE, BLOB.c.size.label("blob_size"), COMMENT.c.consultation_id)
            .join(BLOB, BLOB.c.sha256 == FILE.c.blob_sha256)
            .join(COMMENT, COMMENT.c.id == FILE.c.comment_id)
            .where(FILE.c.state == CommentFileState.waiting)
            .order_by(FILE.c.id)
            .limit(BATCH)
        )
        if after is not None:
            query = query.where(FILE.c.id > after)
        async with self.database.read() as connection:
            return list(await connection.execute(query))

    async def _scan(self, row: Any) -> None:
        async with self.database.read() as connection:
            key = (await self.keys.load(connection, [row.comment_id], KeyPurpose.content)).get(row.comment_id)
        if key is None:  # erased a moment ago, or sealed under another key of the hub: nothing to decide
            return
        try:
            state, reason = await scan_bytes(await read_file(self.store, key, row), self.scanner), None
        except FileInfected as found:
            state, reason = CommentFileState.refused, found.code
        except SealBroken:
            state, reason = CommentFileState.refused, DAMAGED
        await self._record_verdict(row, state, reason)

    async def _record_verdict(self, row: Any, state: CommentFileState, reason: str | None) -> None:
        async with self.database.write() as session:
            await lock_for_comment(session, row.consultation_id)
            locked = select(Comment).where(COMMENT.c.id == row.comment_id).with_for_update()
            comment = (await session.execute(locked)).scalar_one()
            file = await session.get(CommentFile, row.id, populate_existing=True)
            if file is None or file.state != CommentFileState.waiting or file.blob_sha256 != row.blob_sha256:
                return
            file.state, file.reason = state.value, reason
            if state is CommentFileState.refused:
                file.blob_sha256 = None
                log.warning("comment_file_refused", file=str(row.id), reason=reason)
            elif comment.state == CommentState.public:
                await count_public_change(session, row.consultation_id)
