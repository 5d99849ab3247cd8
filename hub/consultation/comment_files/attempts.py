"""Limit of the files that a comment sends, with those that are refused: each takes time in the sandbox."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.comments.models import CommentQuota
from hub.db import table
from hub.errors import RateLimited
from hub.times import now

QUOTA = table(CommentQuota)
MAX_ATTEMPTS = 20
"""Files that one comment may send in an hour."""


async def count_attempt(session: AsyncSession, comment_id: UUID) -> None:
    """Count a file that is sent. Raises `RateLimited` for one too many in this hour."""
    window = now().replace(minute=0, second=0, microsecond=0)
    key = sha256(b"files of comment\0" + comment_id.bytes).digest()
    first = insert(QUOTA).values(key=key, window_start=window, used=1)
    counted = first.on_conflict_do_update(
        index_elements=[QUOTA.c.key, QUOTA.c.window_start], set_={"used": QUOTA.c.used + 1}
    )
    used: int = (await session.execute(counted.returning(QUOTA.c.used))).scalar_one()
    if used > MAX_ATTEMPTS:
        seconds = int((window + timedelta(hours=1) - now()).total_seconds()) + 1
        raise RateLimited(
            f"A comment can send {MAX_ATTEMPTS} files in an hour.",
            expected=f"the file, in {seconds} seconds",
            retry_after=seconds,
        )
