"""Entries about other subjects than documents: only who asks for them gets them, and the chain covers them."""

import hashlib
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from hub.db import Database
from hub.log.append import NewSubjectEntry, append_entries, lock_head
from hub.log.follow import LogFollower
from hub.log.subjects import LogSubject, RegistryEvent
from hub.ops.verify import verify
from hub.times import now
from tests.support import contents
from tests.support.servers import Publish

TOPIC = {"list": "topics", "before": None, "after": {"code": "nuoc-sach", "name": "Nước sạch"}, "note": None}


async def append_topic(database: Database, count: int = 1) -> None:
    async with database.write() as session:
        entry = NewSubjectEntry(RegistryEvent.created, now(), LogSubject.registry, "topic:nuoc-sach", TOPIC)
        await append_entries(session, await lock_head(session), [entry] * count)


async def read_all(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    return (await client.get(f"/api/v1/changes?after=0&limit=1000&{query}")).json()["items"]


async def test_who_asks_for_nothing_new_gets_documents_only_and_still_reaches_the_head(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    await append_topic(database, 3)
    plan = await publish_edition("policy", contents.policy())

    page = (await client.get("/api/v1/changes?after=0&limit=2")).json()

    assert [(item["seq"], item["id"]) for item in page["items"]] == [(4, str(plan))]
    assert {"version", "subject", "subject_id", "data"}.isdisjoint(page["items"][0])
    assert (page["reached"], page["head"], page["subjects"]) == (4, 4, ["document"])


async def test_an_entry_of_the_registry_has_the_members_of_version_2(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    await append_topic(database)

    [found] = await read_all(client, "subject=registry&kind=bulletin&include=view")

    told = {name: found[name] for name in ("version", "subject", "subject_id", "event", "seq", "data", "path")}
    expected = {"version": 2, "subject": "registry", "subject_id": "topic:nuoc-sach", "event": "created", "seq": 2}
    assert told == expected | {"data": TOPIC, "path": "/api/v1/topics"}
    assert not found.keys() & {"kind", "id", "lang", "edition", "view_sha256", "view"}


async def test_the_chain_over_all_subjects_can_be_recomputed_by_anyone(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    await append_topic(database)
    await publish_edition("bulletin", contents.bulletin())

    before = (await read_all(client, ""))[0]["hash"]
    for entry in (await read_all(client, "subject=document&subject=registry"))[1:]:
        members = {name: value for name, value in entry.items() if name not in ("path", "hash", "position")}
        canonical = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        before = hashlib.sha256(f"{before}\n{canonical}".encode()).hexdigest()
        assert before == entry["hash"]
    async with database.read() as connection:
        assert [faults async for _, faults in verify(connection)][-1] == []


async def test_a_follower_of_documents_passes_over_other_subjects(database: Database, publish_edition: Publish) -> None:
    await append_topic(database, 2)
    await publish_edition("policy", contents.policy())
    await append_topic(database)
    worked: list[int] = []

    async def work(entries) -> None:
        worked.extend(entry.seq for entry in entries)

    follower = LogFollower(database, "kiem-tra", work)
    await follower.step()

    assert (worked, await follower.position()) == ([3], 4)


@pytest.mark.parametrize("subject", ["document", "registry"])
async def test_the_database_refuses_an_entry_without_the_members_of_its_subject(
    database: Database, subject: str
) -> None:
    with pytest.raises(IntegrityError, match="log_entry_subject_members"):
        async with database.write() as session:
            await session.execute(
                text(
                    "INSERT INTO log_entry (seq, event, at, version, subject, hash)"
                    " VALUES (1, 'created', now(), 2, :subject, repeat('0', 64))"
                ),
                {"subject": subject},
            )


async def test_graphql_and_streams_say_which_subjects_they_carry(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    await append_topic(database)
    query = "{ changes(subject: [document, registry]) { subjects items { kind subject version data { after } } } }"

    found = (await client.post("/graphql", json={"query": query})).json()["data"]["changes"]

    assert found["subjects"] == ["document", "registry"]
    assert [(item["kind"], item["subject"], item["version"]) for item in found["items"]] == [
        ("policy", "document", 1),
        (None, "registry", 2),
    ]
    assert found["items"][1]["data"] == {"after": TOPIC["after"]}
