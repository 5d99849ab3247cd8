"""Persons and keys over the API: never with more rights than one's own, shown once, refused when ended."""

from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from hub.auth.keys import authenticate, create_key
from hub.auth.principal import Scope
from hub.auth.scopes import SCOPE_MEANINGS
from hub.db import Database
from hub.people.alarms import end_key_alarm, read_key_alarms
from hub.times import format_rfc3339, now
from tests.support.editors import ALL, Editor, key

PEOPLE, KEYS = "/api/v1/manage/people", "/api/v1/manage/keys"
BELOW, ABOVE, ELSEWHERE = "so-y-te", "ubnd-hue", "so-du-lich"


def bearer(presented: str, **others: str) -> dict[str, str]:
    return {"authorization": f"Bearer {presented}", **others}


@pytest.fixture
async def admin(database: Database) -> str:
    return await key(database, ABOVE, person="Người quản trị")


async def person(client: httpx.AsyncClient, by: str, name: str = "Trần Thị Bình", agency: str = BELOW) -> str:
    made = await client.post(PEOPLE, json={"agency": agency, "name": name}, headers=bearer(by))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def new_key(client: httpx.AsyncClient, by: str, **body: Any) -> httpx.Response:
    return await client.post(KEYS, json={"scopes": ["write"], **body}, headers=bearer(by))


async def test_a_key_is_shown_once_works_and_is_refused_everywhere_when_it_has_ended(
    client: httpx.AsyncClient, admin: str
) -> None:
    made = await new_key(client, admin, person_id=await person(client, admin), label="Biên tập")
    found = made.json()
    given = bearer(found["key"])
    public = ("/api/v1/policies", "/feeds/all.atom", "/", "/api/v1/changes?after=0", "/openapi.json", "/d/x")

    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    assert (await client.get(f"{KEYS}/{found['id']}", headers=bearer(admin))).json().keys() == found.keys() - {"key"}
    assert (await client.get("/api/v1/policies", headers=given)).status_code == 200
    listed = (await client.get(KEYS, params={"state": "valid"}, headers=bearer(admin))).json()["items"]
    assert [one["id"] for one in listed if one["last_used_at"]][:1] == [found["id"]]

    ended = await client.post(f"{KEYS}/{found['id']}/end", headers=bearer(admin))

    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    for path in public:
        answer = await client.get(path, headers=given)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), path
    query = {"query": "{ policies { edges { node { id } } } }"}
    assert "unauthenticated" in (await client.post("/graphql", json=query, headers=given)).text


async def test_a_repeated_request_makes_no_second_key_and_shows_none(
    client: httpx.AsyncClient, admin: str, database: Database
) -> None:
    body = {"person_id": await person(client, admin), "scopes": ["write"]}
    once = bearer(admin, **{"idempotency-key": "once"})
    first, second = [await client.post(KEYS, json=body, headers=once) for _ in range(2)]

    assert first.json()["id"] == second.json()["id"]
    assert second.json()["key"] is None
    async with database.read() as connection:
        kept = (await connection.execute(text("SELECT convert_from(body, 'UTF8') FROM idempotency_key"))).scalars()
        assert not [body for body in kept if first.json()["key"] in body]


async def test_a_person_who_ends_takes_all_keys_along(client: httpx.AsyncClient, admin: str) -> None:
    who = await person(client, admin)
    keys = [(await new_key(client, admin, person_id=who)).json()["key"] for _ in range(2)]

    ended = await client.post(f"{PEOPLE}/{who}/end", headers=bearer(admin))

    assert (ended.status_code, ended.json()["keys"]) == (200, 0)
    assert {(await client.get("/api/v1/policies", headers=bearer(one))).status_code for one in keys} == {401}
    assert (await new_key(client, admin, person_id=who)).status_code == 409


@pytest.mark.parametrize("seed", range(12))
async def test_no_key_is_ever_given_more_than_its_maker_has(
    client: httpx.AsyncClient, database: Database, seed: int
) -> None:
    """Random administrators create, widen, rotate keys at random; every valid key stays within its makers' rights."""
    dice = Random(seed)  # noqa: S311
    moment = now()
    root = await key(database, ABOVE, person="Gốc")
    who = await person(client, root, agency=ABOVE)
    scopes = dice.sample(ALL, dice.randint(1, 6))
    async with database.write() as session:
        limit = None if dice.random() < 0.5 else dice.sample([ABOVE, BELOW, ELSEWHERE], 2)
        _, admin = await create_key(
            session,
            agency=dice.choice([ABOVE, BELOW]) if limit is None else ABOVE,
            scopes={*scopes, "admin"},
            label="",
            person="Quản trị",
            agencies=limit,
            expires_at=moment + timedelta(days=dice.randint(1, 300)),
        )
        await create_key(session, agency=BELOW, scopes=ALL, label="", person="Khác")
    async with database.read() as connection:
        mine, _ = await authenticate(connection, admin)
    in_reach = await person(client, root, name="Người thường")
    for _ in range(15):
        body = {
            "scopes": dice.sample(ALL, dice.randint(1, 4)),
            "agency": dice.choice([ABOVE, BELOW, ELSEWHERE]),
            "expires_at": format_rfc3339(moment + timedelta(days=dice.randint(1, 500))),
            "agencies": dice.choice([None, [BELOW], [ABOVE, ELSEWHERE]]),
        }
        body = {name: value for name, value in body.items() if value is not None and dice.random() < 0.8}
        page = await client.get(KEYS, headers=bearer(admin))
        if page.status_code != 200:
            break  # it has limited its own key
        listed = page.json()["items"]
        target = dice.choice(listed)["id"] if listed else "x"
        verb = dice.choice(["create", "change", "rotate"])
        if verb == "create":
            answer = await new_key(client, admin, person_id=dice.choice([who, in_reach]), **body)
        elif verb == "change":
            body.pop("agency", None)
            before = (await client.get(f"{KEYS}/{target}", headers=bearer(admin))).json()
            answer = await client.patch(f"{KEYS}/{target}", json=body, headers=bearer(admin))
            if answer.status_code == 200:
                after = answer.json()
                assert set(after["scopes"]) - set(before["scopes"]) <= mine.scopes
                if after["expires_at"] != before["expires_at"] and before["expires_at"] is not None:
                    assert after["expires_at"] <= max(before["expires_at"], format_rfc3339(mine.expires_at or moment))
            continue
        else:
            answer = await client.post(f"{KEYS}/{target}/rotate", headers=bearer(admin))
        assert answer.status_code in (200, 201, 403, 404, 409, 422), answer.text
        if answer.is_success:
            async with database.read() as connection:
                made, _ = await authenticate(connection, answer.json()["key"])
            assert made.scopes <= mine.scopes
            assert made.agencies <= mine.agencies
            assert made.expires_at is not None
            assert mine.expires_at is not None
            assert made.expires_at <= mine.expires_at


