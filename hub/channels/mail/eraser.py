"""Eraser of e-mail: the texts of mails that tell of a document, also of digests that tell of others, too."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.mail.rows import DIGEST_KEY, MAIL_CHANNEL, RECEIVED
from hub.channels.port import ItemState
from hub.channels.rows import CALL, ITEM
from hub.content.eraser_registry import Eraser

WORDS = "A document in this mail was removed for good before it was sent."


async def erase_mails(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Erase the texts of mails about documents.

    A mail about one of them that nobody began to send fails with a reason. A digest tells of others, too: it waits
    without a text, and the planner writes it anew (`digest_rewrites.py`).
    """
    about = select(RECEIVED.c.item_id).where(RECEIVED.c.document_id.in_(documents))
    own = (ITEM.c.channel == MAIL_CHANNEL, ITEM.c.id.in_(about))
    waiting = {"state": ItemState.failed, "settled_at": func.clock_timestamp(), "next_at": None, "hold": None}
    is_waiting = ITEM.c.state.in_((ItemState.queued, ItemState.held))
    failed = update(ITEM).where(*own, is_waiting, ~ITEM.c.key.startswith(DIGEST_KEY)).values(**waiting)
    ids = (await session.execute(failed.returning(ITEM.c.id))).scalars().all()
    await session.execute(update(ITEM).where(*own).values(payload=null(), words=None, erased=True))
    await session.execute(update(ITEM).where(ITEM.c.id.in_(ids)).values(words=WORDS))
    await session.execute(update(CALL).where(CALL.c.item_id.in_(about)).values(words=None))


ERASER = Eraser("mail", frozenset(), erase_mails)
