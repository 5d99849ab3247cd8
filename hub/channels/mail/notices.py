"""Notices to people without a subscription: the author of a comment is told once that it was answered.

The address lies sealed beside the outbox until the mail is settled, and goes with the comment. The room of
consultations decides who is told; it calls `add_answer_notices` and `erase_notices`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.encryption import SecretCipher
from hub.channels.items import NewItem, add_items
from hub.channels.mail.addresses import AddressBook, parse_address
from hub.channels.mail.composition import mail_base
from hub.channels.mail.letter import MAX_TITLE, Letter, LetterItem, LetterSection, cut, write_payload
from hub.channels.mail.outbox import NOTICE_PREFIX
from hub.channels.mail.positions import lock_position
from hub.channels.mail.rows import ADDRESS, MAIL_CHANNEL, NOTICE, SubscriptionState
from hub.channels.port import ItemState
from hub.channels.rows import ITEM
from hub.db import database_now, table
from hub.i18n.catalogues import texts
from hub.log.models import LogEntry
from hub.settings import Settings

ENTRY = table(LogEntry)


@dataclass(frozen=True)
class AnswerNotice:
    """An answered comment whose author left an address."""

    comment: UUID
    email: str
    lang: str
    outcome: str
    title: str
    """Title of the draft."""
    path: str
    """Path of the page that shows the answer."""
    agency: str


async def notices_begin(session: AsyncSession) -> datetime | None:
    """Return the time after which answers are told; None while the channel is off. Locks the planning of mails."""
    position = await lock_position(session)
    if position is None:
        return None
    at = select(ENTRY.c.at).where(ENTRY.c.seq >= position.since).order_by(ENTRY.c.seq).limit(1)
    found: datetime | None = (await session.execute(at)).scalar_one_or_none()
    return found


async def add_answer_notices(session: AsyncSession, settings: Settings, notices: Sequence[AnswerNotice]) -> int:
    """Write the mails of answered comments, one for each comment ever; returns the number of new ones.

    An address that is no address, or that is suppressed, gets none, and no other try.
    """
    book, at, base = AddressBook(SecretCipher(settings)), await database_now(session), mail_base(settings)
    contact = settings.mail_contact or (settings.mail_from or "").rpartition("<")[2].rstrip("> ")
    count = 0
    for notice in notices:
        try:
            address = parse_address(notice.email)
        except ValueError:
            address = None
        if address is not None:
            known = select(ADDRESS.c.state).where(ADDRESS.c.key.in_(book.keys(address)))
            if (await session.execute(known)).scalar_one_or_none() == SubscriptionState.suppressed:
                address = None
        row = {
            "id": notice.comment,
            "address_sealed": None if address is None else book.seal(address),
            "made_at": at,
        }
        made = insert(NOTICE).values(**row).on_conflict_do_nothing().returning(NOTICE.c.id)
        if (await session.execute(made)).scalar_one_or_none() is None or address is None:
            continue
        payload = write_payload(_letter(notice, base, contact), can_unsubscribe=False)
        item = NewItem(
            MAIL_CHANNEL,
            f"answer:{notice.comment}",
            "answered",
            at,
            recipient=f"{NOTICE_PREFIX}{notice.comment}",
            lang=payload["lang"],
            payload=payload,
        )
        count += len(await add_items(session, [item]))
    return count


def _letter(notice: AnswerNotice, base: str, contact: str) -> Letter:
    words, url = texts(notice.lang, "mail"), f"{base}{notice.path}"
    item = LetterItem(cut(notice.title, MAX_TITLE), url, notice.agency)
    return Letter(
        notice.lang,
        words["answer_subject"],
        words["answer_title"],
        [words["answer_lead"]],
        [LetterSection(words["answer_outcome"][notice.outcome], [item])],
        button=(words["answer_button"], url),
        reason=words["answer_why"],
        contact=contact,
    )


async def erase_notices(session: AsyncSession, comments: Collection[UUID]) -> None:
    """Erase the addresses and texts of notices of comments, which were erased, or whose contacts were."""
    if not comments:
        return
    erased = update(NOTICE).where(NOTICE.c.id.in_(comments)).values(address_sealed=None).returning(NOTICE.c.id)
    if not (await session.execute(erased)).scalars().all():
        return
    own = (ITEM.c.channel == MAIL_CHANNEL, ITEM.c.recipient.in_([f"{NOTICE_PREFIX}{id_}" for id_ in comments]))
    waiting = {"state": ItemState.superseded, "settled_at": await database_now(session), "next_at": None, "hold": None}
    await session.execute(
        update(ITEM).where(*own, ITEM.c.state.in_((ItemState.queued, ItemState.held))).values(**waiting)
    )
    await session.execute(update(ITEM).where(*own, ITEM.c.state != ItemState.sending).values(payload=null()))
