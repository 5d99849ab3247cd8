"""Comments as they are stored: sealed, with their receipt, without the routes that take them."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from hub.auth.encryption import SecretCipher
from hub.consultation.comments.codes import code_sha256, new_code
from hub.consultation.comments.commitments import commit
from hub.consultation.comments.keys import CommentKeys, context_of
from hub.consultation.comments.models import (
    AuthorKind,
    AuthorShown,
    Comment,
    CommentFile,
    CommentReceipt,
    CommentState,
    KeyPurpose,
    Stance,
)
from hub.consultation.comments.sealed_content import (
    FILE_NAME_COLUMN,
    SealedContact,
    SealedContent,
    seal_contact,
    seal_content,
)
from hub.db import Database, database_now, table
from hub.files.models import FileBlob
from hub.settings import Settings


def keys_of(settings: Settings) -> CommentKeys:
    """The keys of a hub with these settings."""
    return CommentKeys(SecretCipher(settings))


async def store_comment(
    database: Database,
    settings: Settings,
    consultation: UUID,
    content: SealedContent,
    contact: SealedContact | None = None,
    *,
    file_name: str | None = None,
    **other: Any,
) -> tuple[UUID, str]:
    """Store a public comment on the whole first draft; returns its id and its code."""
    keys, id_, code = keys_of(settings), uuid4(), new_code()
    async with database.write() as session:
        at: datetime = await database_now(session)
        members: dict[str, Any] = {
            "consultation_id": consultation,
            "draft_position": 1,
            "stance": Stance.suggests,
            "author_kind": AuthorKind.person,
            "shown": AuthorShown.kind,
            "state": CommentState.public,
            "received_at": at,
        }
        comment = Comment(id=id_, code_sha256=code_sha256(code), **(members | other))
        session.add(comment)
        key = await keys.create(session, id_, KeyPurpose.content)
        assert key.salt is not None
        comment.content_sealed = seal_content(key, id_, content)
        comment.commitment = commit(key.salt, id_, sha256(content.text.encode()).digest())
        if contact is not None:
            comment.contact_sealed = seal_contact(await keys.create(session, id_, KeyPurpose.contact), id_, contact)
        receipt = {"wording": "comment", "wording_version": 1, "lang": "vi", "accepted_at": at}
        await session.execute(insert(table(CommentReceipt)).values(comment_id=id_, **receipt))
        if file_name is not None:
            file_id, digest = uuid4(), sha256(id_.bytes).hexdigest()
            await session.execute(insert(table(FileBlob)).values(sha256=digest, size=7))
            session.add(
                CommentFile(
                    id=file_id,
                    comment_id=id_,
                    position=1,
                    media_type="application/pdf",
                    size=7,
                    state="clean",
                    name_sealed=key.seal(file_name.encode(), context_of(file_id, FILE_NAME_COLUMN)),
                    blob_sha256=digest,
                )
            )
    return id_, code
