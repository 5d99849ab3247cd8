"""Texts of the public comments of a consultation, opened in memory for the time of one comparison."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.consultation.campaigns.tables import COMMENT, LETTERS
from hub.consultation.carryover.draft_text import node_text
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import CommentState
from hub.consultation.comments.sealed_content import open_contents
from hub.consultation.published_nodes import load_nodes
from hub.consultation.records import DRAFT

MAX_COMMENTS = 25_000
MAX_CHARACTERS = 40_000_000
"""Limits of one comparison; later comments stand alone. A comment has up to 5,000 characters, mostly 500."""
PAGE = 500


@dataclass
class CommentTexts:
    """Texts in the order of arrival, with ids and versions of the comments."""

    ids: list[UUID] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list, repr=False)


async def read_texts(connection: AsyncConnection, keys: CommentKeys, consultation: UUID) -> CommentTexts:
    """Read the texts of public comments, without the letters of bodies; those that cannot be opened are missing."""
    found, last, characters = CommentTexts(), 0, 0
    while len(found.ids) < MAX_COMMENTS and characters < MAX_CHARACTERS:
        query = (
            select(COMMENT.c.id, COMMENT.c.number, COMMENT.c.version, COMMENT.c.content_sealed)
            .where(COMMENT.c.consultation_id == consultation, COMMENT.c.state == CommentState.public)
            .where(COMMENT.c.number > last, COMMENT.c.author_kind.not_in(LETTERS))
            .order_by(COMMENT.c.number)
            .limit(PAGE)
        )
        rows: Sequence[Any] = (await connection.execute(query)).all()
        if not rows:
            break
        opened = await open_contents(connection, keys, rows)
        for row in rows:
            if (content := opened.get(row.id)) is not None:
                found.ids.append(row.id)
                found.versions.append(row.version)
                found.texts.append(content.text)
                characters += len(content.text)
        last = rows[-1].number
    return found


async def read_draft_texts(connection: AsyncConnection, consultation: UUID) -> list[str]:
    """Read the texts of all nodes that were put before people; sentences that quote them make no near copies."""
    drafts = (await connection.execute(select(DRAFT).where(DRAFT.c.consultation_id == consultation))).all()
    found: dict[str, None] = {}
    for draft in drafts:
        found |= dict.fromkeys(map(node_text, await load_nodes(connection, draft) or ()))
    return [text for text in found if text]
