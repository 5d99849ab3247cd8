"""Material of channels: the public views that payloads are rendered from."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.channels.port import ChannelPort, ItemAction, Material, Misfit
from hub.channels.rows import OutboxItem
from hub.content.publication_registry import PublicChange
from hub.content.publishing import VIEW
from hub.domain.lifecycle import DocumentState

_TEXTS = ("body", "lead", "summary", "attachments", "image", "question", "answers", "sections")


def material_of(change: PublicChange, action: ItemAction, event: str) -> Material:
    """Return the material of an edition that is about to become public."""
    view = orjson.loads(change.full) if change.full is not None else {}
    return Material(
        change.document_id,
        change.lang,
        change.edition,
        action,
        event,
        view,
        change.at,
    )


async def load_material(session: AsyncSession | AsyncConnection, item: OutboxItem) -> Material | None:
    """Load what an item is rendered from; None if its edition is not public any more.

    The view of something to be retracted has no text: only what names it and says why.
    """
    if item.document_id is None or item.lang is None or item.edition is None:
        return None
    query = select(VIEW.c.full, VIEW.c.state, VIEW.c.redirect_to, VIEW.c.kind).where(
        VIEW.c.document_id == item.document_id, VIEW.c.lang == item.lang
    )
    if item.action == ItemAction.retract:
        query = query.where(VIEW.c.seq_to.is_(None))
    else:
        query = query.where(
            VIEW.c.edition == item.edition, VIEW.c.state == DocumentState.live, VIEW.c.full.is_not(None)
        )
    row = (await session.execute(query.order_by(VIEW.c.id.desc()).limit(1))).one_or_none()
    if row is None:
        return None
    view: dict[str, Any] = orjson.loads(row.full) if row.full is not None else {}
    if item.action == ItemAction.retract:
        facts = {"id": str(item.document_id), "kind": row.kind, "lang": item.lang, "state": row.state}
        if row.redirect_to is not None:
            facts["redirect_to"] = str(row.redirect_to)
        view = {name: value for name, value in view.items() if name not in _TEXTS} | facts
    if item.action != ItemAction.publish and item.priority is not None:
        view = view | {"priority": item.priority}  # as fast as what it takes back or corrects
    return Material(item.document_id, item.lang, item.edition, ItemAction(item.action), item.event, view, item.made_at)


def describe_misfits(misfits: Sequence[Misfit]) -> str:
    """Say in one line which limits a text breaks."""
    return "; ".join(f"{each.field}: {each.detail}" for each in misfits)


def render_fitting(channel: ChannelPort, material: Material) -> tuple[Mapping[str, Any] | None, str | None]:
    """Render a payload; returns it, or the words of the limits that the text breaks."""
    if material.action is not ItemAction.retract and (misfits := list(channel.check(material))):
        return None, describe_misfits(misfits)
    return channel.render(material), None
