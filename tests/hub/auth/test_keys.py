"""API keys: shown once and stored hashed, rotated with an overlap, revoked at once, their use noted now and then."""

import asyncio
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from hub.auth.keys import authenticate, create_key, list_keys, record_use, revoke_key, rotate_key
from hub.auth.principal import Scope
from hub.db import Database
from hub.errors import InvalidInput, NotFound, Unauthenticated, UnknownReference
from hub.times import now
from tests.support.editors import ALL, Editor


async def made(database: Database, **changes: Any) -> tuple[str, str]:
    async with database.write() as session:
        return await create_key(session, **{"agency": "so-y-te", "scopes": ALL, "label": "Cổng của Sở", **changes})


async def rotated(database: Database, key_id: str, overlap: timedelta) -> tuple[str, str]:
    async with database.write() as session:
        return await rotate_key(session, key_id, overlap=overlap)


async def works(client: httpx.AsyncClient, key: str) -> bool:
    answer = await client.get("/api/v1/manage/audit", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


async def one(database: Database, statement: str, **values: Any) -> Any:
    async with database.write() as session:
        return (await session.execute(text(statement), values)).scalar_one()


async def test_the_database_holds_a_hash_and_never_the_key(database: Database) -> None:
    key_id, key = await made(database)
    secret = key.split("_", 2)[2]

    row = await one(database, "SELECT k::text FROM api_key AS k WHERE id = :id", id=key_id)
    async with database.read() as connection:
        [listed] = await list_keys(connection)

    assert key.startswith(f"hub_{key_id}_")
    assert len(secret) >= 43
    assert secret not in row
    assert "secret_sha256" not in asdict(listed)
    assert listed.label == "Cổng của Sở"


async def test_a_key_stands_for_its_agency_those_below_and_its_scopes(database: Database) -> None:
    key_id, key = await made(database, scopes=["write", "read:working"])

    async with database.read() as connection:
        principal, used = await authenticate(connection, key)

    assert (principal.id, principal.agency, used) == (f"key:{key_id}", "so-y-te", key_id)
    assert principal.agencies == {"so-y-te", "trung-tam-kiem-soat-benh-tat"}
    assert principal.scopes == {Scope.write, Scope.read_working}


@pytest.mark.parametrize(
    "wrong",
    [
        "{key}x",
        "{key} ",
        "HUB_{rest}",
        "hub_{id}",
        "hub_{id}_",
        "hub__{secret}",
        "hub_{secret}",
        "pub_{rest}",
        "",
        "hub_' OR true --_x",
    ],
)
async def test_what_is_not_exactly_the_key_is_no_key(database: Database, wrong: str) -> None:
    key_id, key = await made(database)
    rest, secret = key.split("_", 1)[1], key.split("_", 2)[2]

    async with database.read() as connection:
        with pytest.raises(Unauthenticated):
            await authenticate(connection, wrong.format(key=key, id=key_id, rest=rest, secret=secret))


async def test_during_the_overlap_both_keys_work_as_one_editor_and_then_only_the_new_one(
    client: httpx.AsyncClient, database: Database
) -> None:
    old_id, old = await made(database)
    new_id, new = await rotated(database, old_id, timedelta(hours=2))

    assert await works(client, old)
    assert await works(client, new)
    for key in (old, new):
        assert (await Editor(client, key).create(agency="so-y-te")).status_code == 201
    trail = (await client.get("/api/v1/manage/audit", headers={"authorization": f"Bearer {new}"})).json()["items"]
    assert {line["actor"] for line in trail} == {f"key:{old_id}"}
    ends = await one(database, "SELECT expires_at FROM api_key WHERE id = :id", id=old_id)
    assert timedelta(hours=1, minutes=59) < ends - now() <= timedelta(hours=2)
    await one(database, "UPDATE api_key SET expires_at = now() WHERE id = :id RETURNING id", id=old_id)
    assert not await works(client, old)
    assert await works(client, new)
    third_id, third = await rotated(database, new_id, timedelta(0))
    assert not await works(client, new)
    assert await works(client, third)
    assert await one(database, "SELECT rotated_from FROM api_key WHERE id = :id", id=third_id) == old_id


async def test_rotation_never_makes_the_old_key_last_longer(database: Database) -> None:
    soon = now() + timedelta(minutes=5)
    key_id, _ = await made(database, expires_at=soon)

    await rotated(database, key_id, timedelta(days=30))

    assert await one(database, "SELECT expires_at FROM api_key WHERE id = :id", id=key_id) == soon


async def test_a_revoked_key_ends_at_once_and_has_no_successor(client: httpx.AsyncClient, database: Database) -> None:
    key_id, key = await made(database)
    assert await works(client, key)

    moments = []
    for _ in range(2):
        async with database.write() as session:
            await revoke_key(session, key_id)
        moments.append(await one(database, "SELECT revoked_at FROM api_key WHERE id = :id", id=key_id))

    assert not await works(client, key)
    assert moments[0] == moments[1]
    with pytest.raises(NotFound):
        await rotated(database, key_id, timedelta(hours=1))
    with pytest.raises(NotFound):
        async with database.write() as session:
            await revoke_key(session, "khongco")


async def test_the_use_of_a_key_is_noted_at_most_once_a_minute(client: httpx.AsyncClient, database: Database) -> None:
    key_id, key = await made(database)

    async def noted() -> datetime | None:
        return await one(database, "SELECT last_used_at FROM api_key WHERE id = :id", id=key_id)

    assert await noted() is None
    await works(client, key)
    first = await noted()
    assert first is not None
    assert now() - first < timedelta(seconds=30)
    await asyncio.gather(*(works(client, key) for _ in range(10)))
    async with database.write() as session:
        await record_use(session, key_id)  # as a request does that authenticated before the use was noted
    assert await noted() == first
    past = "UPDATE api_key SET last_used_at = now() - interval '61 seconds' WHERE id = :id RETURNING last_used_at"
    moved = await one(database, past, id=key_id)
    await works(client, key)
    again = await noted()
    assert again is not None
    assert again > moved + timedelta(seconds=50)


async def test_a_refused_key_leaves_no_trace_of_use(client: httpx.AsyncClient, database: Database) -> None:
    key_id, key = await made(database, expires_at=now() - timedelta(seconds=1))

    assert not await works(client, key)
    assert not await works(client, f"hub_{key_id}_wrong")
    assert await one(database, "SELECT last_used_at IS NULL FROM api_key WHERE id = :id", id=key_id)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"agency": "khong-co"}, UnknownReference, "agency"),
        ({"scopes": ["write", "everything"]}, InvalidInput, "scope"),
        ({"scopes": []}, InvalidInput, "scope"),
    ],
)
async def test_a_key_without_agency_or_known_scopes_is_not_made(
    database: Database, changes: dict[str, Any], error: type[InvalidInput], field: str
) -> None:
    with pytest.raises(error) as refusal:
        await made(database, **changes)

    assert refusal.value.field == field
    assert await one(database, "SELECT count(*) FROM api_key") == 0
