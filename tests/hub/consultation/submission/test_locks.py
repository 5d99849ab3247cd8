"""Comments wait for the lock of their consultation in turn; what ends a transaction for others' sake is repeated."""

import asyncio

import httpx
import pytest
from sqlalchemy import func, select, text

from hub.consultation.records import CONSULTATION, DRAFT
from hub.consultation.submission.commands import COMMENTS_AT_ONCE
from hub.db import Database
from tests.support import contents
from tests.support.comments import Commenter, comment_rows, consultation_row, open_consultation
from tests.support.editors import key
from tests.support.servers import Publish
from tests.support.waiting import eventually

WAITING = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'hub-write'
""")


@pytest.fixture
async def person(client: httpx.AsyncClient, publish_edition: Publish) -> Commenter:
    return Commenter(client, await open_consultation(publish_edition))


async def wait_for_waiting(database: Database, count: int) -> None:
    async def is_waiting() -> bool:
        async with database.read() as connection:
            return bool((await connection.execute(WAITING)).scalar_one() >= count)

    await eventually(is_waiting, seconds=20)


async def test_a_comment_that_a_deadlock_ended_is_stored_once_and_counted_once(
    person: Commenter, database: Database
) -> None:
    body = await person.body(ref="dieu-2")
    async with database.write() as session:
        await session.execute(select(CONSULTATION.c.id).with_for_update(key_share=True))
        posting = asyncio.create_task(person.post(body))
        await wait_for_waiting(database, 1)
        # The comment's row refers to its draft's, so each of the two waits for the other. The first to wait is ended.
        await session.execute(select(DRAFT.c.position).with_for_update())
        assert not posting.done()
    answer = await posting

    assert answer.status_code == 201, answer.text
    assert len(await comment_rows(database)) == 1
    assert (await consultation_row(database, person.consultation)).comment_changes == 1


async def test_editors_write_while_many_comments_wait_for_their_consultation(
    person: Commenter, database: Database
) -> None:
    bodies = [await person.body(text=f"Ý kiến {number}") for number in range(3 * COMMENTS_AT_ONCE)]
    headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue')}"}
    async with database.write() as session:
        await session.execute(select(CONSULTATION.c.id).with_for_update(key_share=True))
        posting = [asyncio.create_task(person.post(body)) for body in bodies]
        await wait_for_waiting(database, COMMENTS_AT_ONCE)
        document = {"kind": "bulletin", "agency": "ubnd-hue", "content": contents.bulletin()}
        writing = person.client.post("/api/v1/manage/documents", json=document, headers=headers)
        written = await asyncio.wait_for(writing, 5)
        assert not any(one.done() for one in posting)
    answers = await asyncio.gather(*posting)

    assert written.status_code == 201, written.text
    assert [one.status_code for one in answers] == [201] * len(bodies)
    async with database.read() as connection:
        assert (await connection.execute(WAITING)).scalar_one() == 0
        assert (await connection.execute(select(func.max(CONSULTATION.c.comment_changes)))).scalar_one() == len(bodies)
