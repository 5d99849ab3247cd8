"""Damage of messages and receipts, which ends when they are deleted."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.damage import delete_damage, row_name
from hub.webhooks.rows import MESSAGE, RECEIPT


async def delete_row_damage(session: AsyncSession, messages: ColumnElement[Any], receipts: ColumnElement[Any]) -> None:
    """Delete the damage of the messages and receipts that this transaction is about to delete."""
    of_message = row_name("message ", MESSAGE.c.seq, " of webhook ", MESSAGE.c.endpoint_id)
    await delete_damage(session, select(of_message).where(messages))
    await delete_damage(session, select(row_name("receipt ", RECEIPT.c.id)).where(receipts))
