"""The channel `email`: each item is one mail to one recipient, handed to the mail server of the settings.

Nobody can ask a mail server what became of a mail, so a reply that is lost leaves it `unknown` for good.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import select

from hub.auth.encryption import SecretCipher
from hub.channels.mail.addresses import AddressBook, ParsedAddress
from hub.channels.mail.composition import mail_base
from hub.channels.mail.mime import MailSender, write_message
from hub.channels.mail.outbox import NOTICE_PREFIX
from hub.channels.mail.rows import ADDRESS, MAIL_CHANNEL, NOTICE, SUBSCRIPTION, SubscriptionState
from hub.channels.mail.smtp import MailReply, MailResult, SmtpSender
from hub.channels.mail.suppression import hide_addresses, is_gone, record_failure
from hub.channels.mail.tokens import LinkTokens, ReturnPaths
from hub.channels.port import ChannelParts, ChannelReply, ItemAction, Material, Misfit, ReplyKind, Work
from hub.channels.registry import ChannelRegistration
from hub.faults import describe_fault
from hub.times import now

log = structlog.get_logger()

OWN_FAULT_SECONDS = 120.0
"""Seconds until the next try when the mail server refuses the hub itself, or does not answer."""
NO_RECIPIENT = "The subscription has ended, or its address is suppressed or erased."


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
        if parts.settings.smtp_url is not None:
            _ = self.sender  # a wrong setting is told at the start, and not by a mail of which nobody knows anything

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
        try:
            recipient = await self._find_recipient(work)
            message = None if recipient is None or not work.payload else self._write(work, recipient)
        except Exception as problem:
            # Nothing has left the hub yet; what escapes from here would count as a mail that may be on its way.
            return ChannelReply(ReplyKind.retry, words=hide_addresses(describe_fault(problem)))
        if recipient is None or message is None:
            return ChannelReply(ReplyKind.failed, words=NO_RECIPIENT)
        answer = await self.smtp.send(self.return_paths.make(work.item_id), recipient.address, message)
        return await self._reply(work, answer, success)

    def _write(self, work: Work, recipient: ParsedAddress) -> bytes:
        is_subscription = not work.recipient.startswith(NOTICE_PREFIX)
        return write_message(
            work.payload,
            sender=self.sender,
            recipient=recipient,
            message_id=message_id(work),
            at=now(),
            base=mail_base(self.settings),
            token=self.tokens.make(UUID(work.recipient)) if is_subscription else None,
            can_unsubscribe=bool(work.payload.get("unsubscribe")),
        )

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

    async def _reply(self, work: Work, answer: MailReply, success: ReplyKind) -> ChannelReply:
        words = hide_addresses(answer.words)
        if answer.result is MailResult.accepted:
            return ChannelReply(success, words=words)
        if answer.result is MailResult.unknown:
            return ChannelReply(ReplyKind.unknown, words=words)
        if answer.result is MailResult.retry:
            return ChannelReply(
                ReplyKind.retry, words=words, retry_after=OWN_FAULT_SECONDS if answer.is_own_fault else None
            )
        if answer.is_recipient:
            try:
                async with self.database.write() as session:
                    gone = is_gone(answer.code, answer.words)
                    await record_failure(session, work.recipient, is_permanent=gone, reason=words)
            except Exception as problem:
                log.warning("mail_failure_not_counted", item=work.item_id, problem=describe_fault(problem))
        return ChannelReply(ReplyKind.failed, words=words)


def message_id(work: Work) -> str:
    """Return the local part of the Message-ID: the same for every attempt, whatever worker makes it."""
    facts = orjson.dumps([work.item_id, work.recipient, dict(work.payload)], option=orjson.OPT_SORT_KEYS)
    return f"{work.item_id}.{sha256(facts).hexdigest()[:20]}"


REGISTRATION = ChannelRegistration(MAIL_CHANNEL, MailChannel, is_addressed=True)
