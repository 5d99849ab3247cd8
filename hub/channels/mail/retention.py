"""Retention of e-mail: each term is a row of `mail_term`.

| rule | days | what goes |
|---|---|---|
| `pending` | 3 | subscriptions that nobody confirmed, and addresses without any |
| `payload` | 7 | texts of settled mails, and addresses of settled notices |
| `address` | 28 | the address, after its last subscription ended |
| `history` | 365 | digests, bounces and what was received, and the rows of erased addresses |
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, func, literal, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.mail.management import drop_mails
from hub.channels.mail.outbox import NOTICE_PREFIX
from hub.channels.mail.rows import (
    ADDRESS,
    BOUNCE,
    DIGEST,
    LASTING,
    MAIL_CHANNEL,
    NOTICE,
    RECEIVED,
    REQUEST,
    RUN,
    SUBSCRIPTION,
    TERM,
    SubscriptionState,
)
from hub.channels.rows import ITEM, SETTLED
from hub.db import Database, database_now
from hub.jobs.periodic import PeriodicJob

log = structlog.get_logger()

QUOTA_HOURS = 2
"""Hours for which a handled request is kept, for the quota of its domain."""


async def clean_mails(database: Database) -> None:
    """Delete everything whose term is over by the clock of the database."""
    async with database.read() as connection:
        at = await database_now(connection)
        terms = {row.rule: timedelta(days=row.days) for row in await connection.execute(select(TERM))}
    async with database.write() as session:
        await _clean_pending(session, at, at - terms["pending"])
    async with database.write() as session:
        await _clean_payloads(session, at - terms["payload"])
    async with database.write() as session:
        await _clean_addresses(session, at - terms["address"], at - terms["history"])
    async with database.write() as session:
        await _clean_history(session, at - terms["history"])


async def _clean_pending(session: AsyncSession, at: datetime, before: datetime) -> None:
    handled = REQUEST.c.handled_at < at - timedelta(hours=QUOTA_HOURS)
    await session.execute(delete(REQUEST).where(or_(handled, REQUEST.c.made_at < before)))
    old = (SUBSCRIPTION.c.state == SubscriptionState.pending, SUBSCRIPTION.c.created_at < before)
    owners = select(ADDRESS.c.id).where(ADDRESS.c.id.in_(select(SUBSCRIPTION.c.address_id).where(*old)))
    addresses = (await session.execute(owners.order_by(ADDRESS.c.id).with_for_update())).scalars().all()
    of_these = (SUBSCRIPTION.c.address_id.in_(addresses), *old)
    ids = (await session.execute(select(SUBSCRIPTION.c.id).where(*of_these).with_for_update())).scalars().all()
    if ids:
        await drop_mails(session, ids)
        await session.execute(delete(SUBSCRIPTION).where(SUBSCRIPTION.c.id.in_(ids)))
        # The request took the end away; without a confirmation the term of the address begins now.
        ended = update(ADDRESS).where(ADDRESS.c.id.in_(addresses), ADDRESS.c.ended_at.is_(None), ~_has_open(*LASTING))
        await session.execute(ended.values(ended_at=at))
    has_one = exists().where(SUBSCRIPTION.c.address_id == ADDRESS.c.id)
    await session.execute(delete(ADDRESS).where(ADDRESS.c.created_at < before, ~has_one))


async def _clean_payloads(session: AsyncSession, before: datetime) -> None:
    own = (ITEM.c.channel == MAIL_CHANNEL, ITEM.c.state.in_(SETTLED), ITEM.c.settled_at < before)
    await session.execute(update(ITEM).where(*own, ITEM.c.payload.is_not(None)).values(payload=null()))
    # Without a state: an unknown mail that nobody resolves must not keep its address for ever.
    is_open = exists().where(
        ITEM.c.channel == MAIL_CHANNEL,
        ITEM.c.recipient == literal(NOTICE_PREFIX) + cast(NOTICE.c.id, String),
        ITEM.c.state.in_(("queued", "held", "sending")),
    )
    gone = update(NOTICE).where(NOTICE.c.address_sealed.is_not(None), NOTICE.c.made_at < before, ~is_open)
    await session.execute(gone.values(address_sealed=None))


async def _clean_addresses(session: AsyncSession, before: datetime, history: datetime) -> None:
    erased = {"key": None, "address_sealed": None}
    over = or_(
        and_(ADDRESS.c.ended_at < before, ~_has_open(*LASTING)),
        and_(ADDRESS.c.suppressed_at < history, ~_has_open(SubscriptionState.active, SubscriptionState.paused)),
    )
    changed = update(ADDRESS).where(over, ADDRESS.c.key.is_not(None)).values(**erased).returning(ADDRESS.c.id)
    ids = (await session.execute(changed)).scalars().all()
    if ids:
        log.info("mail_addresses_erased", addresses=len(ids))
    await session.execute(
        delete(ADDRESS).where(
            ADDRESS.c.key.is_(None), func.coalesce(ADDRESS.c.ended_at, ADDRESS.c.suppressed_at) < history
        )
    )


def _has_open(*states: SubscriptionState) -> ColumnElement[bool]:
    """Condition for addresses with a subscription in one of these states, or one that waits for a confirmation."""
    return exists().where(
        SUBSCRIPTION.c.address_id == ADDRESS.c.id,
        SUBSCRIPTION.c.state.in_((*states, SubscriptionState.pending)),
    )


async def _clean_history(session: AsyncSession, before: datetime) -> None:
    for times in (DIGEST.c.made_at, RECEIVED.c.at, BOUNCE.c.at, NOTICE.c.made_at):
        await session.execute(delete(times.table).where(times < before))
    await session.execute(delete(RUN).where(RUN.c.finished_at < before))


class MailRetention(PeriodicJob):
    """Hourly deletion of what mails leave, when its term is over."""

    name = "mail-retention"
    interval = 3_600.0
    failure_event = "mail_retention_paused"

    def __init__(self, database: Database):
        self.database = database

    async def run_once(self) -> None:
        """Delete everything whose term is over."""
        await clean_mails(self.database)
