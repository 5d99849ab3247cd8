"""Suppression: no more mails to an address that does not take them, by what servers answer and by bounces."""

import re
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.mail.management import drop_mails
from hub.channels.mail.outbox import NOTICE_PREFIX
from hub.channels.mail.rows import ADDRESS, LASTING, NOTICE, SUBSCRIPTION, SubscriptionState
from hub.db import database_now
from hub.times import VIETNAM

log = structlog.get_logger()

MAX_SOFT_BOUNCES = 5
"""Days with temporary failures, in a row, after which an address is suppressed."""
SERIES_DAYS = 28
"""Days without a failure after which a row of them begins anew."""


class AddressFailure(StrEnum):
    """Meaning of a refusal for an address (ý nghĩa của việc từ chối)."""

    gone = "gone"
    """The address takes no mails, ever."""
    soft = "soft"
    """It may take the next one: a full mailbox, or a refusal that does not say what it is about."""
    policy = "policy"
    """The server refuses the hub, its sender or the contents; it is never the fault of the address."""


_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_GONE = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"})
"""Enhanced codes (RFC 3463) of an address that does not exist, or whose mailbox is closed."""
_OF_SENDER = frozenset({"1.7", "1.8", "1.9"})
"""Enhanced codes about the address of the sender."""
_ADDRESS = re.compile(r"[^\s<>@,;:]{1,64}@[^\s<>@,;:]{1,255}")


def read_failure(words: str) -> AddressFailure:
    """Return what a refusal or a status means for the address: pure.

    Only an enhanced code can say that an address is gone: a bare 550 may as well mean `relay not permitted`.
    """
    found = _ENHANCED.search(words)
    if found is None:
        return AddressFailure.soft
    detail = f"{found[2]}.{found[3]}"
    if found[2] == "7" or detail in _OF_SENDER:
        return AddressFailure.policy
    return AddressFailure.gone if found[1] == "5" and detail in _GONE else AddressFailure.soft


def hide_addresses(words: str) -> str:
    """Return the words of a mail server without the addresses that it repeats."""
    return _ADDRESS.sub("<…>", words)


async def record_failure(session: AsyncSession, recipient: str, failure: AddressFailure, reason: str) -> None:
    """Count a failure of the recipient of an item; suppress the address when it is gone, or on the fifth day in a row.

    Locks the address first and its subscriptions after it, like everything that locks both.
    """
    if failure is AddressFailure.policy:
        return
    if recipient.startswith(NOTICE_PREFIX):
        if failure is AddressFailure.gone:
            id_ = UUID(recipient.removeprefix(NOTICE_PREFIX))
            await session.execute(update(NOTICE).where(NOTICE.c.id == id_).values(address_sealed=None))
        return
    query = (
        select(ADDRESS)
        .join(SUBSCRIPTION, SUBSCRIPTION.c.address_id == ADDRESS.c.id)
        .where(SUBSCRIPTION.c.id == UUID(recipient))
        .with_for_update(of=ADDRESS)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None or found.state == SubscriptionState.suppressed:
        return
    if failure is AddressFailure.gone:
        await _suppress(session, found.id, found.soft_bounces, hide_addresses(reason)[:300])
        return
    today = (await database_now(session)).astimezone(VIETNAM).date()
    if found.soft_bounce_day == today:
        return
    is_new = found.soft_bounce_day is None or found.soft_bounce_day < today - timedelta(days=SERIES_DAYS)
    soft = 1 if is_new else found.soft_bounces + 1
    values = {"soft_bounces": soft, "soft_bounce_day": today}
    await session.execute(update(ADDRESS).where(ADDRESS.c.id == found.id).values(**values))
    if soft >= MAX_SOFT_BOUNCES:
        await _suppress(session, found.id, soft, hide_addresses(reason)[:300])


async def _suppress(session: AsyncSession, address: UUID, soft: int, reason: str) -> None:
    at = await database_now(session)
    values = {"state": SubscriptionState.suppressed, "suppressed_at": at, "suppressed_reason": reason}
    await session.execute(update(ADDRESS).where(ADDRESS.c.id == address).values(**values, soft_bounces=soft))
    own = (SUBSCRIPTION.c.address_id == address, SUBSCRIPTION.c.state.in_((*LASTING, SubscriptionState.pending)))
    ended = update(SUBSCRIPTION).where(*own).values(state=SubscriptionState.suppressed, next_due_at=None)
    ids = (await session.execute(ended.returning(SUBSCRIPTION.c.id))).scalars().all()
    await drop_mails(session, ids)
    log.info("mail_address_suppressed", subscriptions=len(ids), reason=reason)
