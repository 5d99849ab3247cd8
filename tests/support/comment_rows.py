"""Comments for the tests of answers: rows sealed as the hub seals them, without the routes of people."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from hub.auth.encryption import SecretCipher
from hub.consultation.answers.models import CommentGroup
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import AuthorKind, AuthorShown, Comment, CommentState, KeyPurpose, Stance
from hub.consultation.comments.sealed_content import SealedContent, seal_content
from hub.db import Database, database_now
from hub.settings import Settings


class CommentRows:
    """Adds comments and groups of one hub."""

    def __init__(self, database: Database, settings: Settings):
        self.database = database
        self.keys = CommentKeys(SecretCipher(settings))

    async def add(
        self,
        consultation: UUID,
        text: str = "Đề nghị xem lại.",
        *,
        name: str | None = None,
        organisation: str | None = None,
        received_at: datetime | None = None,
        **columns: Any,
    ) -> UUID:
        """Add a comment; by default a public one on the whole first version."""
        async with self.database.write() as session:
            defaults: dict[str, Any] = {
                "draft_position": 1,
                "stance": Stance.suggests,
                "author_kind": AuthorKind.person,
                "shown": AuthorShown.name,
                "state": CommentState.public,
            }
            at = received_at or await database_now(session)
            comment = Comment(id=uuid4(), consultation_id=consultation, received_at=at, **defaults | columns)
            session.add(comment)
            key = await self.keys.create(session, comment.id, KeyPurpose.content)
            content = SealedContent(text=text, name=name, organisation=organisation)
            comment.content_sealed = seal_content(key, comment.id, content)
            return comment.id

    async def add_group(self, consultation: UUID, comments: int, **columns: Any) -> tuple[UUID, list[UUID]]:
        """Add a group of near copies; the second comment stands for it."""
        group = uuid4()
        async with self.database.write() as session:
            at = await database_now(session)
            session.add(
                CommentGroup(
                    id=group, consultation_id=consultation, representative_id=uuid4(), made_at=at, changed_at=at
                )
            )
        members = [
            await self.add(consultation, f"Bản sao {number}", group_id=group, **columns) for number in range(comments)
        ]
        async with self.database.write() as session:
            found = await session.get_one(CommentGroup, group)
            found.representative_id = members[min(1, comments - 1)]
        return group, members
