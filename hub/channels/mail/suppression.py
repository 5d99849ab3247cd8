"""Suppression: no more mails to an address that does not take them, by what servers answer and by bounces."""

import re
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hub.channels.mail.management import drop_mails
from hub.channels.mail.outbox import NOTICE_PREFIX
from hub.channels.mail.rows import ADDRESS, LASTING, NOTICE, SUBSCRIPTION, SubscriptionState
from hub.db import database_now

log = structlog.get_logger()

MAX_SOFT_BOUNCES = 5
"""Temporary failures of different mails after which an address is suppressed."""

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_GONE = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"})
"""Enhanced codes (RFC 3463) of an address that does not exist, or whose mailbox is closed."""
_GONE_CODES = frozenset({550, 551, 553, 556})
"""Basic codes that mean it where there is no enhanced code."""
_ADDRESS = re.compile(r"[^\s<>@,;:]{1,64}@[^\s<>@,;:]{1,255}")


def is_gone(code: int | None, words: str) -> bool:
    """Return True if an answer or a status says that the address takes no mails, ever: pure."""
    if (found := _ENHANCED.search(words)) is not None:
        return found[1] == "5" and f"{found[2]}.{found[3]}" in _GONE
    return code in _GONE_CODES


def hide_addresses(words: str) -> str:
    """Return the words of a mail server without the addresses that it repeats."""
    return _ADDRESS.sub("<…>", words)


async def record_failure(session: AsyncSession, recipient: str, *, is_permanent: bool, reason: str) -> None:
    """Count a failure of the recipient of an item; suppress the address when it is permanent, or the fifth."""
    if recipient.startswith(NOTICE_PREFIX):
        if is_permanent:
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
    soft = found.soft_bounces + (0 if is_permanent else 1)
    if not is_permanent and soft < MAX_SOFT_BOUNCES:
        await session.execute(update(ADDRESS).where(ADDRESS.c.id == found.id).values(soft_bounces=soft))
        return
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
