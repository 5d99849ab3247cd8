"""Erasure of parts of comments, when their terms are over: the contact with its key, and the files."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.mail.notices import erase_notices
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import Comment, CommentFile, KeyPurpose
from hub.db import table

COMMENT, FILE = table(Comment), table(CommentFile)

TERM_ENDED = "term_ended"
"""Reason in `comment_file.reason`: the term of files of hidden comments is over."""


async def erase_contacts(session: AsyncSession, keys: CommentKeys, ids: Collection[UUID]) -> None:
    """Erase the contacts of comments, whose rows the caller has locked, also in mails that tell of an answer."""
    await session.execute(update(COMMENT).where(COMMENT.c.id.in_(ids)).values(contact_sealed=None))
    await keys.delete(session, ids, KeyPurpose.contact)
    await erase_notices(session, ids)


async def erase_files(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Erase names and bytes of the files of comments, whose rows the caller has locked; the rows say why."""
    erased = {"blob_sha256": None, "name_sealed": b"", "state": "refused", "reason": TERM_ENDED}
    await session.execute(update(FILE).where(FILE.c.comment_id.in_(ids)).values(erased))
