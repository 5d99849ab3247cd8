"""Decisions of people about items: what became of one that nobody knew of, and another try of one that failed.

Each is on record in the item and in the audit trail; a machine never repeats what may have arrived.
"""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal, Scope
from hub.channels.followers import settle_followers
from hub.channels.items import wake_senders
from hub.channels.port import ItemAction, ItemState
from hub.channels.receipts import DOCUMENT, HOLD, STATE, read_calls, receipt_item
from hub.channels.remotes import write_copy
from hub.channels.rights import require_operator
from hub.channels.rows import ITEM, SETTLED, OutboxItem
from hub.channels.switches import OPERATOR, Actor
from hub.channels.views import ItemResolution, ItemVerdict, ReceiptItem
from hub.content.publishing import VIEW
from hub.db import database_now
from hub.domain.lifecycle import DocumentState
from hub.errors import NotFound, TransitionConflict
from hub.manage.audit_trail import AUDIT
from hub.problem_texts.templates import FilledText, as_data, as_words, fill

_LATER = ITEM.alias("later")
FOUR_EYES = frozenset({"zalo_broadcast"})
"""Channels that nothing goes out on by one person alone: only the operators of the hub send it again."""
NOT_ARRIVED = "It did not arrive, as a person found out."


async def resolve_item(
    session: AsyncSession, by: Principal | None, channel: str, item_id: int, body: ItemResolution
) -> ReceiptItem:
    """Resolve an item that is `unknown`. Raises `NotFound`, `Forbidden` or `TransitionConflict`."""
    item, actor = await _lock_item(session, by, channel, item_id)
    if item.state != ItemState.unknown:
        raise TransitionConflict(
            fill("The item is {state}.", state=item.state), field="state", expected=as_data(ItemState.unknown.value)
        )
    at = await database_now(session)
    values: dict[str, Any] = {"resolved_by": actor.id, "resolution": body.reason, "next_at": None, "step": None}
    if body.verdict is ItemVerdict.arrived:
        is_retract = item.action == ItemAction.retract
        state = ItemState.retracted if is_retract else ItemState.live
        values |= {"state": state.value, "settled_at": at}
        if not await _is_followed(session, item):
            await write_copy(session, item, {}, state, at)
    elif body.send_again:
        if by is not None and item.channel in FOUR_EYES:
            await require_operator(session, by)
        values |= await _queue_again(session, item)
    else:
        values |= {"state": ItemState.failed.value, "settled_at": at, "words": NOT_ARRIVED}
    await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values))
    if values.get("state") == ItemState.failed:
        await settle_followers(session, item, ItemState.failed, None, at)
    details = {"verdict": body.verdict.value, "send_again": body.send_again, "reason": body.reason}
    await _write_audit_entry(session, actor, "channel-resolve", item, **details)
    await wake_senders(session)
    return await read_item(session, item.id)


async def resolve_unknown(session: AsyncSession, channel: str, body: ItemResolution) -> int:
    """Resolve everything that is `unknown` on a channel, as the operator; returns the number of items.

    What a later item followed, or what is not public any more, is resolved and not sent again.
    """
    query = select(ITEM).where(ITEM.c.channel == channel, ITEM.c.state == ItemState.unknown).order_by(ITEM.c.id)
    found = [OutboxItem(**row) for row in (await session.execute(query.with_for_update())).mappings()]
    once = body.model_copy(update={"send_again": False})
    for item in found:
        is_late = body.send_again and await _find_obstacle(session, item) is not None
        await resolve_item(session, None, channel, item.id, once if is_late else body)
    return len(found)


async def retry_item(session: AsyncSession, by: Principal | None, channel: str, item_id: int) -> ReceiptItem:
    """Send an item that failed again, with a newly rendered text.

    Raises `NotFound`, `Forbidden` or `TransitionConflict`.
    """
    item, actor = await _lock_item(session, by, channel, item_id)
    if item.state != ItemState.failed:
        raise TransitionConflict(
            fill("The item is {state}.", state=item.state), field="state", expected=as_data(ItemState.failed.value)
        )
    values = await _queue_again(session, item)
    await session.execute(update(ITEM).where(ITEM.c.id == item.id).values(**values))
    await _write_audit_entry(session, actor, "channel-retry", item)
    await wake_senders(session)
    return await read_item(session, item.id)


