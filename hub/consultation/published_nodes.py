"""Nodes of the editions that were public in a consultation, from their published views."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.consultation.models import ConsultationDraft
from hub.content.publishing import VIEW

Nodes = list[dict[str, Any]]


async def load_nodes(session: AsyncSession | AsyncConnection, draft: ConsultationDraft | Any) -> Nodes | None:
    """Load the nodes of an edition, as stored JSON in reading order; None once its text was removed for good.

    `draft` is a row of `consultation_draft`. A view with `full` may have been closed by a later event; all views of an
    edition have the same nodes.
    """
    query = (
        select(VIEW.c.full)
        .where(VIEW.c.document_id == draft.document_id, VIEW.c.lang == draft.lang, VIEW.c.edition == draft.edition)
        .where(VIEW.c.full.is_not(None))
        .order_by(VIEW.c.seq_from.desc())
        .limit(1)
    )
    full = (await session.execute(query)).scalar_one_or_none()
    if full is None:
        return None
    nodes: Nodes = orjson.loads(full).get("nodes") or []
    return nodes


async def load_all_nodes(session: AsyncSession | AsyncConnection, drafts: Sequence[Any]) -> dict[int, Nodes]:
    """Load the nodes of editions as `load_nodes` does, by their position: one statement; of removed ones none."""
    edition = (VIEW.c.document_id, VIEW.c.lang, VIEW.c.edition)
    asked = [(draft.document_id, draft.lang, draft.edition) for draft in drafts]
    query = (
        select(*edition, VIEW.c.full)
        .ext(distinct_on(*edition))
        .where(tuple_(*edition).in_(asked), VIEW.c.full.is_not(None))
        .order_by(*edition, VIEW.c.seq_from.desc())
    )
    found = {(row.document_id, row.lang, row.edition): row.full for row in await session.execute(query)}
    texts = {draft.position: found.get(key) for draft, key in zip(drafts, asked, strict=True)}
    return {position: [] if full is None else orjson.loads(full).get("nodes") or [] for position, full in texts.items()}
