"""The channel `email`: each item is one mail to one recipient, handed to the mail server of the settings.

Nobody can ask a mail server what became of a mail, so a reply that is lost leaves it `unknown` for good.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import select, update

from hub.auth.encryption import SecretCipher
from hub.channels.calls import NOT_MADE
from hub.channels.mail.addresses import AddressBook, ParsedAddress
from hub.channels.mail.composition import mail_base
from hub.channels.mail.mime import MailSender, write_message
from hub.channels.mail.outbox import NOTICE_PREFIX
from hub.channels.mail.rows import ADDRESS, DIGEST, MAIL_CHANNEL, NOTICE, SUBSCRIPTION, SubscriptionState
from hub.channels.mail.setup import find_setup_fault, list_setup_faults
from hub.channels.mail.smtp import MailReply, MailResult, SmtpSender, TextMark
from hub.channels.mail.suppression import hide_addresses, read_failure, record_failure
from hub.channels.mail.tokens import LinkTokens, ReturnPaths
from hub.channels.port import (
    ChannelParts,
    ChannelReply,
    ItemAction,
    ItemHold,
    ItemState,
    Material,
    Misfit,
    ReplyKind,
    Work,
)
from hub.channels.registry import ChannelRegistration
from hub.channels.rows import CALL, ITEM
from hub.channels.switches import CHANNEL_ITSELF, Actor, pause_channel
from hub.faults import describe_fault
from hub.problem_texts.templates import as_words
from hub.times import now

log = structlog.get_logger()

OWN_FAULT_SECONDS = 120.0
"""Seconds until the next try when the mail server refuses the hub itself, or does not answer."""
SETUP_SECONDS = 300.0
"""Seconds after which a mail that waits for the settings is tried again."""
REWRITE_SECONDS = 60.0
"""Seconds after which a digest is tried again that the planner writes anew."""
MAX_REFUSALS, MIN_DOMAINS = 10, 3
"""Refused recipients in a row, of so many domains, after which the channel pauses: the server refuses the hub."""
PAUSED = "The mail server refused {count} recipients in a row: {words}"
ITSELF = Actor(CHANNEL_ITSELF, "channel email", "")
ERASED = "Its text was erased before it was sent."
PLANNED_ANEW = "A document in it was removed; it is written anew without it."
NO_RECIPIENT = "The subscription has ended, or its address is suppressed or erased."
NOT_REHEARSED = "Subscribers whose filter fits get mails, at once or in digests; these are not rehearsed."


class MailChannel:
    """Sends mails."""

    name = MAIL_CHANNEL
    can_confirm = False

    def __init__(self, parts: ChannelParts):
        self.settings = parts.settings
        self.database = parts.database
        self.smtp = SmtpSender(parts.settings)
        cipher = SecretCipher(parts.settings)
        self.book, self.tokens = AddressBook(cipher), LinkTokens(cipher)
        self._cipher = cipher
        self.refused_domains: deque[str] = deque(maxlen=MAX_REFUSALS)
        """Domains of the recipients that were refused one after another, without a mail that was accepted."""

    @cached_property
    def sender(self) -> MailSender:
        """The sender of the settings. Raises `SetupProblem`."""
        return MailSender.of(self.settings)

    @cached_property
    def return_paths(self) -> ReturnPaths:
        """The return paths of mails. Raises `SetupProblem`."""
        return ReturnPaths(self._cipher, self.sender.return_path.address)

    def check(self, material: Material) -> Sequence[Misfit]:
        """Every text fits: mails show titles and summaries, which are cut."""
        return []

    def render(self, material: Material) -> Mapping[str, Any]:
        """Return nothing: the mails of a document are written for each subscription."""
        return {}

    def notes(self, material: Material) -> Sequence[str]:
        """Return what a rehearsal cannot show."""
        return [as_words(NOT_REHEARSED)]

    def next_step(self, action: ItemAction, remote: Mapping[str, Any]) -> str:
        """Name the only call."""
        return "send"

    async def send(self, work: Work) -> ChannelReply:
        """Send a mail."""
        return await self._send(work, ReplyKind.live)

    async def retract(self, work: Work) -> ChannelReply:
        """Send the mail that says that a document was taken back."""
        return await self._send(work, ReplyKind.retracted)

    async def confirm(self, work: Work) -> ChannelReply:
        """Answer that nobody knows; never called, because `can_confirm` is False."""
        return ChannelReply(ReplyKind.unknown)

    async def close(self) -> None:
        """Close the connection to the mail server."""
        await self.smtp.close()

    async def _send(self, work: Work, success: ReplyKind) -> ChannelReply:
        """Send a mail. Whatever fails before its text has begun to go out has sent nothing, and says so."""
        mark = TextMark()
        try:
            prepared = await self._prepare(work)
            if isinstance(prepared, ChannelReply):
                return prepared
            recipient, message = prepared
            return_path = self.return_paths.make(work.item_id)
            answer = await self.smtp.send(return_path, recipient.address, message, mark)
        except asyncio.CancelledError:
            if not mark.has_begun:
                await self._take_back(work)
            raise
        except Exception as problem:
            if mark.has_begun:
                raise
            return ChannelReply(ReplyKind.retry, words=hide_addresses(describe_fault(problem)))
        return await self._reply(work, answer, success, recipient)

    async def _prepare(self, work: Work) -> tuple[ParsedAddress, bytes] | ChannelReply:
        """Return the recipient and the mail as bytes, or the answer if there is nothing to send now."""
        if (fault := find_setup_fault(self.settings)) is not None:
            until = now() + timedelta(seconds=SETUP_SECONDS)
            return ChannelReply(ReplyKind.hold, words=fault, hold=ItemHold.authorisation, until=until)
        if not work.payload:
            if await self._is_digest(work):
                until = now() + timedelta(seconds=REWRITE_SECONDS)
                return ChannelReply(ReplyKind.hold, words=PLANNED_ANEW, until=until)
            return ChannelReply(ReplyKind.failed, words=ERASED)
        recipient = await self._find_recipient(work)
        if recipient is None:
            return ChannelReply(ReplyKind.failed, words=NO_RECIPIENT)
        is_subscription = not work.recipient.startswith(NOTICE_PREFIX)
        message = write_message(
            work.payload,
            sender=self.sender,
            recipient=recipient,
            message_id=message_id(work),
            at=now(),
            base=mail_base(self.settings),
            token=self.tokens.make(UUID(work.recipient)) if is_subscription else None,
            can_unsubscribe=bool(work.payload.get("unsubscribe")),
        )
        return recipient, message

    async def _take_back(self, work: Work) -> None:
        """Take back the intent of a mail whose text had not begun when the worker was stopped, or time was up."""
        own = (ITEM.c.id == work.item_id, ITEM.c.state == ItemState.sending)
        waiting = {"state": ItemState.queued, "attempts": max(work.attempt - 1, 0)}
        calls = (CALL.c.item_id == work.item_id, CALL.c.outcome.is_(None))
        async with self.database.write() as session:
            await session.execute(update(ITEM).where(*own).values(**waiting))
            await session.execute(update(CALL).where(*calls).values(outcome=NOT_MADE))

    async def _is_digest(self, work: Work) -> bool:
        async with self.database.read() as connection:
            return (
                await connection.execute(select(DIGEST.c.id).where(DIGEST.c.item_id == work.item_id))
            ).first() is not None

    async def _find_recipient(self, work: Work) -> ParsedAddress | None:
        """Open the address of an item; None if nothing may be sent to it any more."""
        if work.recipient.startswith(NOTICE_PREFIX):
            query = select(NOTICE.c.address_sealed).where(NOTICE.c.id == UUID(work.recipient[len(NOTICE_PREFIX) :]))
        else:
            states = (SubscriptionState.active, SubscriptionState.paused, SubscriptionState.pending)
            query = (
                select(ADDRESS.c.address_sealed)
                .join(SUBSCRIPTION, SUBSCRIPTION.c.address_id == ADDRESS.c.id)
                .where(SUBSCRIPTION.c.id == UUID(work.recipient), SUBSCRIPTION.c.state.in_(states))
            )
        async with self.database.read() as connection:
            return self.book.open((await connection.execute(query)).scalar_one_or_none())

    async def _reply(self, work: Work, answer: MailReply, success: ReplyKind, recipient: ParsedAddress) -> ChannelReply:
        words = hide_addresses(answer.words)
        if answer.result is MailResult.too_early:
            until = now() + timedelta(seconds=answer.wait)
            return ChannelReply(ReplyKind.hold, words=words, hold=ItemHold.quota, until=until)
        if answer.result is MailResult.accepted:
            self.refused_domains.clear()
            return ChannelReply(success, words=words)
        if answer.result is MailResult.unknown:
            return ChannelReply(ReplyKind.unknown, words=words)
        if answer.result is MailResult.retry:
            return ChannelReply(
                ReplyKind.retry, words=words, retry_after=OWN_FAULT_SECONDS if answer.is_own_fault else None
            )
        if not answer.is_recipient:
            return ChannelReply(ReplyKind.failed, words=words)
        try:
            return await self._record_refusal(work, words, recipient)
        except Exception as problem:
            # The answer of the mail server stands, whatever becomes of the record of its address.
            log.warning("mail_refusal_not_recorded", item=work.item_id, problem=describe_fault(problem))
            return ChannelReply(ReplyKind.failed, words=words)

    async def _record_refusal(self, work: Work, words: str, recipient: ParsedAddress) -> ChannelReply:
        """Record a refusal of a recipient; many in a row are the fault of the setup, and pause the channel."""
        self.refused_domains.append(recipient.domain)
        if len(self.refused_domains) < MAX_REFUSALS or len(set(self.refused_domains)) < MIN_DOMAINS:
            async with self.database.write() as session:
                await record_failure(session, work.recipient, read_failure(words), words)
            return ChannelReply(ReplyKind.failed, words=words)
        self.refused_domains.clear()
        async with self.database.write() as session:
            await pause_channel(session, MAIL_CHANNEL, PAUSED.format(count=MAX_REFUSALS, words=words)[:300], ITSELF)
        log.error("mail_paused", refusals=MAX_REFUSALS, words=words)
        return ChannelReply(ReplyKind.retry, words=words, retry_after=0)


def message_id(work: Work) -> str:
    """Return the local part of the Message-ID: the same for every attempt, whatever worker makes it."""
    facts = orjson.dumps([work.item_id, work.recipient, dict(work.payload)], option=orjson.OPT_SORT_KEYS)
    return f"{work.item_id}.{sha256(facts).hexdigest()[:20]}"


REGISTRATION = ChannelRegistration(MAIL_CHANNEL, MailChannel, is_addressed=True, setup_faults=list_setup_faults)
