"""A moderator's desk: comments on one consultation, and the requests of who decides on them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from hub.consultation.comments.models import Comment, CommentState
from hub.consultation.comments.sealed_content import SealedContent
from hub.consultation.records import consultation_id
from hub.db import Database, table
from hub.settings import Settings
from tests.support.consultations import consultation_of
from tests.support.sealed_comments import store_comment

COMMENT = table(Comment)
CLEAN = "Giờ cấm nên bắt đầu sớm hơn để chợ đầu mối kịp dỡ hàng."
PHONE = "0905 123 456"


@dataclass
class Desk:
    """A moderator's requests about one consultation."""

    client: httpx.AsyncClient
    key: str
    database: Database
    settings: Settings
    document: UUID
    made: list[UUID] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        return consultation_id(self.document)

    @property
    def path(self) -> str:
        return f"/api/v1/manage/consultations/{self.id}/moderation"

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    async def add(self, written: str = CLEAN, name: str | None = None, **other: Any) -> UUID:
        content = SealedContent(text=written, name=name)
        return (await store_comment(self.database, self.settings, self.id, content, **other))[0]

    async def wait(self, *held_for: str, **other: Any) -> UUID:
        """Add a comment that waits."""
        return await self.add(state=CommentState.waiting, held_for=list(held_for or ("review_first",)), **other)

    async def queue(self, **params: Any) -> dict[str, Any]:
        answer = await self.client.get(self.path, params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def decide(self, decision: str, *ids: UUID, reason: str | None = None, version: int = 1) -> httpx.Response:
        comments = [{"id": str(id_), "version": version} for id_ in ids]
        body = {"decision": decision, "reason": reason, "comments": comments}
        return await self.client.post(f"{self.path}/decide", json=body, headers=self.headers)

    async def decided(self, decision: str, *ids: UUID, **other: Any) -> dict[str, Any]:
        answer = await self.decide(decision, *ids, **other)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def undone(self, batch: str) -> dict[str, Any]:
        answer = await self.client.post(f"{self.path}/batches/{batch}/undo", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def standing(self, id_: UUID) -> tuple[str, str | None, list[str]]:
        """State, reason and holds of a comment."""
        query = select(COMMENT.c.state, COMMENT.c.hidden_reason, COMMENT.c.held_for).where(COMMENT.c.id == id_)
        async with self.database.read() as connection:
            row = (await connection.execute(query)).one()
        return row.state, row.hidden_reason, list(row.held_for)

    async def changes(self) -> int:
        """The counter of public changes."""
        found: int = (await consultation_of(self.database, self.document)).comment_changes
        return found


def results(answer: dict[str, Any]) -> list[str]:
    """Results of the comments of a batch."""
    return [comment["result"] for comment in answer["comments"]]
