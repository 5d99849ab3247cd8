"""Text and author of a comment as they are stored: sealed, with the commitment that its author can prove later."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.comments.commitments import commit
from hub.consultation.comments.keys import CommentKeys, DataKey, new_key
from hub.consultation.comments.models import Comment, KeyPurpose
from hub.consultation.comments.sealed_content import SealedContent, seal_content


def text_sha256(text: str) -> bytes:
    """Return the SHA-256 of a text as it is stored, in UTF-8: what a comment's author is shown and can prove."""
    return sha256(text.encode()).digest()


async def create_content(session: AsyncSession, keys: CommentKeys, comment: Comment, content: SealedContent) -> None:
    """Seal the content of a new comment, which is pending in the session, with a new key: two statements."""
    await create_contents(session, keys, [(comment, content)])


async def create_contents(
    session: AsyncSession, keys: CommentKeys, contents: Sequence[tuple[Comment, SealedContent]]
) -> None:
    """Seal the contents of new comments as `create_content` does: two statements for all of them."""
    made = {comment.id: new_key(KeyPurpose.content) for comment, _ in contents}
    for comment, content in contents:
        replace_content(comment, made[comment.id], content)
    await keys.store(session, made, KeyPurpose.content)


def replace_content(comment: Comment, key: DataKey, content: SealedContent) -> None:
    """Seal another content of a comment with its key."""
    assert key.salt is not None  # noqa: S101 - content keys have one
    comment.content_sealed = seal_content(key, comment.id, content)
    comment.commitment = commit(key.salt, comment.id, text_sha256(content.text))
