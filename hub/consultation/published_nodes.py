"""Nodes of the editions that were public in a consultation, from their published views."""

from typing import Any

import orjson
from sqlalchemy import select
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
