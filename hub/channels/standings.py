"""Standings: what the public of channels has of documents, and what waits, read under the locks of the items."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.actions import rank_of
from hub.channels.port import ItemAction, ItemState
from hub.channels.rows import COPY, ITEM, SETTLED

Place = tuple[str, UUID, str]
"""Channel, document and language."""

_SHOWN = ITEM.alias("shown")

REPLACED = "A later edition or event took its place before it was sent."


@dataclass
class PlaceState:
    """State of one document on one channel."""

    was_received: bool = False
    """True if the public has an edition of it, or may have one."""
    priority: str | None = None
    """The highest priority with which the public received it, or may have."""
    unsent: list[int] = field(default_factory=list)
    """Items of which nothing was sent yet."""
    begun: list[int] = field(default_factory=list)
    """Items that are being sent."""
    between: list[int] = field(default_factory=list)
    """Those of them for which no call is being made, and none is in doubt."""


async def lock_places(
    session: AsyncSession, channels: Sequence[str], documents: Collection[UUID]
) -> dict[Place, PlaceState]:
    """Lock the open items of documents on channels, and tell what their public has; places without any are absent."""
    if not channels:
        return {}
    places: dict[Place, PlaceState] = {}
    columns = (ITEM.c.id, ITEM.c.channel, ITEM.c.document_id, ITEM.c.lang)
    query = (
        select(*columns, ITEM.c.action, ITEM.c.state, ITEM.c.first_sent_at, ITEM.c.priority)
        .where(ITEM.c.document_id.in_(documents), ITEM.c.channel.in_(channels), ITEM.c.recipient == "")
        .where(ITEM.c.state.not_in(SETTLED))
        .order_by(ITEM.c.id)
        .with_for_update()
    )
    items = (await session.execute(query)).all()
    shown = select(_SHOWN.c.priority).where(
        _SHOWN.c.channel == COPY.c.channel,
        _SHOWN.c.document_id == COPY.c.document_id,
        _SHOWN.c.lang == COPY.c.lang,
        _SHOWN.c.recipient == "",
        _SHOWN.c.state == ItemState.live,
    )
    priority = shown.order_by(_SHOWN.c.id.desc()).limit(1).scalar_subquery().label("priority")
    copies = select(COPY.c.channel, COPY.c.document_id, COPY.c.lang, priority).where(
        COPY.c.document_id.in_(documents), COPY.c.channel.in_(channels), COPY.c.state == ItemState.live
    )
    for copy in await session.execute(copies):
        places[copy.channel, copy.document_id, copy.lang] = PlaceState(was_received=True, priority=copy.priority)
    for item in items:
        place = places.setdefault((item.channel, item.document_id, item.lang), PlaceState())
        if item.first_sent_at is None and item.state in (ItemState.queued, ItemState.held):
            place.unsent.append(item.id)
        else:
            place.begun.append(item.id)
            if item.state in (ItemState.queued, ItemState.held, ItemState.in_review):
                place.between.append(item.id)
            place.was_received = item.action != ItemAction.retract
            if rank_of(item.priority) < rank_of(place.priority):
                place.priority = item.priority
    return places


async def supersede(session: AsyncSession, ids: Sequence[int]) -> None:
    """Settle items of which nothing more is sent: a later one takes their place."""
    if ids:
        values = {"state": ItemState.superseded.value, "words": REPLACED, "settled_at": func.now(), "next_at": None}
        await session.execute(update(ITEM).where(ITEM.c.id.in_(ids)).values(**values, hold=None))


async def move_to_edition(session: AsyncSession, ids: Sequence[int], edition: int) -> None:
    """Let items of which nothing was sent send a later edition, which has no item of its own."""
    if ids:
        await session.execute(update(ITEM).where(ITEM.c.id.in_(ids)).values(edition=edition, payload=None))


async def hurry(session: AsyncSession, ids: Sequence[int], rank: int) -> None:
    """Let items go before others as a later one of the same document does, which must wait for them."""
    if ids:
        await session.execute(update(ITEM).where(ITEM.c.id.in_(ids), ITEM.c.rank > rank).values(rank=rank))
