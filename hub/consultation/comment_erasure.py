"""Erasure of whole comments: the keys go, and with them what they sealed, in older dumps, too."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.mail.notices import erase_notices
from hub.consultation.campaigns.commands import leave_group
from hub.consultation.carryover.eraser import forget_places
from hub.consultation.comments.erasure import FILE
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import Comment, CommentState
from hub.db import database_now


async def erase_comment(session: AsyncSession, keys: CommentKeys, comment: Comment) -> None:
    """Erase all that a person wrote in a comment; it keeps its number, stance and kind of author.

    The caller has locked its consultation and its row. Text, author, contact, code and files go, with both keys and the
    salt: the commitment stays in the tree and proves nothing any more. So do the place that it was about, those in
    later versions, and its membership in a group. The sweeper of files deletes the bytes, which nobody can read. The
    caller counts the public change (`comment_changes`). Erasing twice changes nothing.
    """
    if comment.state == CommentState.erased:
        return
    at = await database_now(session)
    await leave_group(session, comment, at)
    comment.state = CommentState.erased
    comment.hidden_reason, comment.held_for = None, []
    comment.content_sealed = comment.contact_sealed = comment.code_sha256 = None
    comment.ref = comment.lineage = comment.quote = None
    comment.changed_at = at
    comment.version += 1
    await session.flush()
    await forget_places(session, comment.id)
    await session.execute(delete(FILE).where(FILE.c.comment_id == comment.id))
    await keys.delete(session, [comment.id], None)
    await erase_notices(session, [comment.id])
