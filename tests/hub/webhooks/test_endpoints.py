"""Management of webhooks by REST: permissions, validation, secrets, limits, audit log."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from hub.app import create_app
from hub.auth.encryption import SecretCipher, SecretUnreadable
from hub.db import Database
from hub.errors import SetupProblem
from hub.settings import Settings
from tests.support import contents
from tests.support.asgi import running
from tests.support.editors import key
from tests.support.hub_process import run_hub
from tests.support.receiver import Receiver, Says, receiver
from tests.support.servers import Publish
from tests.support.waiting import eventually
from tests.support.webhooks import Manager, delivering, quick

HOOKED = "https://example.vn/hub"


async def rows(database: Database) -> list[str]:
    """Return every row of webhooks and of the audit log."""
    query = """SELECT e::text FROM webhook_endpoint AS e UNION ALL SELECT m::text FROM webhook_message AS m
        UNION ALL SELECT r::text FROM webhook_receipt AS r UNION ALL SELECT a::text FROM audit_entry AS a"""
    async with database.read() as connection:
        return sorted((await connection.execute(text(query))).scalars())


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "url"),
    ({"url": "http://example.vn/hub"}, "url"),
    ({"url": "https://192.168.1.20/hub"}, "url"),
    ({"url": HOOKED, "events": ["publish"]}, "events.0"),
    ({"url": HOOKED, "events": ["published"] * 30}, "events"),
    ({"url": HOOKED, "filter": {"kind": ["law"]}}, "filter.kind.0"),
    ({"url": HOOKED, "filter": {"topic": ["khong-co"]}}, "topic"),
    ({"url": HOOKED, "filter": {"agency": ["khong-co"]}}, "agency"),
    ({"url": HOOKED, "filter": {"kinds": ["policy"]}}, "filter.kinds"),
    ({"url": HOOKED, "format": "xml"}, "format"),
    ({"url": HOOKED, "view": "all"}, "view"),
    ({"url": HOOKED, "secret": "whsec_mine"}, "secret"),
    ({"url": HOOKED, "label": "x" * 201}, "label"),
    ({"url": HOOKED, "agency": "../etc"}, "agency"),
]


async def test_a_wrong_endpoint_is_refused_with_its_field_and_nothing_is_made(
    manager: Manager, database: Database
) -> None:
    before = await rows(database)

    for body, field in BAD:
        answer = await manager.ask("POST", "", body)
        assert (answer.status_code, answer.json()["field"]) == (422, field), (body, answer.text)

    assert await rows(database) == before


VERBS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("PATCH", "", {"label": "Của tôi"}),
    ("DELETE", "", None),
    ("POST", "/secret", {}),
    ("POST", "/test", {}),
    ("POST", "/pause", {}),
    ("POST", "/resume", {}),
    ("POST", "/replay", {"after": 0}),
    ("GET", "/messages", None),
    ("GET", "/messages/1", None),
    ("POST", "/messages/1/retry", {}),
    ("POST", "/messages/1/drop", {}),
    ("GET", "/receipts", None),
]


async def test_nobody_else_manages_an_endpoint_and_a_denial_changes_nothing(
    settings: Settings, manager: Manager, database: Database, hook: Receiver, publish_edition: Publish
) -> None:
    hook.behave = lambda _: Says(400)
    endpoint = await manager.make(hook)
    await publish_edition("bulletin", contents.bulletin())
    async with delivering(settings):
        await eventually(lambda: manager.messages(endpoint, state="parked"))
    hook.got.clear()
    others = {
        401: Manager(manager.client, "hub_x_y"),
        # The same agency and the same scope, but another key; another agency's administrator; all scopes but the two.
        403: Manager(manager.client, await key(database, "so-y-te", "webhooks")),
        4030: Manager(manager.client, await key(database, "so-du-lich", "admin")),
        4031: Manager(manager.client, await key(database, "so-y-te", "write", "publish", "read:working", "moderate")),
    }
    before = await rows(database)

    for status, other in others.items():
        for method, path, body in VERBS:
            answer = await other.ask(method, f"/{endpoint['id']}{path}", body)
            assert answer.status_code == int(str(status)[:3]), (status, method, path, answer.text)
            assert answer.json()["code"] == ("unauthenticated" if status == 401 else "forbidden")
    assert await rows(database) == before
    assert hook.got == []
    assert (await others[403].done("GET"))["items"] == []
    assert (await others[4031].ask("GET")).status_code == 403
    assert (await others[4031].ask("POST", "", {"url": HOOKED})).status_code == 403
    assert (await others[403].ask("POST", "", {"url": HOOKED, "agency": "ubnd-hue"})).status_code == 403


async def test_an_administrator_manages_all_of_its_agencies_and_those_below(
    manager: Manager, database: Database
) -> None:
    endpoint = await manager.make(HOOKED, label="Trang tin")
    admin = Manager(manager.client, await key(database, "ubnd-hue", "admin"))

    [listed] = (await admin.done("GET"))["items"]
    changed = await admin.done("PATCH", f"/{endpoint['id']}", {"label": "Trang tin mới", "events": ["gone"]})

    assert listed["id"] == endpoint["id"]
    assert "secret" not in listed
    assert (changed["label"], changed["events"], changed["url"]) == ("Trang tin mới", ["gone"], HOOKED)
    await admin.done("DELETE", f"/{endpoint['id']}")
    gone = await manager.ask("GET", f"/{endpoint['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


async def test_unknown_ids_parameters_and_states_are_refused(manager: Manager) -> None:
    endpoint = await manager.make(HOOKED)
    for method, path, body, status, code in (
        ("GET", f"/{uuid4()}", None, 404, "not_found"),
        ("GET", "/x", None, 422, "invalid_input"),
        ("GET", f"/{endpoint['id']}?full=1", None, 422, "unknown_parameter"),
        ("GET", f"/{endpoint['id']}/messages?cursor=x", None, 422, "invalid_cursor"),
        ("GET", f"/{endpoint['id']}/messages/7", None, 404, "not_found"),
        ("GET", f"/{endpoint['id']}/receipts?state=x", None, 422, "unknown_parameter"),
        ("POST", f"/{endpoint['id']}/resume", {}, 409, "transition_conflict"),
        ("POST", f"/{endpoint['id']}/messages/7/retry", {}, 404, "not_found"),
        ("POST", f"/{endpoint['id']}/secret", {"overlap_hours": 10_000}, 422, "invalid_input"),
        ("PATCH", f"/{endpoint['id']}", {"url": None}, 422, "invalid_input"),
        ("PATCH", f"/{endpoint['id']}", {"url": "https://10.0.0.1/"}, 422, "invalid_input"),
        ("PATCH", f"/{endpoint['id']}", {"state": "active"}, 422, "unknown_parameter"),
        ("GET", "?agency=so-du-lich", None, 403, "forbidden"),
    ):
        answer = await manager.ask(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (path, answer.text)


async def test_secrets_are_shown_once_and_encrypted_at_rest(
    settings: Settings, manager: Manager, database: Database
) -> None:
    endpoint = await manager.make(HOOKED)
    raw = endpoint["secret"].removeprefix("whsec_")

    assert len(raw) >= 43
    assert raw not in "".join(await rows(database))
    assert "secret" not in await manager.get(endpoint)
    assert (settings.data / "secrets.key").stat().st_mode & 0o777 == 0o600


def test_keys_can_be_changed_over_and_a_short_or_lost_one_is_told(settings: Settings) -> None:
    old, new = "a" * 40, "b" * 40

    def sealer(keys: str) -> SecretCipher:
        return SecretCipher(Settings(secrets_key=keys, data=settings.data))

    sealed = sealer(old).encrypt("whsec_x")
    assert sealer(f"{new},{old}").decrypt(sealed) == "whsec_x"
    with pytest.raises(SecretUnreadable):
        sealer(new).decrypt(sealed)
    with pytest.raises(SetupProblem):
        sealer("short").encrypt("whsec_x")
    assert not (settings.data / "secrets.key").exists()


async def test_an_agency_has_so_many_endpoints_and_not_one_more_however_fast_they_are_made(
    settings: Settings, database: Database
) -> None:
    async with running(create_app(quick(settings, webhook_endpoints=3))) as client:
        manager = Manager(client, await key(database, "so-y-te", "webhooks"))
        answers = await asyncio.gather(*(manager.ask("POST", "", {"url": HOOKED}) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [422] * 5


async def test_lists_page_without_loss(manager: Manager) -> None:
    made = [(await manager.make(HOOKED, label=f"số {n}"))["id"] for n in range(5)]
    found: list[str] = []
    cursor = None
    while True:
        page = await manager.done("GET", "", limit=2, **({"cursor": cursor} if cursor else {}))
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert found == made[::-1]


async def test_the_trail_tells_who_did_what_and_what_the_hub_did_by_itself(
    settings: Settings, manager: Manager, database: Database, hook: Receiver, publish_edition: Publish
) -> None:
    hook.behave = lambda got: Says(400 if got.json()["data"]["seq"] == 1 else 410)
    endpoint = await manager.make(hook)
    await manager.done("PATCH", f"/{endpoint['id']}", {"label": "Khác"})
    await manager.done("POST", f"/{endpoint['id']}/secret", {})
    documents = [await publish_edition("bulletin", contents.bulletin()) for _ in range(2)]
    async with delivering(settings):

        async def disabled() -> bool:
            return (await manager.get(endpoint))["state"] == "disabled"

        await eventually(disabled)
    reader = await key(database, "so-y-te", "read:working")
    headers = {"authorization": f"Bearer {reader}"}
    trail = (await manager.client.get("/api/v1/manage/audit", headers=headers)).json()["items"][::-1]

    assert [line["verb"] for line in trail] == [
        "webhook_created",
        "webhook_changed",
        "webhook_secret_rotated",
        "webhook_parked",
        "webhook_disabled",
    ]
    assert {line["details"]["endpoint"] for line in trail} == {endpoint["id"]}
    assert (trail[3]["actor"], trail[3]["document_id"], trail[3]["details"]["status"]) == (
        "hub:worker",
        str(documents[0]),
        400,
    )
    assert endpoint["secret"] not in str(trail)


async def test_old_messages_and_receipts_are_forgotten_parked_ones_are_not(
    settings: Settings, manager: Manager, database: Database, hook: Receiver, publish_edition: Publish
) -> None:
    hook.behave = lambda got: Says(400 if got.json()["data"]["seq"] == 2 else 204)
    endpoint = await manager.make(hook)
    for _ in range(2):
        await publish_edition("bulletin", contents.bulletin())
    async with delivering(settings):
        await eventually(lambda: manager.messages(endpoint, state="parked"))
    async with database.write() as session:
        await session.execute(text("UPDATE webhook_message SET settled_at = settled_at - interval '31 days'"))
        await session.execute(text("UPDATE webhook_receipt SET at = at - interval '31 days'"))
    async with delivering(settings):

        async def tidied() -> bool:
            return not await manager.receipts(endpoint)

        await eventually(tidied)

    assert [message["seq"] for message in await manager.messages(endpoint)] == [2]


async def test_many_endpoints_on_one_host_are_asked_a_few_at_a_time(
    settings: Settings, manager: Manager, publish_edition: Publish
) -> None:
    async def slow(_: object) -> Says:
        await asyncio.sleep(0.05)
        return Says()

    async with receiver(slow) as crowded:
        for _ in range(12):
            await manager.make(crowded)
        await publish_edition("bulletin", contents.bulletin())
        async with delivering(settings):
            await eventually(lambda: asyncio.sleep(0, len(crowded.got) >= 12))

        assert crowded.most_open <= 4
        assert len({got.id for got in crowded.got}) == 12


async def test_an_operator_sees_and_stops_anybodys_webhooks(
    settings: Settings, database_url: str, database: Database, tmp_path: Path
) -> None:
    async with running(create_app(settings)) as client:
        manager = Manager(client, await key(database, "so-y-te", "webhooks"))
        made: str = (await manager.make(HOOKED))["id"]

    async def hub(*arguments: str) -> str:
        done = await run_hub(database_url, "webhook", *arguments, data=tmp_path)
        assert done.code == 0, done.err
        return done.out

    assert f"{made} is paused" in await hub("pause", made)
    [listed] = json.loads(await hub("list", "--json", "--state", "paused"))["items"]
    assert (listed["id"], listed["agency"]) == (made, "so-y-te")
    assert f"{made} is active" in await hub("resume", made)