async def read_item(session: AsyncSession, item_id: int) -> ReceiptItem:
    """Read the receipt of one item."""
    columns = [column for column in ITEM.c if column.name not in ("state", "hold", "payload")]
    row = (await session.execute(select(*columns, STATE, HOLD).where(ITEM.c.id == item_id))).mappings().one()
    calls = await read_calls(session, [item_id])
    return receipt_item(dict(row), calls[item_id], await database_now(session))


async def _queue_again(session: AsyncSession, item: OutboxItem) -> dict[str, Any]:
    """Return the columns of an item that is sent again, with the text that is public now.

    Raises `TransitionConflict` if a later item took its place, or nothing is public that it could send.
    """
    obstacle = await _find_obstacle(session, item)
    if obstacle is not None:
        raise TransitionConflict(obstacle, field="state", expected="an item that nothing followed")
    again = {"state": ItemState.queued.value, "attempts": 0, "settled_at": None, "first_sent_at": None}
    again |= {"next_at": None, "hold": None, "step": None}
    if not item.has_copy:
        return again
    edition = item.edition if item.action == ItemAction.retract else await _read_live_edition(session, item)
    return again | {"payload": None, "edition": edition}


async def _find_obstacle(session: AsyncSession, item: OutboxItem) -> FilledText | None:
    """Say why an item may not be sent again; None if it may."""
    if await _is_followed(session, item):
        return as_words("A later item of this document took its place.")
    if item.has_copy and item.action != ItemAction.retract and await _read_live_edition(session, item) is None:
        return as_words("The document is not public any more.")
    return None


async def _read_live_edition(session: AsyncSession, item: OutboxItem) -> int | None:
    query = select(VIEW.c.edition).where(
        VIEW.c.document_id == item.document_id,
        VIEW.c.lang == item.lang,
        VIEW.c.seq_to.is_(None),
        VIEW.c.state == DocumentState.live,
    )
    edition: int | None = (await session.execute(query)).scalar_one_or_none()
    return edition


async def _lock_item(
    session: AsyncSession, by: Principal | None, channel: str, item_id: int
) -> tuple[OutboxItem, Actor]:
    """Lock an item and require the right: to publish for its document's owner, or that of the hub's operators."""
    query = select(ITEM).where(ITEM.c.id == item_id, ITEM.c.channel == channel).with_for_update()
    row = (await session.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such item on this channel.", field="item")
    item = OutboxItem(**row)
    owner = await _read_owner(session, item)
    if by is None:
        return item, OPERATOR
    if owner is None:
        await require_operator(session, by)
    else:
        by.require(Scope.publish, owner)
    return item, Actor(by.id, by.label, owner or by.agency)


async def _read_owner(session: AsyncSession, item: OutboxItem) -> str | None:
    if item.document_id is None:
        return None
    query = select(DOCUMENT.c.owner).where(DOCUMENT.c.id == item.document_id)
    owner: str | None = (await session.execute(query)).scalar_one_or_none()
    return owner


async def _is_followed(session: AsyncSession, item: OutboxItem) -> bool:
    """Tell whether a later item of the same document on the same channel was or will be sent."""
    if not item.has_copy:
        return False
    unsent = [state.value for state in SETTLED - {ItemState.live, ItemState.retracted}]
    query = select(_LATER.c.id).where(
        _LATER.c.channel == item.channel,
        _LATER.c.document_id == item.document_id,
        _LATER.c.lang == item.lang,
        _LATER.c.recipient == "",
        _LATER.c.id > item.id,
        _LATER.c.state.not_in(unsent),
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none() is not None


async def _write_audit_entry(session: AsyncSession, by: Actor, verb: str, item: OutboxItem, **details: Any) -> None:
    row = {
        "actor": by.id,
        "label": by.label,
        "agency": by.agency,
        "verb": verb,
        "document_id": item.document_id,
        "lang": item.lang,
        "edition": item.edition,
    }
    found = {"channel": item.channel, "item": item.id, "action": item.action, **details}
    await session.execute(insert(AUDIT).values(**row, details=found))
