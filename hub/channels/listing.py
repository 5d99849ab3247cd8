"""Lists of items across documents, for the operator."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.channels.receipts import HOLD, STATE, read_calls, receipt_item
from hub.channels.rows import ITEM
from hub.channels.views import ReceiptItem
from hub.db import database_now

MAX_LISTED = 500


async def list_unknown(connection: AsyncConnection) -> list[ReceiptItem]:
    """List the items of which nobody knows whether they arrived, first one first; at most `MAX_LISTED`."""
    columns = [column for column in ITEM.c if column.name not in ("state", "hold", "payload")]
    query = select(*columns, STATE, HOLD).where(ITEM.c.state == "unknown").order_by(ITEM.c.id).limit(MAX_LISTED)
    rows = (await connection.execute(query)).mappings().all()
    calls = await read_calls(connection, [row["id"] for row in rows])
    present = await database_now(connection)
    return [receipt_item(dict(row), calls[row["id"]], present) for row in rows]
