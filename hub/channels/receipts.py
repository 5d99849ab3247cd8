"""Receipts (biên nhận): what became of a document on every channel, for whoever may read its working editions."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hub.auth.principal import Principal, Scope
from hub.channels.actions import LISTED
from hub.channels.port import ItemAction
from hub.channels.promises import find_promise, is_promise_kept
from hub.channels.rows import CALL, ITEM, SWITCH
from hub.channels.views import AddressedCount, ReceiptCall, ReceiptItem, Receipts, ReceiptState
from hub.content.models import Document
from hub.content.publishing import VIEW
from hub.db import database_now, table
from hub.domain.lifecycle import DocumentState
from hub.errors import NotFound
from hub.log.send_lease import LEASE

DOCUMENT = table(Document)
MAX_ITEMS = 200
MAX_CALLS = 100
"""Calls that the receipt of an item shows: the last ones."""

_PAUSED = select(SWITCH.c.paused_at).where(SWITCH.c.channel == ITEM.c.channel).scalar_subquery().is_not(None)
_HELD = select(LEASE.c.held).scalar_subquery().is_not(None)
_WAITS = ITEM.c.state.in_(("queued", "held"))
STATE = case((_WAITS & (_HELD | _PAUSED), literal("held")), else_=ITEM.c.state).label("state")
"""State of an item as people see it: what waits is held while its channel is paused, or all sending is held."""
HOLD = case(
    (_WAITS & _HELD, literal("restore")), (_WAITS & _PAUSED, literal("paused")), else_=ITEM.c.hold.cast(String)
).label("hold")


async def read_receipts(
    connection: AsyncConnection | AsyncSession, by: Principal | None, document_id: UUID
) -> Receipts:
    """Read the receipts of a document; without a principal for the operator. Raises `NotFound` or `Forbidden`."""
    query = select(DOCUMENT.c.owner, DOCUMENT.c.state).where(DOCUMENT.c.id == document_id)
    document = (await connection.execute(query)).one_or_none()
    if document is None:
        raise NotFound("There is no document with this id.", field="id")
    if by is not None:
        is_public = document.state != DocumentState.unpublished
        by.require_for_document(Scope.read_working, document.owner, is_public=is_public)
    items = await _read_items(connection, document_id)
    items += await _read_listed(connection, document_id)
    items.sort(key=lambda item: (item.published_at, item.id or 0), reverse=True)
    return Receipts(document=document_id, items=items, addressed=await _count_addressed(connection, document_id))


async def _read_items(connection: AsyncConnection | AsyncSession, document_id: UUID) -> list[ReceiptItem]:
    columns = [column for column in ITEM.c if column.name not in ("state", "hold", "payload")]
    query = select(*columns, STATE, HOLD).where(ITEM.c.document_id == document_id, ITEM.c.recipient == "")
    rows = (await connection.execute(query.order_by(ITEM.c.id.desc()).limit(MAX_ITEMS))).mappings().all()
    if not rows:
        return []
    present = await database_now(connection)
    calls = await read_calls(connection, [row["id"] for row in rows])
    return [receipt_item(dict(row), calls[row["id"]], present) for row in rows]


async def read_calls(
    connection: AsyncConnection | AsyncSession, items: Iterable[int]
) -> defaultdict[int, list[ReceiptCall]]:
    """Read the last `MAX_CALLS` calls of each item, first one first."""
    newest = func.row_number().over(partition_by=CALL.c.item_id, order_by=CALL.c.id.desc()).label("newest")
    calls = select(CALL, newest).where(CALL.c.item_id.in_(items)).subquery()
    query = select(calls).where(calls.c.newest <= MAX_CALLS).order_by(calls.c.id)
    found: defaultdict[int, list[ReceiptCall]] = defaultdict(list)
    for row in (await connection.execute(query)).mappings():
        found[row["item_id"]].append(ReceiptCall(**{name: row[name] for name in ReceiptCall.model_fields}))
    return found


def receipt_item(row: dict[str, Any], calls: list[ReceiptCall], present: datetime) -> ReceiptItem:
    """Build the receipt of an item from its row, with what is promised for it."""
    until = row["settled_at"] or present
    minutes = find_promise(row["channel"], row["priority"])
    own = {name: row[name] for name in ReceiptItem.model_fields if name in row}
    return ReceiptItem(
        **own,
        published_at=row["made_at"],
        seconds=round(max(0.0, (until - row["made_at"]).total_seconds()), 3),
        promised_minutes=minutes,
        is_promise_kept=is_promise_kept(row["state"], minutes, row["made_at"], until),
        calls=calls,
    )


async def _read_listed(connection: AsyncConnection | AsyncSession, document_id: UUID) -> list[ReceiptItem]:
    """The list of the app reads the hub: what is public and names it is listed, without a call."""
    query = select(VIEW.c.lang, VIEW.c.edition, VIEW.c.priority, VIEW.c.modified_at).where(
        VIEW.c.document_id == document_id,
        VIEW.c.seq_to.is_(None),
        VIEW.c.state == DocumentState.live,
        VIEW.c.channels.contains([LISTED]),
    )
    return [
        ReceiptItem(
            channel=LISTED,
            action=ItemAction.publish,
            event="published",
            lang=row.lang,
            edition=row.edition,
            priority=row.priority,
            state=ReceiptState.listed,
            attempts=0,
            published_at=row.modified_at,
            settled_at=row.modified_at,
            seconds=0,
            calls=[],
        )
        for row in await connection.execute(query.order_by(VIEW.c.lang))
    ]


async def _count_addressed(connection: AsyncConnection | AsyncSession, document_id: UUID) -> list[AddressedCount]:
    query = (
        select(ITEM.c.channel, STATE, func.count().label("items"))
        .where(ITEM.c.document_id == document_id, ITEM.c.recipient != "")
        .group_by(ITEM.c.channel, STATE)
        .order_by(ITEM.c.channel, STATE)
    )
    return [AddressedCount(**row) for row in (await connection.execute(query)).mappings()]
