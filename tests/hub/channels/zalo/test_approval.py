"""Approval of broadcasts: a second person always, a warning for urgent bulletins, and the ledger for editors."""

from datetime import timedelta

import httpx
import pytest

from hub.channels.zalo.ledger import ACCOUNT
from hub.db import Database
from hub.manage.four_eyes import FourEyesRule, set_four_eyes
from hub.settings import Settings
from hub.times import now
from tests.support.editors import Editor, key

CHANNELS = ["web", "zalo", "zalo_broadcast"]


@pytest.fixture
async def writer(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, label="Biên tập"))


@pytest.fixture
async def chief(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, label="Lãnh đạo"))


async def test_a_broadcast_needs_a_second_person_whatever_the_rule_of_the_agency_says(
    writer: Editor, chief: Editor, database: Database
) -> None:
    async with database.write() as session:
        await set_four_eyes(session, "ubnd-hue", FourEyesRule.never)
    plain = (await writer.create("bulletin", channels=["web", "zalo"])).json()["id"]
    await writer.done(plain, "submit")
    await writer.done(plain, "approve")
    document = (await writer.create("bulletin", channels=CHANNELS)).json()["id"]
    await writer.done(document, "submit")
    before = await writer.read(document)
    refused = await writer.do(document, "approve", before["version"])
    assert (refused.status_code, refused.json()["code"]) == (403, "four_eyes")
    assert await writer.read(document) == before
    await chief.done(document, "approve")
    await chief.done(document, "publish")


async def test_an_urgent_bulletin_is_told_that_a_broadcast_is_not_the_fast_path(writer: Editor) -> None:
    calm = (await writer.create("bulletin", channels=CHANNELS, priority="high")).json()
    assert "broadcast_not_fast" not in str(calm.get("warnings"))
    urgent = (await writer.create("bulletin", channels=CHANNELS, priority="urgent")).json()
    [warning] = [each for each in urgent["warnings"] if each["code"] == "broadcast_not_fast"]
    assert warning["field"] == "channels"
    assert "30 minutes" in warning["detail"]


async def test_the_ledger_is_for_editors_and_says_what_is_still_allowed(
    client: httpx.AsyncClient, database: Database, settings: Settings, writer: Editor
) -> None:
    path = "/api/v1/manage/channels/zalo/ledger"
    assert (await client.get(path)).status_code == 401
    outsider = Editor(client, await key(database, "ubnd-hue", "webhooks"))
    assert (await client.get(path, headers=outsider.headers)).status_code == 403
    async with database.write() as session:
        facts = {"package": "Advanced", "followers": 48_213, "answer": {}, "asked_at": now() - timedelta(minutes=9)}
        await session.execute(ACCOUNT.insert().values(app_id=settings.zalo_app_id, remaining=3, total=4, **facts))
    found = (await client.get(path, headers=writer.headers)).json()
    assert (found["package"], found["followers"], found["remaining"]) == ("Advanced", 48_213, 3)
    assert (found["allowed_per_day"], found["allowed_per_month"], found["is_from_zalo"]) == (1, 4, True)
    assert "30 minutes" in found["advice"]
