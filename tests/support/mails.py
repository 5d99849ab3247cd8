"""A hub that sends mails, for tests: its settings, its subscriptions, its planner and its queue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from hub.auth.encryption import SecretCipher
from hub.channels.mail.addresses import AddressBook, parse_address
from hub.channels.mail.channel import MailChannel
from hub.channels.mail.digests import make_digests
from hub.channels.mail.job import MailPlanner
from hub.channels.mail.management import SubscriptionManager
from hub.channels.mail.planner import plan_at_once
from hub.channels.mail.rows import ADDRESS, MAIL_CHANNEL, SUBSCRIPTION, MailMode
from hub.channels.mail.subscription_filter import digest_filter
from hub.channels.mail.tokens import LinkTokens
from hub.channels.port import ChannelParts
from hub.channels.queue import ChannelQueue
from hub.channels.rows import ITEM
from hub.channels.switches import OPERATOR, switch_on
from hub.db import Database, database_now
from hub.log.send_lease import SendingRight
from hub.outgoing.client import OutgoingClient
from hub.settings import Settings
from tests.support.mail_server import MailServer

SENDER = "Cổng chính sách Huế <tin@hub.example.vn>"
RETURN_PATH = "bounces@hub.example.vn"
DAY = timedelta(days=1)


def mail_settings(settings: Settings, server: MailServer, **changes: Any) -> Settings:
    """Settings of a hub that sends through a server, as fast as it can."""
    given = {
        "smtp_url": server.url,
        "mail_from": SENDER,
        "mail_return_path": RETURN_PATH,
        "mail_per_minute": 60_000,
        "public_url": "https://hub.example.vn",
        "channel_retry_first": 0.01,
    }
    return Settings(**{**settings.model_dump(exclude_unset=True), **given, **changes})


@dataclass
class MailHub:
    """The parts of a hub that make mails."""

    settings: Settings
    database: Database
    server: MailServer
    channel: MailChannel = field(init=False)
    right: SendingRight = field(init=False)

    def __post_init__(self) -> None:
        self.channel = MailChannel(ChannelParts(self.settings, self.database, OutgoingClient(self.settings)))
        self.right = SendingRight(self.database, self.settings)

    async def switch_on(self) -> None:
        async with self.database.write() as session:
            await switch_on(session, MAIL_CHANNEL, OPERATOR)
        await self.plan()

    async def subscribe(
        self, address: str, mode: MailMode = MailMode.at_once, *, hour: int = 7, lang: str = "vi", **filters: Any
    ) -> UUID:
        """A confirmed subscription, without the mail that asks for it."""
        book, parsed = AddressBook(SecretCipher(self.settings)), parse_address(address)
        async with self.database.write() as session:
            at = await database_now(session)
            known = select(ADDRESS.c.id).where(ADDRESS.c.key.in_(book.keys(parsed)))
            owner = (await session.execute(known)).scalar_one_or_none()
            if owner is None:
                owner = uuid4()
                row = {"id": owner, "key": book.keys(parsed)[0], "address_sealed": book.seal(parsed)}
                await session.execute(insert(ADDRESS).values(**row, state="active", soft_bounces=0, created_at=at))
            id_ = uuid4()
            values = {"id": id_, "address_id": owner, "filter": filters, "filter_digest": digest_filter(filters)}
            values |= {"mode": mode, "hour": hour, "lang": lang, "state": "pending", "created_at": at}
            await session.execute(insert(SUBSCRIPTION).values(**values))
        async with self.database.write() as session:
            await SubscriptionManager(session, id_).confirm()
        return id_

    async def plan(self) -> None:
        """Plan the log for mails at once, up to its head."""
        while await plan_at_once(self.database, self.settings, self.right):
            pass

    async def digest(self, moment: datetime) -> int:
        """Make the digests that are due at a moment."""
        return await make_digests(self.database, self.settings, self.right, moment)

    async def handle_requests(self) -> None:
        await MailPlanner(self.database, self.settings, self.right).requests.handle_some()

    async def send(self) -> None:
        """Send what waits, until nothing is due."""
        queue = ChannelQueue(self.database, self.settings, {MAIL_CHANNEL: self.channel}, gate=self.right)
        await queue.serve(MAIL_CHANNEL)

    async def items(self) -> Sequence[Any]:
        async with self.database.read() as connection:
            query = select(ITEM).where(ITEM.c.channel == MAIL_CHANNEL).order_by(ITEM.c.id)
            return (await connection.execute(query)).all()

    def link(self, subscription: UUID) -> str:
        return f"/s/{LinkTokens(SecretCipher(self.settings)).make(subscription)}"
