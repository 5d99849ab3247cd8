"""Opinions of official letters: comments of their own author kind, sealed as all comments are.

An editor enters them, so they are public at once, have no code, and need no consent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.consultation.bodies.views import LetterOpinion
from hub.consultation.carryover.anchor_targets import CommentTarget, check_target
from hub.consultation.comments.body_models import BodyKind, ConsultationBody
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import AuthorKind, AuthorShown, Comment, CommentState
from hub.consultation.comments.sealed_content import SealedContent
from hub.consultation.comments.stored_content import create_contents
from hub.consultation.models import Consultation, ConsultationDraft
from hub.consultation.published_nodes import Nodes, load_nodes
from hub.consultation.records import DRAFT
from hub.db import database_now
from hub.errors import UnknownReference
from hub.problem_texts.templates import fill
from hub.times import midnight


async def store_opinions(
    session: AsyncSession,
    keys: CommentKeys,
    consultation: Consultation,
    body: ConsultationBody,
    opinions: Sequence[LetterOpinion],
) -> None:
    """Store the opinions of a letter as public comments, which count as received when the letter came.

    Raises `UnknownReference` for a version, or `UnknownNode` for a node, that is not of this consultation.
    """
    received_at = await _received_at(session, body)
    nodes: dict[int, Nodes] = {}
    contents: list[tuple[Comment, SealedContent]] = []
    for opinion in opinions:
        if opinion.draft not in nodes:
            nodes[opinion.draft] = await _load_version(session, consultation, opinion.draft)
        target = check_target(CommentTarget(opinion.ref), nodes[opinion.draft])
        comment = Comment(
            id=uuid4(),
            consultation_id=consultation.id,
            draft_position=opinion.draft,
            ref=target.ref,
            lineage=target.lineage,
            stance=opinion.stance,
            author_kind=AuthorKind.front if body.kind == BodyKind.front else AuthorKind.body,
            shown=AuthorShown.name,
            state=CommentState.public,
            body_id=body.id,
            received_at=received_at,
        )
        contents.append((comment, SealedContent(text=opinion.text, organisation=body.name)))
    session.add_all(comment for comment, _ in contents)
    await create_contents(session, keys, contents)


async def _received_at(session: AsyncSession, body: ConsultationBody) -> datetime:
    """Return the last moment of the day on which a letter came, or now: its day is known, not its hour."""
    assert body.answered_on is not None  # noqa: S101 - the caller has set it
    end = midnight(body.answered_on + timedelta(days=1)) - timedelta(microseconds=1)
    return min(end, await database_now(session))


async def _load_version(session: AsyncSession, consultation: Consultation, position: int) -> Nodes:
    query = select(ConsultationDraft).where(DRAFT.c.consultation_id == consultation.id, DRAFT.c.position == position)
    draft = (await session.execute(query)).scalar_one_or_none()
    if draft is None:
        raise UnknownReference(
            fill("The consultation has no version {position}.", position=position),
            field="draft",
            expected="the `position` of one of its drafts",
        )
    return await load_nodes(session, draft) or []
