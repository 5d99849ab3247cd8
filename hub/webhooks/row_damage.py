"""Damage of messages and receipts, which ends when they are deleted."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.damage import delete_damage
from hub.webhooks.rows import MESSAGE, MESSAGE_NAME, RECEIPT, RECEIPT_NAME


async def delete_row_damage(session: AsyncSession, messages: ColumnElement[Any], receipts: ColumnElement[Any]) -> None:
    """Delete the damage of the messages and receipts that this transaction is about to delete."""
    await delete_damage(session, MESSAGE_NAME.select(MESSAGE.c.seq, MESSAGE.c.endpoint_id).where(messages))
    await delete_damage(session, RECEIPT_NAME.select(RECEIPT.c.id).where(receipts))
