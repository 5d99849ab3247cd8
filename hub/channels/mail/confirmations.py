"""Handling of requests for subscriptions, by the worker: the API has answered before anybody looked anything up.

So neither the answer nor its time tells whether an address is known. An address gets one confirmation mail a day, and
a domain so many an hour; a request beyond that waits, and only the last one of an address does.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher
from hub.channels.mail.addresses import AddressBook, ParsedAddress
from hub.channels.mail.composition import LetterWriter
from hub.channels.mail.letter import write_payload
from hub.channels.mail.outbox import NewMail, add_mails
from hub.channels.mail.rows import (
    ADDRESS,
    MAIL_CHANNEL,
    REQUEST,
    SUBSCRIPTION,
    TERM,
    MailSubscriptionRow,
    SubscriptionState,
)
from hub.channels.mail.subscription_filter import digest_filter
from hub.channels.rows import SWITCH
from hub.db import Database, database_now
from hub.registry.hierarchy import get_registry
from hub.settings import Settings
from hub.times import VIETNAM, midnight

log = structlog.get_logger()

BATCH = 50
MAX_SUBSCRIPTIONS = 20
"""Subscriptions of one address that have not ended; a request beyond it is dropped."""
HOUR = timedelta(hours=1)
KNOWN = (SubscriptionState.active, SubscriptionState.paused)
"""States of a subscription that a request for the same filter changes nothing of."""


class ConfirmationRequests:
    """Handles the requests that wait."""

    def __init__(self, database: Database, settings: Settings):
        self.database = database
        self.settings = settings
        self.book = AddressBook(SecretCipher(settings))

    async def handle_some(self) -> int:
        """Handle some requests in one transaction; returns their number."""
        registry = await get_registry(self.database)
        writer = LetterWriter.of(self.settings, registry)
        async with self.database.write() as session:
            if not await _is_on(session):
                return 0
            at = await database_now(session)
            query = select(REQUEST).where(REQUEST.c.handled_at.is_(None), REQUEST.c.next_at <= at)
            query = query.order_by(REQUEST.c.id).limit(BATCH).with_for_update(skip_locked=True)
            rows = (await session.execute(query)).all()
            for row in rows:
                await self._handle(session, row, at, writer)
            return len(rows)

    async def _handle(self, session: AsyncSession, row: Any, at: datetime, writer: LetterWriter) -> None:
        address = self.book.open(row.address_sealed)
        if address is None:
            await _end(session, row.id, at, has_mail=False)
            return
        if await self._is_domain_full(session, row.domain_key, at):
            await _defer(session, row.id, at + HOUR / 4)
            return
        found = await self._lock_address(session, address, at)
        today = at.astimezone(VIETNAM).date()
        if found.confirmation_day == today:
            await self._defer_to_tomorrow(session, row, found.id, at)
            return
        if found.state == SubscriptionState.suppressed and not await self._may_ask_again(session, found, at):
            await _end(session, row.id, at, has_mail=False)
            return
        subscription = await self._find_or_add(session, found.id, row, at)
        if subscription is None:
            await _end(session, row.id, at, has_mail=False)
            return
        letter = writer.confirmation_letter(subscription, is_known=subscription.state in KNOWN)
        payload = write_payload(letter, can_unsubscribe=False)
        mail = NewMail(subscription.id, f"confirm:{row.id}", "confirmation", payload, rank=0)
        await add_mails(session, [mail], at)
        await session.execute(
            update(ADDRESS).where(ADDRESS.c.id == found.id).values(confirmation_day=today, ended_at=None)
        )
        await _end(session, row.id, at, has_mail=True)

    async def _is_domain_full(self, session: AsyncSession, domain_key: bytes, at: datetime) -> bool:
        sent = select(func.count()).where(
            REQUEST.c.domain_key == domain_key, REQUEST.c.handled_at > at - HOUR, REQUEST.c.has_mail
        )
        return (await session.execute(sent)).scalar_one() >= self.settings.mail_quota_domain

    async def _lock_address(self, session: AsyncSession, address: ParsedAddress, at: datetime) -> Any:
        """Return the locked row of an address, made if there is none."""
        keys = self.book.keys(address)
        found = select(ADDRESS).where(ADDRESS.c.key.in_(keys)).with_for_update()
        if (row := (await session.execute(found)).first()) is None:
            values = {
                "id": uuid4(),
                "key": keys[0],
                "address_sealed": self.book.seal(address),
                "state": SubscriptionState.active,
                "soft_bounces": 0,
                "created_at": at,
            }
            await session.execute(upsert(ADDRESS).values(**values).on_conflict_do_nothing())
            row = (await session.execute(found)).one()
        return row

    async def _defer_to_tomorrow(self, session: AsyncSession, row: Any, address: UUID, at: datetime) -> None:
        """Let a request wait for the next day, in place of those of the same address that wait already."""
        digest = digest_filter(row.filter)
        same = exists().where(
            SUBSCRIPTION.c.address_id == address,
            SUBSCRIPTION.c.filter_digest == digest,
            SUBSCRIPTION.c.state == SubscriptionState.pending,
        )
        if (await session.execute(select(same))).scalar_one():
            await _end(session, row.id, at, has_mail=False)  # the mail of today is about it
            return
        earlier = select(REQUEST).where(
            REQUEST.c.handled_at.is_(None), REQUEST.c.domain_key == row.domain_key, REQUEST.c.id < row.id
        )
        own = self.book.open(row.address_sealed)
        for other in (await session.execute(earlier.limit(1_000))).all():
            known = self.book.open(other.address_sealed)
            if known is not None and own is not None and known.comparable == own.comparable:
                await _end(session, other.id, at, has_mail=False)
        tomorrow = midnight(at.astimezone(VIETNAM).date() + timedelta(days=1))
        await _defer(session, row.id, tomorrow)

    async def _may_ask_again(self, session: AsyncSession, found: Any, at: datetime) -> bool:
        term = (await session.execute(select(TERM.c.days).where(TERM.c.rule == "suppression"))).scalar_one()
        return found.suppressed_at is None or found.suppressed_at + timedelta(days=term) <= at

    async def _find_or_add(
        self, session: AsyncSession, address: UUID, row: Any, at: datetime
    ) -> MailSubscriptionRow | None:
        """Return the subscription that a request is about; None if the address has too many."""
        digest = digest_filter(row.filter)
        own = select(SUBSCRIPTION).where(
            SUBSCRIPTION.c.address_id == address, SUBSCRIPTION.c.state != SubscriptionState.ended
        )
        existing = (await session.execute(own.with_for_update())).all()
        same = next((one for one in existing if one.filter_digest == digest), None)
        wishes = {"mode": row.mode, "hour": row.hour, "lang": row.lang}
        if same is not None and same.state in KNOWN:
            return MailSubscriptionRow.of(same)
        if same is not None:
            values = wishes | {"state": SubscriptionState.pending}
            again = update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == same.id).values(**values)
            return MailSubscriptionRow.of((await session.execute(again.returning(SUBSCRIPTION))).one())
        if len(existing) >= MAX_SUBSCRIPTIONS:
            return None
        values = wishes | {
            "id": uuid4(),
            "address_id": address,
            "filter": row.filter,
            "filter_digest": digest,
            "state": SubscriptionState.pending,
            "created_at": at,
        }
        made = await session.execute(insert(SUBSCRIPTION).values(**values).returning(SUBSCRIPTION))
        return MailSubscriptionRow.of(made.one())


async def _is_on(session: AsyncSession) -> bool:
    query = select(SWITCH.c.is_on).where(SWITCH.c.channel == MAIL_CHANNEL)
    return bool((await session.execute(query)).scalar_one_or_none())


async def _defer(session: AsyncSession, request: int, until: datetime) -> None:
    await session.execute(update(REQUEST).where(REQUEST.c.id == request).values(next_at=until))


async def _end(session: AsyncSession, request: int, at: datetime, *, has_mail: bool) -> None:
    """Note a request as handled; its address is erased from it."""
    values = {"handled_at": at, "address_sealed": None, "has_mail": has_mail}
    await session.execute(update(REQUEST).where(REQUEST.c.id == request).values(**values))
