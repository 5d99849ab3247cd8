"""Limits of what one author may do in an hour: a file takes time in the sandbox, a contact takes a key."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.comments.models import CommentQuota
from hub.db import table
from hub.errors import RateLimited
from hub.problem_texts.templates import FilledText, fill
from hub.times import now

QUOTA = table(CommentQuota)
MAX_ATTEMPTS = 20
"""Files that one comment may send in an hour, with those that are refused; and changes of its contact."""

_FILES = fill("A comment can send {most} files in an hour.", most=MAX_ATTEMPTS)
_CONTACTS = fill("A comment can change {most} contacts in an hour.", most=MAX_ATTEMPTS)


async def count_attempt(session: AsyncSession, comment_id: UUID) -> None:
    """Count a file that is sent. Raises `RateLimited` for one too many in this hour."""
    await _count(
        session,
        b"files of comment\0" + comment_id.bytes,
        _FILES,
    )


async def count_contact_change(session: AsyncSession, comment_id: UUID) -> None:
    """Count a change of the contact. Raises `RateLimited` for one too many in this hour."""
    await _count(
        session,
        b"contacts of comment\0" + comment_id.bytes,
        _CONTACTS,
    )


async def _count(session: AsyncSession, name: bytes, detail: FilledText) -> None:
    window = now().replace(minute=0, second=0, microsecond=0)
    first = insert(QUOTA).values(key=sha256(name).digest(), window_start=window, used=1)
    counted = first.on_conflict_do_update(
        index_elements=[QUOTA.c.key, QUOTA.c.window_start], set_={"used": QUOTA.c.used + 1}
    )
    used: int = (await session.execute(counted.returning(QUOTA.c.used))).scalar_one()
    if used > MAX_ATTEMPTS:
        seconds = int((window + timedelta(hours=1) - now()).total_seconds()) + 1
        raise RateLimited(
            detail,
            expected=fill("the same, in {seconds} seconds", seconds=seconds),
            retry_after=seconds,
        )
