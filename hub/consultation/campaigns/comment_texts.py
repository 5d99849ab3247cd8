"""Texts of the public comments of a consultation, opened in memory for the time of one comparison."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.consultation.campaigns.tables import COMMENT, LETTERS
from hub.consultation.carryover.draft_text import node_text
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import CommentState
from hub.consultation.comments.sealed_content import open_contents
from hub.consultation.published_nodes import load_nodes
from hub.consultation.records import CONSULTATION, DRAFT

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


async def read_compared_state(connection: AsyncConnection, consultation: UUID) -> tuple[int, str]:
    """Read `comment_changes`, and a digest of what is compared: ids and versions of comments and drafts, no text."""
    comments = (
        select(
            func.string_agg(
                func.concat(COMMENT.c.id, " ", COMMENT.c.version), aggregate_order_by(literal(","), COMMENT.c.number)
            )
        )
        .where(COMMENT.c.consultation_id == consultation, COMMENT.c.state == CommentState.public)
        .where(COMMENT.c.author_kind.not_in(LETTERS))
        .scalar_subquery()
    )
    names = (DRAFT.c.position, DRAFT.c.document_id, DRAFT.c.lang, DRAFT.c.edition)
    drafts = (
        select(func.string_agg(func.concat_ws(" ", *names), aggregate_order_by(literal(","), DRAFT.c.position)))
        .where(DRAFT.c.consultation_id == consultation)
        .scalar_subquery()
    )
    digest = func.md5(func.concat(comments, ";", drafts))
    query = select(CONSULTATION.c.comment_changes, digest).where(CONSULTATION.c.id == consultation)
    changes, found = (await connection.execute(query)).one()
    return changes, found


async def read_draft_texts(connection: AsyncConnection, consultation: UUID) -> list[str]:
    """Read the texts of all nodes that were put before people; sentences that quote them make no near copies."""
    drafts = (await connection.execute(select(DRAFT).where(DRAFT.c.consultation_id == consultation))).all()
    found: dict[str, None] = {}
    for draft in drafts:
        found |= dict.fromkeys(map(node_text, await load_nodes(connection, draft) or ()))
    return [text for text in found if text]
