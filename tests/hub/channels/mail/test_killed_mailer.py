"""Workers killed while they plan and send: each subscriber gets each item once, or it stands as unknown."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from hub.channels.mail.rows import MailMode
from tests.support import contents
from tests.support.figures import Figure
from tests.support.mail_server import LOST, TakenMail
from tests.support.mails import MailHub
from tests.support.process_pool import Forks
from tests.support.servers import Publish
from tests.support.waiting import eventually


@pytest.fixture
def forks(mails: MailHub) -> Iterator[Forks]:
    settings = mails.settings
    given = {
        "database_url": settings.require_database_url(),
        "data": settings.data,
        "smtp_url": mails.server.url,
        "mail_from": settings.mail_from,
        "mail_return_path": settings.mail_return_path,
        "mail_per_minute": 60_000,
        "public_url": settings.public_url,
        "channel_retry_first": 0.05,
        "log_level": "ERROR",
    }
    made = Forks(given)
    yield made
    made.close()


@pytest.mark.counts(small=(1, 3, 4), full=(6, 5, 4), soak=(200, 5, 4))
async def test_each_subscriber_gets_each_item_once_through_kills_of_two_workers(
    mails: MailHub, forks: Forks, publish_edition: Publish, count: tuple[int, int, int], figure: Figure
) -> None:
    kills, people, each = count
    chance = random.Random(20_261_130)  # noqa: S311 - moments, not secrets
    addresses = [f"nguoi{n}@vidu.vn" for n in range(people)]
    for address in addresses:
        await mails.subscribe(address, MailMode.at_once)

    def moody(_: TakenMail) -> str:
        dice = chance.random()
        return LOST if dice < 0.05 else "451 4.3.0 later" if dice < 0.15 else "250 taken"

    mails.server.on_text = moody
    workers = [forks.start("worker"), forks.start("worker")]
    for n in range(kills):
        before = len(mails.server.mails)
        for m in range(each):
            await publish_edition("bulletin", contents.bulletin(title=f"Tin {n}.{m}"))
        until = before + chance.randrange(1, people * each // 2)
        await eventually(lambda: asyncio.sleep(0, len(mails.server.mails) >= until), seconds=600)  # noqa: B023
        await asyncio.sleep(chance.uniform(0, 0.05))
        for _ in workers:
            forks.kill(workers.pop(0))
            workers.append(forks.start("worker"))
    mails.server.on_text = lambda _: "250 taken"

    async def is_settled() -> bool:
        items = await mails.items()
        waiting = [item for item in items if item.state not in ("live", "unknown")]
        return len(items) == kills * each * people and not waiting

    await eventually(is_settled, seconds=120 + kills * people * each, every=0.5)
    taken = Counter((mail.recipients[0], str(mail.message["subject"])) for mail in mails.server.mails)
    assert max(taken.values()) == 1
    items = await mails.items()
    unknown = sum(item.state == "unknown" for item in items)
    assert len(items) - unknown <= len(taken) <= len(items)
    assert len({(item.key, item.recipient) for item in items}) == len(items) == kills * each * people
    figure("kills of two workers", kills)
    figure("mails taken", len(taken))
    figure("unknown", unknown)
