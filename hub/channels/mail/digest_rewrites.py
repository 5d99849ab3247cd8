"""Digests written anew: one that waits has lost its text because a document in it was removed for good.

Its range stays settled, so the digest is composed of the same range again, from the views of this moment.
"""

from typing import Any

import structlog
from sqlalchemy import delete, insert, select, update

from hub.channels.mail.cards import NewsCards
from hub.channels.mail.composition import LetterWriter
from hub.channels.mail.digests import collect_news
from hub.channels.mail.letter import write_payload
from hub.channels.mail.planner import LANGUAGES, expand_readers
from hub.channels.mail.rows import DIGEST, DIGEST_KEY, MAIL_CHANNEL, RECEIVED, RUN, SUBSCRIPTION, MailSubscriptionRow
from hub.channels.port import ItemState
from hub.channels.rows import ITEM
from hub.db import Database, database_now
from hub.registry.hierarchy import get_registry
from hub.settings import Settings

log = structlog.get_logger()

NOTHING_LEFT = "Nothing that it told of is public any more."


async def rewrite_digest(database: Database, settings: Settings) -> bool:
    """Write one digest anew, or settle it when nothing of it is left; returns False if none waits for it."""
    waiting = (
        ITEM.c.channel == MAIL_CHANNEL,
        ITEM.c.state.in_((ItemState.queued, ItemState.held)),
        ITEM.c.erased,
        ITEM.c.key.startswith(DIGEST_KEY),
    )
    async with database.read() as connection:
        if (await connection.execute(select(ITEM.c.id).where(*waiting).limit(1))).first() is None:
            return False
    registry = await get_registry(database)
    async with database.write() as session:
        columns = (ITEM.c.id, DIGEST.c.from_seq, DIGEST.c.to_seq, DIGEST.c.subscription_id, RUN.c.mode, RUN.c.due_at)
        joined = ITEM.join(DIGEST, DIGEST.c.item_id == ITEM.c.id).join(RUN, RUN.c.id == DIGEST.c.run_id)
        query = select(*columns).select_from(joined).where(*waiting).order_by(ITEM.c.id).limit(1)
        found = (await session.execute(query.with_for_update(of=ITEM, skip_locked=True))).one_or_none()
        if found is None:
            return False
        owner = (await session.execute(select(SUBSCRIPTION).where(SUBSCRIPTION.c.id == found.subscription_id))).one()
        row, at = MailSubscriptionRow.of(owner), await database_now(session)
        readers = expand_readers([row], registry)
        news = (await collect_news(session, readers, {row.id: found.from_seq}, found.to_seq))[row.id]
        told_before = select(RECEIVED.c.document_id).where(RECEIVED.c.item_id == found.id)
        known = set((await session.execute(told_before)).scalars())
        cards = await NewsCards.read(await session.connection(), news, LANGUAGES)
        langs = readers[0].langs
        told = [piece for piece in news if piece.document_id in known and cards.is_worth_telling(piece, langs)]
        await session.execute(delete(RECEIVED).where(RECEIVED.c.item_id == found.id))
        if told:
            letter = LetterWriter.of(settings, registry).digest_letter(row, found.mode, found.due_at, told, cards)
            values: dict[str, Any] = {"payload": write_payload(letter, can_unsubscribe=True), "state": ItemState.queued}
            rows = [
                {"item_id": found.id, "document_id": piece.document_id, "subscription_id": row.id, "at": at}
                for piece in told
            ]
            await session.execute(insert(RECEIVED), rows)
        else:
            values = {"state": ItemState.superseded, "words": NOTHING_LEFT, "settled_at": at}
        written = update(ITEM).where(ITEM.c.id == found.id)
        await session.execute(written.values(**values, hold=None, next_at=None, erased=not told))
    log.info("mail_digest_rewritten", item=found.id, documents=len(told))
    return True
