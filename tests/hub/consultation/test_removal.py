"""A draft that is removed for good while people comment on it: no quote of it stays, and nobody waits crosswise."""

import asyncio

import httpx
import pytest
from sqlalchemy import text, update

from hub.consultation.records import CONSULTATION, consultation_id, lock_consultations
from hub.content.commands import lock_documents, remove_document
from hub.db import Database
from hub.log.append import lock_head
from tests.support import contents
from tests.support.comments import COMMENT, NODES, Commenter, comment_rows, consultation_row
from tests.support.consultations import window
from tests.support.editors import Editor, key
from tests.support.servers import Publish
from tests.support.waiting import eventually

WAITING = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
QUOTE = {"exact": "Xe tải bị cấm", "prefix": "", "suffix": " từ 7 giờ", "start": 8, "end": 21}


async def is_somebody_waiting(database: Database) -> bool:
    async with database.read() as connection:
        return (await connection.execute(WAITING)).first() is not None


async def test_a_comment_that_waits_while_its_draft_is_removed_is_refused_and_leaves_no_quote(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-2, 9), nodes=NODES))
    person = Commenter(client, consultation_id(document))
    body = await person.body(ref="dieu-1", quote=QUOTE)
    async with database.write() as session:
        [locked] = (await lock_documents(session, [document])).values()
        await lock_consultations(session, [consultation_id(document)])
        posting = asyncio.create_task(person.post(body))
        await eventually(lambda: is_somebody_waiting(database))
        await remove_document(session, locked)
    answer = await posting

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await comment_rows(database) == []


async def test_the_removal_of_a_draft_waits_for_its_consultation_before_it_holds_the_log(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-2, 9), nodes=NODES))
    id_ = consultation_id(document)
    await Commenter(client, id_).submit(ref="dieu-1", quote=QUOTE)
    async with database.write() as session:
        await session.execute(update(CONSULTATION).values(short_reason="Bão đến gần."))
    chief = Editor(client, await key(database, "ubnd-hue"))
    async with database.write() as session:
        await lock_consultations(session, [id_])
        removing = asyncio.create_task(chief.done(str(document), "gone", {"reason": "Đăng nhầm"}))
        await eventually(lambda: is_somebody_waiting(database))
        # The order of the clock: if the other one held the head, both would wait for each other.
        await session.execute(text("SET LOCAL lock_timeout = '300ms'"))
        await lock_head(session)
    await removing

    assert [row.quote for row in await comment_rows(database)] == [None]


@pytest.mark.parametrize(("state", "changes"), [("public", 1), ("waiting", 0)])
async def test_quotes_that_are_erased_count_as_a_change_if_they_were_public(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish, state: str, changes: int
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-2, 9), nodes=NODES))
    id_ = consultation_id(document)
    for number in range(2):
        await Commenter(client, id_).submit(ref="dieu-1", quote=QUOTE, text=f"Ý kiến {number}")
    async with database.write() as session:
        await session.execute(update(COMMENT).values(state=state))
    before = (await consultation_row(database, id_)).comment_changes

    await Editor(client, await key(database, "ubnd-hue")).done(str(document), "gone", {"reason": "Đăng nhầm"})

    assert [row.quote for row in await comment_rows(database)] == [None, None]
    assert (await consultation_row(database, id_)).comment_changes == before + changes
