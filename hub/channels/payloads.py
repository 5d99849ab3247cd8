"""Payloads of calls: fixed by the first attempt, and sent only while what they tell is public and valid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.material import load_material, render_fitting
from hub.channels.port import ChannelPort, ItemAction, ItemState
from hub.channels.rows import OutboxItem
from hub.channels.standings import REPLACED
from hub.content.publishing import VIEW
from hub.domain.lifecycle import DocumentState
from hub.times import format_rfc3339

ENDED = "The bulletin ended at {end}, before it was sent."
NO_LONGER_PUBLIC = "It is not public any more."


@dataclass(frozen=True)
class PayloadChoice:
    """A payload to send, or why nothing is sent."""

    payload: Mapping[str, Any] = field(default_factory=dict)
    is_fixed: bool = False
    """True if later attempts send the same; false for an erased text, of which nothing is stored."""
    settled: ItemState | None = None
    """State of an item that is not sent."""
    words: str | None = None


async def find_payload(session: AsyncSession, channel: ChannelPort, item: OutboxItem, at: datetime) -> PayloadChoice:
    """Find the payload of the next call of an item. Raises whatever the channel raises."""
    if item.state in (ItemState.unknown, ItemState.in_review):
        return await _find_sent_payload(session, channel, item)
    if (stopped := await _find_end(session, item, at)) is not None:
        return stopped
    if item.payload is not None:
        return PayloadChoice(item.payload, is_fixed=True)
    if item.document_id is None:
        return PayloadChoice()
    return await _render(session, channel, item)


async def _find_sent_payload(session: AsyncSession, channel: ChannelPort, item: OutboxItem) -> PayloadChoice:
    """Find the payload that a question is about: it was sent, whatever became of its text, which may be erased."""
    if item.payload is not None:
        return PayloadChoice(item.payload, is_fixed=True)
    if item.erased:
        return PayloadChoice()
    found = await _render(session, channel, item)
    return found if found.settled is None else PayloadChoice()


async def _render(session: AsyncSession, channel: ChannelPort, item: OutboxItem) -> PayloadChoice:
    material = await load_material(session, item)
    if material is None:
        return PayloadChoice(settled=ItemState.superseded, words=REPLACED)
    payload, problem = render_fitting(channel, material)
    if payload is None:
        return PayloadChoice(settled=ItemState.failed, words=problem)
    return PayloadChoice(dict(payload), is_fixed=True)


async def _find_end(session: AsyncSession, item: OutboxItem, at: datetime) -> PayloadChoice | None:
    """Tell why a text is not shown any more: it ended, is not public, or a later edition took its place.

    An item that has begun finishes its edition, and the next one follows it.
    """
    if not item.has_copy or item.action == ItemAction.retract:
        return None
    query = select(VIEW.c.state, VIEW.c.edition, VIEW.c.valid_until).where(
        VIEW.c.document_id == item.document_id, VIEW.c.lang == item.lang, VIEW.c.seq_to.is_(None)
    )
    view = (await session.execute(query)).one_or_none()
    if view is None or view.state != DocumentState.live:
        return PayloadChoice(settled=ItemState.superseded, words=NO_LONGER_PUBLIC)
    if item.edition != view.edition and item.first_sent_at is None:
        return PayloadChoice(settled=ItemState.superseded, words=REPLACED)
    if item.action == ItemAction.publish and view.valid_until is not None and view.valid_until <= at:
        return PayloadChoice(settled=ItemState.failed, words=ENDED.format(end=format_rfc3339(view.valid_until)))
    return None
