"""Comments stored directly, as their commands would: sealed, and counted as a public change."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher
from hub.consultation.carryover.anchor_targets import CommentTarget, Quote, check_target
from hub.consultation.carryover.packed_targets import write_quote
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import Comment, KeyPurpose
from hub.consultation.comments.sealed_content import SealedContent, seal_content
from hub.consultation.published_nodes import load_nodes
from hub.consultation.records import CONSULTATION, DRAFT
from hub.db import Database, database_now, table
from hub.settings import Settings

COMMENT = table(Comment)


class CommentStore:
    """Comments of one consultation."""

    def __init__(self, database: Database, settings: Settings, consultation: UUID):
        self.database, self.consultation = database, consultation
        self.keys = CommentKeys(SecretCipher(settings))

    async def add(self, text: str, *, draft: int = 1, ref: str | None = None, exact: str = "", **values: Any) -> UUID:
        """Store a comment on a draft, a node of it, or words of the node."""
        async with self.database.write() as session:
            quote = Quote(exact, -1, -1) if exact else None
            target = check_target(CommentTarget(ref, None, quote), await self._nodes(session, draft))
            found = await self._insert(session, text, target, draft, values)
            await self.count_change(session)
        return found

    async def add_all(self, texts: list[str], **values: Any) -> list[UUID]:
        """Store comments on the whole first draft in one transaction."""
        async with self.database.write() as session:
            found = [await self._insert(session, text, CommentTarget(), 1, values) for text in texts]
            await self.count_change(session)
        return found

    async def add_on_nodes(self, comments: list[tuple[str, str, str | None]]) -> None:
        """Store comments on the first draft, each given by its text, its node and the words that it quotes."""
        async with self.database.write() as session:
            nodes = await self._nodes(session, 1)
            for text, ref, exact in comments:
                quote = Quote(exact, 0, 0) if exact else None
                await self._insert(session, text, check_target(CommentTarget(ref, None, quote), nodes), 1, {})
            await self.count_change(session)

    async def change(self, comment: UUID, *, text: str | None = None, **values: Any) -> None:
        """Change a comment: its text, its state."""
        async with self.database.write() as session:
            if text is not None:
                key = await self.keys.load_one(session, comment, KeyPurpose.content)
                values["content_sealed"] = seal_content(key, comment, SealedContent(text=text))
                values["changed_at"] = await database_now(session)
            values["version"] = COMMENT.c.version + 1
            await session.execute(update(COMMENT).where(COMMENT.c.id == comment).values(values))
            await self.count_change(session)

    async def rows(self) -> dict[UUID, Any]:
        """The comments as they are stored."""
        async with self.database.read() as connection:
            query = select(COMMENT).where(COMMENT.c.consultation_id == self.consultation)
            return {row.id: row for row in await connection.execute(query)}

    async def count_change(self, session: AsyncSession) -> None:
        one_more = {"comment_changes": CONSULTATION.c.comment_changes + 1}
        await session.execute(update(CONSULTATION).where(CONSULTATION.c.id == self.consultation).values(one_more))

    async def _nodes(self, session: AsyncSession, position: int) -> list[dict[str, Any]]:
        query = select(DRAFT).where(DRAFT.c.consultation_id == self.consultation, DRAFT.c.position == position)
        return await load_nodes(session, (await session.execute(query)).one()) or []

    async def _insert(
        self, session: AsyncSession, text: str, target: CommentTarget, draft: int, values: dict[str, Any]
    ) -> UUID:
        id_ = uuid4()
        row = {
            "id": id_,
            "consultation_id": self.consultation,
            "draft_position": draft,
            "ref": target.ref,
            "lineage": target.lineage,
            "quote": write_quote(target.quote),
            "stance": "suggests",
            "author_kind": "person",
            "shown": "kind",
            "state": "public",
            "received_at": await database_now(session),
            "version": 1,
        }
        await session.execute(insert(COMMENT).values(row | values))
        key = await self.keys.create(session, id_, KeyPurpose.content)
        sealed = seal_content(key, id_, SealedContent(text=text))
        await session.execute(update(COMMENT).where(COMMENT.c.id == id_).values(content_sealed=sealed))
        return id_
