"""Requests to subscribe: refused with their field if malformed, and their secrets encrypted."""

import httpx
from sqlalchemy import text

from hub.db import Database
from tests.support.websub import SECRET

BAD = [
    ({"hub.mode": ""}, "hub.mode"),
    ({"hub.mode": "publish"}, "hub.mode"),
    ({"hub.topic": ""}, "hub.topic"),
    ({"hub.callback": "mailto:a@example.vn"}, "hub.callback"),
    ({"hub.callback": ""}, "hub.callback"),
    ({"hub.secret": "x" * 200}, "hub.secret"),
    ({"hub.lease_seconds": "mười"}, "hub.lease_seconds"),
    ({"hub.lease_seconds": "-1"}, "hub.lease_seconds"),
]


async def test_a_malformed_wish_is_refused_with_its_field(client: httpx.AsyncClient, database: Database) -> None:
    right = {"hub.mode": "subscribe", "hub.topic": "http://hub.test/feeds/all.atom", "hub.callback": "https://a.vn/"}
    for wrong, named in BAD:
        answer = await client.post("/websub", data=right | wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, named), (wrong, answer.text)

    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM websub_intent"))).scalar_one() == 0


async def test_a_body_that_is_no_form_is_refused_and_the_secret_is_encrypted(
    client: httpx.AsyncClient, database: Database
) -> None:
    answer = await client.post("/websub", json={"hub.mode": "subscribe"})
    assert (answer.status_code, answer.json()["field"]) == (422, "Content-Type")
    twice = b"hub.mode=subscribe&hub.mode=unsubscribe"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await client.post("/websub", content=twice, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "hub.mode")
    form = {"hub.mode": "subscribe", "hub.topic": "http://hub.test/feeds/all.atom", "hub.callback": "https://a.vn/"}
    assert (await client.post("/websub", data=form | {"hub.secret": SECRET})).status_code == 202
    async with database.read() as connection:
        row = (await connection.execute(text("SELECT encode(secret, 'escape') FROM websub_intent"))).scalar_one()
    assert SECRET not in row
    assert row.startswith("gAAAA")
