"""Erasure of comments and of parts of them: the keys go, and with them what they sealed, in older dumps, too."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import Comment, CommentFile, CommentState, KeyPurpose
from hub.db import database_now, table

COMMENT, FILE = table(Comment), table(CommentFile)

TERM_ENDED = "term_ended"
"""Reason in `comment_file.reason`: the term of files of hidden comments is over."""


async def erase_comment(session: AsyncSession, keys: CommentKeys, comment: Comment) -> None:
    """Erase all that a person wrote in a comment, whose row the caller has locked; it keeps its number and stance.

    Text, author, contact, code and files go, with both keys and the salt: the commitment stays in the tree and proves
    nothing any more. The sweeper of files deletes the bytes, which nobody can read. The caller counts the public change
    (`comment_changes`). Erasing twice changes nothing.
    """
    if comment.state == CommentState.erased:
        return
    comment.state = CommentState.erased
    comment.hidden_reason, comment.held_for = None, []
    comment.content_sealed = comment.contact_sealed = comment.code_sha256 = None
    comment.changed_at = await database_now(session)
    comment.version += 1
    await session.flush()
    await session.execute(delete(FILE).where(FILE.c.comment_id == comment.id))
    await keys.delete(session, [comment.id], None)


async def erase_contacts(session: AsyncSession, keys: CommentKeys, ids: Collection[UUID]) -> None:
    """Erase the contacts of comments, whose rows the caller has locked."""
    await session.execute(update(COMMENT).where(COMMENT.c.id.in_(ids)).values(contact_sealed=None))
    await keys.delete(session, ids, KeyPurpose.contact)


async def erase_files(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Erase names and bytes of the files of comments, whose rows the caller has locked; the rows say why."""
    erased = {"blob_sha256": None, "name_sealed": b"", "state": "refused", "reason": TERM_ENDED}
    await session.execute(update(FILE).where(FILE.c.comment_id.in_(ids)).values(erased))
