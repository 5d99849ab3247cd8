"""The sync client of docs/sync.md, verbatim, against a running hub."""

import asyncio
import re
from pathlib import Path
from typing import Any

from sqlalchemy import text

from hub.db import Database
from hub.settings import Settings
from tests.support import contents, past_editions
from tests.support.served import serving_here
from tests.support.servers import Publish

DOC = Path(__file__).resolve().parents[3] / "docs" / "sync.md"


def phone_of_the_docs() -> Any:
    (code,) = re.findall(r"```python\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    found: dict[str, Any] = {}
    exec(code, found)  # noqa: S102 - it is our own page
    return found["Phone"]


async def test_the_phone_of_the_docs_holds_an_exact_copy(
    settings: Settings, database: Database, publish_edition: Publish
) -> None:
    stays = await publish_edition("policy", contents.policy(title="Một"))
    goes = await publish_edition("bulletin", contents.bulletin(title="Hai"))
    await publish_edition("draft", contents.draft(title="Không theo dõi"))
    async with serving_here(settings) as hub:

        def told() -> Any:
            phone = phone_of_the_docs()(hub.url)
            phone.sync()
            yield phone.titles()
            phone.sync()
            yield phone.titles()
            phone.sync(wait=30)
            yield phone.titles()
            phone.sync()
            yield phone.titles()

        # One thread: a phone's database belongs to the one that opened it.
        turns: asyncio.Queue[Any] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        steps = [asyncio.Event() for _ in range(4)]

        def run() -> None:
            for number, titles in enumerate(told()):
                loop.call_soon_threadsafe(turns.put_nowait, titles)
                if number < 3:
                    asyncio.run_coroutine_threadsafe(steps[number].wait(), loop).result(60)

        running = asyncio.create_task(asyncio.to_thread(run))
        assert await turns.get() == ["Một", "Hai"]
        await past_editions.done(database, "gone", goes)
        await publish_edition("policy", contents.policy(title="Một, sửa"), document_id=stays)
        await publish_edition("policy", contents.policy(title="One"), document_id=stays, lang="en")
        await publish_edition("policy", contents.policy(title="Ba"))
        steps[0].set()
        assert await turns.get() == ["Một, sửa", "Ba"]
        steps[1].set()
        await publish_edition("bulletin", contents.bulletin(title="Bốn"))
        assert await turns.get() == ["Một, sửa", "Ba", "Bốn"]
        # A restore from a backup begins a new log: the phone begins anew.
        async with database.write() as session:
            await session.execute(text("UPDATE log_head SET epoch = gen_random_uuid()"))
        steps[2].set()
        assert await turns.get() == ["Một, sửa", "Ba", "Bốn"]
        await running