async def test_what_is_out_of_reach_is_refused_and_changes_nothing(
    client: httpx.AsyncClient, admin: str, database: Database
) -> None:
    small = await key(database, BELOW, "admin", "write")
    theirs = await person(client, admin, agency=ELSEWHERE)
    stronger = await new_key(client, admin, person_id=await person(client, admin), scopes=["publish", "write"])
    answers = [
        (await client.post(PEOPLE, json={"agency": ABOVE, "name": "Ai đó"}, headers=bearer(small)), 403),
        (await new_key(client, small, person_id=theirs), 404),
        (await client.post(f"{KEYS}/{stronger.json()['id']}/rotate", headers=bearer(small)), 403),
        (await client.patch(f"{PEOPLE}/{theirs}", json={"name": "Khác"}, headers=bearer(small)), 404),
        (await client.get(PEOPLE, headers=bearer(await key(database, ABOVE, "write"))), 403),
        (await client.get(KEYS), 401),
        (await client.get(KEYS, params={"agency": ABOVE}, headers=bearer(small)), 403),
        (await client.get(KEYS, params={"x": "1"}, headers=bearer(small)), 422),
    ]

    assert [answer.status_code for answer, _ in answers] == [status for _, status in answers]
    assert (await client.get("/api/v1/policies", headers=bearer(stronger.json()["key"]))).status_code == 200


async def test_creating_widening_and_ending_raise_the_alarm_until_the_operator_has_seen_it(
    client: httpx.AsyncClient, admin: str, database: Database
) -> None:
    async def alarms() -> int:
        async with database.read() as connection:
            return (await read_key_alarms(connection))["keys_changed"]

    who = await person(client, admin)
    made = (await new_key(client, admin, person_id=who)).json()
    await client.patch(f"{KEYS}/{made['id']}", json={"scopes": ["write", "publish"]}, headers=bearer(admin))
    await client.patch(f"{KEYS}/{made['id']}", json={"scopes": ["write"]}, headers=bearer(admin))
    await client.post(f"{KEYS}/{made['id']}/end", headers=bearer(admin))

    entries = (await client.get("/api/v1/manage/audit", headers=bearer(admin))).json()["items"]
    assert [entry["verb"] for entry in entries] == [
        "key-end",
        "key-limit",
        "key-widen",
        "key-create",
        "person-create",
    ]
    assert await alarms() == 4
    assert (await client.get("/health/ready")).json()["alarms"]["keys_changed"] == 4
    async with database.write() as session:
        await end_key_alarm(session)
    assert await alarms() == 0


async def test_lists_are_paged_and_filtered(client: httpx.AsyncClient, admin: str) -> None:
    names = [f"Người {number}" for number in range(5)]
    for name in names:
        await person(client, admin, name)
    found, cursor = [], None
    while True:
        params = {"agency": BELOW, "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(PEOPLE, params=params, headers=bearer(admin))).json()
        found += [one["name"] for one in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert found == names[::-1]


async def test_a_key_made_for_oneself_under_another_name_is_no_second_person(
    client: httpx.AsyncClient, admin: str, database: Database
) -> None:
    own = Editor(client, admin)
    other = await person(client, admin, "Một tên khác", ABOVE)
    puppets = [(await new_key(client, admin, person_id=other, scopes=list(ALL))).json()["key"] for _ in range(2)]
    document = (await own.create(agency=ABOVE, high_impact=True)).json()["id"]
    await own.done(document, "submit")
    version = (await own.read(document))["version"]

    for approver in (admin, *puppets):
        refused = await Editor(client, approver).do(document, "approve", version)
        assert (refused.status_code, refused.json()["code"]) == (403, "four_eyes")
    second = Editor(client, await key(database, ABOVE, person="Lê Văn Cường"))
    assert (await second.do(document, "approve", version)).status_code == 200


def test_every_scope_is_explained() -> None:
    assert SCOPE_MEANINGS.keys() == set(Scope)
