"""Subscriptions in a real browser: the form with its proof of work, the pages of links, and a digest as a mail program
shows it; wide and narrow, light and dark, with no fault of access."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from hub.channels.mail.rows import MailMode
from hub.content.commands import lock_documents, withdraw
from hub.db import Database
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.mail_server import MailServer, mail_server
from tests.support.mails import DAY, MailHub, mail_settings
from tests.support.served import serving_here
from tests.support.servers import Publish
from tests.system.browser.conftest import Look

pytestmark = [pytest.mark.browser, pytest.mark.full]

TITLE = "Cảnh báo lũ trên sông Hương: mực nước có thể vượt báo động 2 trong đêm"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
async def mails(settings: Settings, database: Database, server: MailServer) -> AsyncIterator[MailHub]:
    hub = MailHub(mail_settings(settings, server), database, server)
    await hub.switch_on()
    yield hub
    await hub.channel.close()


async def test_the_form_the_pages_and_a_digest_can_be_used_and_read_by_everybody(
    mails: MailHub, publish_edition: Publish, chromium: Browser
) -> None:
    subscription = await mails.subscribe("lan@vidu.vn", MailMode.daily, topic=["moi-truong"])
    wrong = await publish_edition("bulletin", contents.bulletin(title="Thông báo nhầm", topics=["moi-truong"]))
    await mails.digest(now() + DAY)
    async with mails.database.write() as session:
        await withdraw(session, (await lock_documents(session, [wrong]))[wrong], reason="Nhầm địa bàn.")
    await publish_edition("bulletin", contents.bulletin(title=TITLE, topics=["moi-truong"]))
    await publish_edition("policy", contents.policy())
    await mails.digest(now() + 2 * DAY)
    await mails.send()
    digest = mails.server.to("lan@vidu.vn")[-1]
    async with serving_here(mails.settings, public_url=None) as served:
        for dark in (False, True):
            for phone in (False, True):
                name = f"subscriptions-{'dark' if dark else 'light'}-{'phone' if phone else 'wide'}"
                context = await chromium.new_context(
                    viewport={"width": 320, "height": 640} if phone else {"width": 1_000, "height": 900},
                    color_scheme="dark" if dark else "light",
                    locale="vi-VN",
                )
                page = await context.new_page()
                said: list[str] = []
                page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)  # noqa: B023
                look = Look(page, context, said, [])
                link = mails.link(subscription)
                for part, path in (("form", "/subscribe"), ("manage", link), ("end", f"{link}/end")):
                    await page.goto(served.url + path)
                    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
                    assert await look.axe() == [], part
                    await look.keep(f"{name}-{part}", whole=True)
                await page.goto(f"{served.url}/subscribe?kind=policy")
                await page.fill("input[name=address]", f"khach{name}@vidu.vn")
                await page.click("button[type=submit]")
                await look.becomes("!document.getElementById('sent').hidden")
                assert said == []
                await page.set_content(digest.html)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                assert TITLE in await page.inner_text("body")
                await look.keep(f"{name}-digest", whole=True)
                await context.close()
    await mails.handle_requests()
    await mails.send()
    assert len([mail for mail in mails.server.mails if "khach" in mail.recipients[0]]) == 4
