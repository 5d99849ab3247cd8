"""A restore: nothing is mailed until sending is released, and nothing that was mailed before it is mailed again."""

import asyncio
from pathlib import Path

from hub.channels.mail.rows import MailMode
from hub.channels.restore import doubt_waiting
from hub.db import Database
from hub.log.send_lease import release_sending
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.forks import publish_now
from tests.support.mails import DAY, MailHub
from tests.support.restores import dump, restored
from tests.support.servers import Publish


async def test_a_dump_taken_before_twenty_mails_were_sent_sends_none_of_them_again(
    mails: MailHub, publish_edition: Publish, tmp_path: Path
) -> None:
    for n in range(5):
        await mails.subscribe(f"ngay{n}@vidu.vn")
        await mails.subscribe(f"thu{n}@vidu.vn", MailMode.daily)
    await publish_edition("bulletin", contents.bulletin(title="Trước bản sao lưu"))
    await mails.plan()  # five mails wait in the dump, and five digests are not planned yet
    assert await mails.right.covers(1)
    await asyncio.to_thread(dump, mails.settings.require_database_url(), tmp_path / "dump")
    await publish_edition("bulletin", contents.bulletin(title="Sau bản sao lưu"))
    await mails.plan()
    await mails.digest(now() + DAY)
    await mails.send()
    assert len(mails.server.mails) == 15

    async with restored(mails.settings.require_database_url(), tmp_path / "dump") as url:
        settings = Settings(**{**mails.settings.model_dump(exclude_unset=True), "database_url": url})
        database = Database(settings)
        again = MailHub(settings, database, mails.server)
        try:
            await again.plan()
            await again.digest(now() + DAY)
            await again.send()
            assert len(mails.server.mails) == 15, "0 sends until released"
            assert {item.state for item in await again.items()} == {"queued"}
            async with database.write() as session:
                assert await doubt_waiting(session) == 5
            await release_sending(database, settings)
            again = MailHub(settings, database, mails.server)
            await again.plan()
            await again.digest(now() + DAY)
            await again.send()
            assert len(mails.server.mails) == 15, "0 doubles after"
            assert [item.state for item in await again.items()] == ["unknown"] * 5
            await publish_now(database, "bulletin", contents.bulletin(title="Sau khi phục hồi"))
            await again.plan()
            await again.digest(now() + 2 * DAY)
            await again.send()
            assert len(mails.server.mails) == 25
            assert all("Sau khi phục hồi" in mail.text for mail in mails.server.mails[15:])
            assert not any("sao lưu" in mail.text for mail in mails.server.mails[15:])
        finally:
            await again.channel.close()
            await database.dispose()
