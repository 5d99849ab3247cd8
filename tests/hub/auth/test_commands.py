"""`hub key …` and `hub agency …` as an operator types them."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.db import Database
from hub.errors import HubError
from tests.support.editors import Editor
from tests.support.import_samples import rows


@pytest.fixture
def hub(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command on the test's database, in a thread with an event loop of its own."""
    monkeypatch.setenv("HUB_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")

    async def run(*arguments: str) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
        if result.exception is not None:
            raise result.exception
        return result.stdout

    return run


async def works(client: httpx.AsyncClient, key: str) -> bool:
    return (await client.get("/api/v1/manage/audit", headers=Editor(client, key).headers)).status_code == 200


async def test_a_key_is_created_listed_rotated_and_revoked(client: httpx.AsyncClient, hub: Any) -> None:
    scopes = ("--scope", "write", "--scope", "read:working")
    created = json.loads(await hub("key", "create", "--agency", "so-y-te", *scopes, "--label", "Cổng của Sở", "--json"))
    assert await works(client, created["key"])

    rotated = json.loads(await hub("key", "rotate", created["id"], "--overlap", "2", "--json"))
    assert rotated["rotated_from"] == created["id"]
    assert await works(client, created["key"])
    assert await works(client, rotated["key"])

    assert json.loads(await hub("key", "revoke", created["id"], "--json")) == {"id": created["id"], "revoked": True}
    assert not await works(client, created["key"])
    assert await works(client, rotated["key"])

    output = await hub("key", "list", "--json")
    listed = {key["id"]: key for key in json.loads(output)["keys"]}
    assert listed.keys() == {created["id"], rotated["id"]}
    assert listed[created["id"]]["revoked_at"].endswith("+07:00")
    assert listed[rotated["id"]]["revoked_at"] is None
    assert listed[rotated["id"]]["last_used_at"] is not None
    assert (listed[rotated["id"]]["agency"], listed[rotated["id"]]["scopes"]) == ("so-y-te", ["read:working", "write"])
    for made in (created, rotated):
        assert made["key"].split("_", 2)[2] not in output
    table = await hub("key", "list")
    states = {line.split()[0]: line.split()[-1] for line in table.splitlines()[1:] if line.strip()}
    assert states == {created["id"]: "revoked", rotated["id"]: "valid"}


async def test_in_words_a_key_is_shown_on_the_last_line(client: httpx.AsyncClient, hub: Any) -> None:
    created = (await hub("key", "create", "--agency", "so-y-te", "--scope", "read:working")).splitlines()
    assert await works(client, created[-1])
    key_id = created[-1].split("_")[1]

    rotated = (await hub("key", "rotate", key_id, "--overlap", "0")).splitlines()
    assert await works(client, rotated[-1])
    assert not await works(client, created[-1])
    assert "0 hours" in rotated[0]
    assert await hub("key", "revoke", rotated[-1].split("_")[1])
    assert not await works(client, rotated[-1])


async def test_an_agency_gets_its_four_eyes_rule(client: httpx.AsyncClient, database: Database, hub: Any) -> None:
    answer = json.loads(await hub("agency", "four-eyes", "so-y-te", "--rule", "always", "--json"))
    assert answer == {"agency": "so-y-te", "four_eyes": "always"}
    created = json.loads(
        await hub(
            *("key", "create", "--agency", "so-y-te", "--json"),
            *("--scope", "write", "--scope", "publish", "--scope", "read:working"),
        )
    )
    writer = Editor(client, created["key"])
    document = (await writer.create(agency="so-y-te")).json()["id"]
    await writer.done(document, "submit")
    assert (await writer.do(document, "approve", 2)).json()["code"] == "four_eyes"

    assert await hub("agency", "four-eyes", "so-y-te", "--rule", "never") == "Four eyes at so-y-te: never.\n"
    assert (await writer.do(document, "approve", 2)).status_code == 200


@pytest.mark.parametrize(
    "arguments",
    [
        ("key", "create", "--agency", "khong-co", "--scope", "write"),
        ("key", "create", "--agency", "so-y-te", "--scope", "everything"),
        ("key", "rotate", "khongco"),
        ("key", "revoke", "khongco"),
        ("agency", "four-eyes", "khong-co", "--rule", "never"),
    ],
)
async def test_what_cannot_be_done_is_a_problem_in_words(hub: Any, arguments: tuple[str, ...]) -> None:
    with pytest.raises(HubError):
        await hub(*arguments)


async def test_every_change_of_a_key_is_in_the_audit_without_its_secret(database: Database, hub: Any) -> None:
    scopes = ("--scope", "write")
    made = json.loads(
        await hub("key", "create", "--agency", "so-y-te", *scopes, "--person", "Lê Văn An", "--days", "30", "--json")
    )
    await hub("key", "person", made["id"], "Trần Thị Bình")
    rotated = json.loads(await hub("key", "rotate", made["id"], "--json"))
    await hub("key", "revoke", made["id"])
    with pytest.raises(HubError):
        await hub("key", "revoke", "khongco")

    found = await rows(database, "SELECT actor, agency, verb, label, details::text FROM audit_entry ORDER BY id")
    assert [entry[:4] for entry in found] == [
        ("operator", "so-y-te", f"key-{verb}", f"hub key {verb}") for verb in ("create", "person", "rotate", "revoke")
    ]
    details = [json.loads(entry[4]) for entry in found]
    assert [each["key"] for each in details] == [made["id"], made["id"], rotated["id"], made["id"]]
    assert (details[0]["scopes"], details[0]["person"]) == (["write"], "Lê Văn An")
    assert details[0]["expires_at"] == made["expires_at"]
    assert details[1]["person"] == "Trần Thị Bình"
    assert details[2]["rotated_from"] == made["id"]
    for secret in (made["key"], rotated["key"]):
        assert secret.split("_", 2)[2] not in str(found)


async def test_the_operator_sees_changes_over_the_api_and_vouches_for_a_key(
    client: httpx.AsyncClient, hub: Any
) -> None:
    scopes = [part for scope in ("admin", "write", "publish", "read:working") for part in ("--scope", scope)]
    first = json.loads(await hub("key", "create", "--agency", "so-y-te", *scopes, "--person", "Quản trị", "--json"))
    admin = Editor(client, first["key"])
    person = {"agency": "so-y-te", "name": "Lê Văn Cường"}
    who = (await client.post("/api/v1/manage/people", json=person, headers=admin.headers)).json()["id"]
    body = {"person_id": who, "scopes": ["publish", "read:working"]}
    made = (await client.post("/api/v1/manage/keys", json=body, headers=admin.headers)).json()
    document = (await admin.create(agency="so-y-te", high_impact=True)).json()["id"]
    await admin.done(document, "submit")
    chief = Editor(client, made["key"])

    seen = json.loads(await hub("key", "changes", "--seen", "--json"))["changes"]
    assert [change["verb"] for change in seen] == ["key-create", "person-create"]
    assert await hub("key", "changes") == ""
    assert (await chief.do(document, "approve", 2)).json()["code"] == "four_eyes"
    await hub("key", "vouch", made["id"])
    assert (await chief.do(document, "approve", 2)).status_code == 200
