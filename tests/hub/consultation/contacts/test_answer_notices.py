"""Authors who left an e-mail address are told once that their comment was answered, and the address goes with it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update

from hub.auth.encryption import SecretCipher
from hub.channels.mail.outbox import NOTICE_PREFIX
from hub.channels.mail.retention import clean_mails
from hub.channels.mail.rows import NOTICE
from hub.consultation.answers.models import CommentAnswer
from hub.consultation.comments.erasure import erase_contacts
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.comments.models import CommentState
from hub.consultation.comments.sealed_content import SealedContact, SealedContent
from hub.consultation.contacts.notice_job import AnswerNoticeJob
from hub.consultation.records import CONSULTATION
from hub.db import Database, table
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.comments import open_consultation
from tests.support.mail_server import MailServer, mail_server
from tests.support.mails import DAY, MailHub, mail_settings
from tests.support.sealed_comments import store_comment
from tests.support.servers import Publish


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
async def mails(settings: Settings, database: Database, server: MailServer) -> AsyncIterator[MailHub]:
    hub = MailHub(mail_settings(settings, server), database, server)
    yield hub
    await hub.channel.close()


class Answered:
    """A consultation with comments, some of them answered."""

    def __init__(self, mails: MailHub, id_: UUID):
        self.mails, self.id = mails, id_
        self.job = AnswerNoticeJob(mails.database, mails.settings, mails.right)

    async def add(self, email: str | None, outcome: str | None = "accepted", **columns: Any) -> UUID:
        contact = SealedContact(email=email, phone=None if email else "0905123456")
        content = SealedContent(text="Đề nghị xem lại.", name="Lê Thị Kín Đáo")
        id_ = (await store_comment(self.mails.database, self.mails.settings, self.id, content, contact, **columns))[0]
        if outcome is not None:
            facts = {"id": uuid4(), "consultation_id": self.id, "comment_id": id_, "outcome": outcome}
            async with self.mails.database.write() as session:
                values = facts | {"reason": "Đã sửa.", "by": "k", "written_at": now(), "version": 1}
                await session.execute(insert(table(CommentAnswer)).values(values))
        return id_

    async def bring_to(self, state: str) -> None:
        async with self.mails.database.write() as session:
            own = update(CONSULTATION).where(CONSULTATION.c.id == self.id)
            await session.execute(own.values(state=state, answered_at=now()))

    async def tell(self) -> None:
        await self.job.run_once()
        await self.mails.send()


async def test_authors_are_told_once_when_the_answers_are_public_and_nobody_else_is(
    mails: MailHub, publish_edition: Publish
) -> None:
    await mails.switch_on()
    answered = Answered(mails, await open_consultation(publish_edition))
    await answered.add("kin@vidu.vn", "partly")
    await answered.add("an@vidu.vn", state=CommentState.hidden, hidden_reason="spam")
    await answered.add("chua.tra.loi@vidu.vn", None)
    await answered.add(None)
    await answered.add("khong phai dia chi")
    await answered.bring_to("closed")
    await answered.tell()
    assert mails.server.mails == []
    await answered.bring_to("answered")
    await answered.tell()
    await answered.tell()
    [mail] = mails.server.mails
    assert mail.recipients == ("kin@vidu.vn",)
    assert mail.message["subject"] == "Góp ý của bạn đã được trả lời"
    assert mail.message["list-unsubscribe"] is None
    assert "Kết quả: tiếp thu một phần." in mail.text
    assert "https://hub.example.vn/d/" in mail.text
    assert "Kín Đáo" not in mail.content.decode()
    assert [item.state for item in await mails.items()] == ["live"]


async def test_a_contact_that_is_erased_takes_its_notice_along(mails: MailHub, publish_edition: Publish) -> None:
    await mails.switch_on()
    answered = Answered(mails, await open_consultation(publish_edition))
    gone, kept = await answered.add("gone@vidu.vn"), await answered.add("kept@vidu.vn")
    await answered.bring_to("answered")
    await answered.job.run_once()
    async with mails.database.write() as session:
        await erase_contacts(session, CommentKeys(SecretCipher(mails.settings)), [gone])
    await answered.tell()
    assert [mail.recipients for mail in mails.server.mails] == [("kept@vidu.vn",)]
    states = {item.recipient: (item.state, item.payload is None) for item in await mails.items()}
    assert states == {f"{NOTICE_PREFIX}{gone}": ("superseded", True), f"{NOTICE_PREFIX}{kept}": ("live", False)}

    async with mails.database.write() as session:
        await session.execute(update(NOTICE).values(made_at=now() - 8 * DAY))
    await clean_mails(mails.database)
    async with mails.database.read() as connection:
        assert (await connection.execute(select(NOTICE.c.address_sealed))).scalars().all() == [None, None]


async def test_answers_from_before_the_channel_was_on_are_not_told(mails: MailHub, publish_edition: Publish) -> None:
    answered = Answered(mails, await open_consultation(publish_edition))
    await answered.add("kin@vidu.vn")
    await answered.bring_to("answered")
    await answered.tell()
    await publish_edition("policy", contents.policy())
    await mails.switch_on()
    await answered.tell()
    assert mails.server.mails == []
    assert await mails.items() == []
