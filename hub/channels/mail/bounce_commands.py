"""Recording of bounces: each mail counts once as failed for good, and once as failed for a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hub.auth.encryption import SecretCipher
from hub.channels.mail.bounces import parse_bounce
from hub.channels.mail.mime import MailSender
from hub.channels.mail.rows import BOUNCE, MAIL_CHANNEL
from hub.channels.mail.suppression import read_failure, record_failure
from hub.channels.mail.tokens import ReturnPaths
from hub.channels.rows import ITEM
from hub.db import Database, database_now
from hub.settings import Settings


@dataclass(frozen=True)
class BounceCounts:
    """Counts of what became of messages."""

    permanent: int = 0
    temporary: int = 0
    repeated: int = 0
    others: int = 0
    """Messages that are no report about a mail of this hub."""


async def record_bounces(database: Database, settings: Settings, messages: Iterable[bytes]) -> BounceCounts:
    """Record the bounces among messages, each in a transaction of its own; the same one again changes nothing."""
    paths = ReturnPaths(SecretCipher(settings), MailSender.of(settings).return_path.address)
    counts = {"permanent": 0, "temporary": 0, "repeated": 0, "others": 0}
    for message in messages:
        report = parse_bounce(message, paths)
        if report is None:
            counts["others"] += 1
            continue
        async with database.write() as session:
            query = select(ITEM.c.recipient).where(ITEM.c.id == report.item_id, ITEM.c.channel == MAIL_CHANNEL)
            recipient = (await session.execute(query)).scalar_one_or_none()
            if recipient is None:
                counts["others"] += 1
                continue
            row = {
                "item_id": report.item_id,
                "is_permanent": report.is_permanent,
                "status": report.status,
                "at": await database_now(session),
            }
            noted = insert(BOUNCE).values(**row).on_conflict_do_nothing().returning(BOUNCE.c.item_id)
            if (await session.execute(noted)).scalar_one_or_none() is None:
                counts["repeated"] += 1
                continue
            reason = f"bounced: {report.status}"
            await record_failure(session, recipient, read_failure(report.status), reason)
            counts["permanent" if report.is_permanent else "temporary"] += 1
    return BounceCounts(**counts)
