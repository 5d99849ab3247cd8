"""Keeping the files: put into the store, known by a row each, and not served once something in them has gone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.changes.filtering import kept
from hub.changes.reader import ENTRY, HEAD
from hub.db import Database, table
from hub.domain.lifecycle import DocumentState
from hub.exports.builder import NAMES, Dump, write_dump
from hub.files.commands import hold, let_go, take_unheld
from hub.files.intake import Part
from hub.files.models import MadeFile
from hub.files.store import FileStore
from hub.log.append import Event
from hub.settings import Settings
from hub.times import now

log = structlog.get_logger()

MADE = table(MadeFile)

_ENDS = {state.value for state in DocumentState if not kept(state)}
ERASING = [event for event in Event if event.value in _ENDS]
"""Events after which a copy holds the text no more: gone, redirected."""


async def made_files(connection: AsyncConnection) -> dict[str, MadeFile]:
    """The files that may be served, by name: none of another log, none with text in it that has been taken away."""
    taken = exists().where(ENTRY.c.seq > MADE.c.seq, ENTRY.c.event.in_(ERASING))
    query = select(MADE).join(HEAD, (HEAD.c.epoch == MADE.c.epoch) & (HEAD.c.seq >= MADE.c.seq)).where(~taken)
    rows = (await connection.execute(query)).mappings()
    return {row["name"]: MadeFile(**row) for row in rows}


def complete(found: Mapping[str, Any]) -> bool:
    """Whether all files are there."""
    return all(name in found for name in NAMES)


async def make_files(database: Database, store: FileStore, settings: Settings) -> Dump:
    """Write all files anew, store them, and delete the bytes of those before. Whatever stops it harms nothing."""
    with TemporaryDirectory(prefix="hub-dump-", ignore_cleanup_errors=True) as folder:
        dump = await write_dump(database, Path(folder), public_url=settings.public_url)
        parts = [Part(file.path, file.sha256, file.size, file.media_type) for file in dump.files]
        async with database.write() as session:
            await hold(session, parts)
        for part in parts:
            await store.put(part.sha256, part.path)
        moment = now()
        rows = [
            {
                "name": file.name,
                "sha256": file.sha256,
                "media_type": file.media_type,
                "size": file.size,
                "rows": file.rows,
                "epoch": dump.epoch,
                "seq": dump.seq,
                "hash": dump.hash,
                "made_at": moment,
            }
            for file in dump.files
        ]
        statement = insert(MADE).values(rows)
        newer = {name: statement.excluded[name] for name in rows[0] if name != "name"}
        async with database.write() as session:
            # Of two that are made at once the one that knows more stays.
            await session.execute(
                statement.on_conflict_do_update(
                    index_elements=["name"],
                    set_=newer,
                    where=(MADE.c.seq <= statement.excluded.seq) | (MADE.c.epoch != statement.excluded.epoch),
                )
            )
            await let_go(session, parts)
    await _sweep(database, store)
    log.info("dump_made", seq=dump.seq, files=len(dump.files), bytes=sum(file.size for file in dump.files))
    return dump


async def _sweep(database: Database, store: FileStore) -> None:
    """Delete bytes that no row names any more: at once, because they may hold what was erased."""
    while True:
        async with database.write() as session:
            digests = await take_unheld(session, 20)
            for digest in digests:
                await store.delete(digest)
        if not digests:
            return


def due(made_at: datetime, moment: datetime, hour: timedelta) -> bool:
    """Whether a night's hour has passed since the files were made."""
    night = moment.replace(hour=0, minute=0, second=0, microsecond=0) + hour
    last = night if night <= moment else night - timedelta(days=1)
    return made_at < last
