"""Publication hook of channels: items of the outbox are written in the transaction that publishes, corrects,
withdraws or removes. Nothing refuses a publication here: a text that a channel cannot take fails there alone.
"""

from collections.abc import Sequence

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.actions import (
    NOT_CONNECTED,
    Occurrence,
    Standing,
    find_action,
    is_named,
    occurrence_of,
    rank_of,
    standing_of,
)
from hub.channels.approval import check_limits
from hub.channels.items import NewItem, document_key, list_switched_on, write_items
from hub.channels.material import describe_misfits, material_of
from hub.channels.port import ItemAction, ItemState
from hub.channels.registry import ChannelRegistration, find_built, list_channels
from hub.channels.standings import PlaceState, hurry, lock_places, move_to_edition, supersede
from hub.content.publication_registry import PublicationHook, PublicChange, add_nothing, allow
from hub.domain.kinds.bulletin import BULLETIN
from hub.faults import describe_fault
from hub.locks.registry import LockClass, share_in_transaction

log = structlog.get_logger()


async def announce_on_channels(session: AsyncSession, changes: Sequence[PublicChange]) -> None:
    """Write the items of editions whose views change, on the channels that are switched on."""
    public = [each for each in list_channels() if not each.is_addressed]
    chosen = [each for each in changes if _concerns_channels(each, public)]
    if not chosen:
        return
    if public:
        # A channel that is being switched on waits: whatever it did not hear of is before its position.
        await share_in_transaction(session, LockClass.channel_switches)
    on = await list_switched_on(session, [each.name for each in public])
    channels = [each for each in public if each.name in on]
    places = await lock_places(session, [each.name for each in channels], {each.document_id for each in chosen})
    items: list[NewItem] = []
    for each in chosen:
        for channel in channels:
            place = places.get((channel.name, each.document_id, each.lang), PlaceState())
            item = await _decide(session, each, channel, place)
            items += [item] if item is not None else []
        items += [_unconnected_item(each, name) for name in _list_unconnected(each)]
    await write_items(session, items)


def _concerns_channels(change: PublicChange, channels: Sequence[ChannelRegistration]) -> bool:
    occurrence = occurrence_of(change.event, change.update_type, was_received=False)
    if occurrence is Occurrence.silent:
        return False
    return change.kind == BULLETIN.name or any(each.wants is not None for each in channels)


async def _decide(
    session: AsyncSession, change: PublicChange, channel: ChannelRegistration, place: PlaceState
) -> NewItem | None:
    """Decide what a channel has to send, and settle what it need not send any more."""
    received = place.was_received
    occurrence = occurrence_of(change.event, change.update_type, was_received=received)
    standing = _standing_of(change, channel, was_received=received)
    action = find_action(channel.name, occurrence, standing, change.priority)
    if action is None:
        if standing is Standing.kept:
            await move_to_edition(session, place.unsent, change.edition)
        else:
            await supersede(session, place.unsent)
        return None
    # What is taken away is not shown first: it ends between two of its steps.
    await supersede(session, [*place.unsent, *(place.between if action is ItemAction.retract else ())])
    item = _new_item(change, channel.name, action, occurrence)
    await hurry(session, place.begun, item.rank)
    return item


def _standing_of(change: PublicChange, channel: ChannelRegistration, *, was_received: bool) -> Standing:
    if channel.wants is None:
        return standing_of(channel.name, change.channels, change.priority, was_received=was_received)
    view = orjson.loads(change.full) if change.full is not None else None
    wanted = view is not None and channel.wants(view)
    if was_received:
        return Standing.kept if wanted else Standing.dropped
    return Standing.new if wanted else Standing.absent


def _new_item(change: PublicChange, channel: str, action: ItemAction, occurrence: Occurrence) -> NewItem:
    words = None if action is ItemAction.retract else _find_misfits(change, channel, action, occurrence)
    return _item(
        change,
        channel,
        action,
        occurrence,
        state=ItemState.queued if words is None else ItemState.failed,
        words=words,
    )


def _find_misfits(change: PublicChange, channel: str, action: ItemAction, occurrence: Occurrence) -> str | None:
    """Return the words of the limits that a text breaks, so that it fails at once and not when its turn comes."""
    built = find_built(channel)
    if built is None:
        return None
    try:
        misfits = built.check(material_of(change, action, occurrence))
    except Exception as problem:
        # The sender will meet it again and fail this item alone; the publication goes on.
        log.warning("channel_check_failed", channel=channel, problem=describe_fault(problem))
        return None
    return describe_misfits(misfits) if misfits else None


def _list_unconnected(change: PublicChange) -> list[str]:
    occurrence = occurrence_of(change.event, change.update_type, was_received=False)
    named = [name for name in sorted(NOT_CONNECTED) if is_named(name, change.channels, change.priority)]
    return [name for name in named if find_action(name, occurrence, Standing.new, change.priority)]


def _unconnected_item(change: PublicChange, channel: str) -> NewItem:
    occurrence = occurrence_of(change.event, change.update_type, was_received=False)
    return _item(change, channel, ItemAction.publish, occurrence, state=ItemState.not_connected)


def _item(
    change: PublicChange,
    channel: str,
    action: ItemAction,
    occurrence: Occurrence,
    *,
    state: ItemState,
    words: str | None = None,
) -> NewItem:
    document, lang, edition = change.document_id, change.lang, change.edition
    return NewItem(
        channel=channel,
        key=document_key(document, lang, edition, change.event, change.at),
        event=occurrence.value,
        made_at=change.at,
        action=action,
        document_id=document,
        lang=lang,
        edition=edition,
        rank=rank_of(change.priority),
        priority=change.priority,
        state=state,
        words=words,
    )


HOOK = PublicationHook("channels", frozenset(), add_nothing, check_limits, allow, announce=announce_on_channels)
