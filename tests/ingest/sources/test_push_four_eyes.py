"""Who pushes a high-impact record made it: another person approves, whatever the name of the source."""

from typing import Any

import httpx
import pytest
from sqlalchemy import update

from hub.auth.keys import authenticate, vouch_for_key
from hub.db import Database
from hub.manage.four_eyes import FourEyesRule, set_four_eyes
from hub.settings import Settings
from hub.times import now
from ingest.sources.commands import SourceManager, validate_source
from ingest.sources.pipeline.delivery import DeliveredContent, Delivery, check_delivery
from ingest.sources.pipeline.upsert import upsert
from ingest.sources.queries import read_source_row
from ingest.sources.rows import SOURCE
from ingest.sources.schemas import SourceChange
from tests.support import contents
from tests.support.editors import Editor, key
from tests.support.import_samples import rows
from tests.support.source_runs import Hand, for_site, hand

INGEST = "/api/v1/ingest"


@pytest.fixture
async def sources(database: Database, settings: Settings) -> Any:
    async with hand(database, for_site(settings)) as made:
        await made.add("ca", "push", "policy")
        yield made


async def push(client: httpx.AsyncClient, given: str, **changes: Any) -> str:
    """Push one policy; its document."""
    record = {"id": "vb-1", "content": contents.policy(**changes)}
    answer = await client.post(
        INGEST, json={"source": "ca", "records": [record]}, headers={"authorization": f"Bearer {given}"}
    )
    [result] = answer.json()["results"]
    assert result["reason"] is None, result
    return str(result["document_id"])


async def states(database: Database) -> list[tuple[Any, ...]]:
    return await rows(database, "SELECT state, written_by FROM edition ORDER BY number")


async def test_the_pusher_of_a_high_impact_policy_may_not_approve_it(client: httpx.AsyncClient, sources: Hand) -> None:
    """The source is trusted, and the key has all rights."""
    database = sources.database
    given = await key(database, "so-y-te", person="Trần Bình")
    pusher, twin = Editor(client, given), Editor(client, await key(database, "so-y-te", person="trần  bình"))
    name = f"key:{given.split('_')[1]}"

    document = await push(client, given, high_impact=True)

    assert await states(database) == [("in_review", name)]
    assert await rows(database, "SELECT pushed_by FROM provenance") == [(name,)]
    trail = "SELECT actor, verb, details->>'source', details->>'source_id' FROM audit_entry WHERE lang IS NOT NULL"
    assert await rows(database, trail) == [(name, "create", "ca", "vb-1")]
    for editor in (pusher, twin):
        refused = await editor.do(document, "approve", (await editor.read(document))["version"])
        assert (refused.status_code, refused.json()["code"]) == (403, "four_eyes")
    await Editor(client, await key(database, "so-y-te")).done(document, "approve")


async def test_a_trusted_source_publishes_what_needs_no_second_person(client: httpx.AsyncClient, sources: Hand) -> None:
    given = await key(sources.database, "so-y-te", "ingest")

    document = await push(client, given, high_impact=False)

    assert (await client.get(f"/api/v1/policies/{document}")).status_code == 200
    assert [state for state, _ in await states(sources.database)] == ["published"]


@pytest.mark.parametrize(
    ("rule", "high", "state"),
    [
        (FourEyesRule.never, True, "published"),
        (FourEyesRule.always, False, "in_review"),
        (FourEyesRule.always, True, "in_review"),
    ],
)
async def test_the_rule_of_the_agency_says_what_a_trusted_source_publishes(
    client: httpx.AsyncClient, sources: Hand, rule: FourEyesRule, high: bool, state: str
) -> None:
    async with sources.database.write() as session:
        await set_four_eyes(session, "so-y-te", rule)

    await push(client, await key(sources.database, "so-y-te", "ingest"), high_impact=high)

    assert [found for found, _ in await states(sources.database)] == [state]


async def test_a_push_cannot_clear_the_flag_of_a_public_document(client: httpx.AsyncClient, sources: Hand) -> None:
    database = sources.database
    given = await key(database, "so-y-te")
    document = await push(client, given, high_impact=True)
    chief = Editor(client, await key(database, "ubnd-hue"))
    await chief.done(document, "approve")
    await chief.done(document, "publish")

    await push(client, given, high_impact=False, title="Kế hoạch không còn quan trọng")

    assert [state for state, _ in await states(database)] == ["published", "in_review"]
    pusher = Editor(client, given)
    refused = await pusher.do(document, "approve", (await pusher.read(document))["version"])
    assert (refused.status_code, refused.json()["code"]) == (403, "four_eyes")


async def test_the_maker_of_a_source_may_not_approve_what_it_brings(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    """A source that the hub reads itself, made by an editor for a folder of his."""
    given = await key(database, "so-y-te", person="Trần Bình")
    async with database.read() as connection:
        maker = (await authenticate(connection, given))[0]
    value = {"code": "cua-toi", "name": "Của tôi", "type": "push", "kind": "policy", "agency": "so-y-te"}
    async with database.write() as session:
        await SourceManager(session, settings, maker).add(validate_source(value | {"trust": "review"}))
        source = await read_source_row(session, None, "cua-toi")
        content = check_delivery("policy", "vi", contents.policy(high_impact=True), None, ())
        delivery = Delivery("vb-1", None, DeliveredContent.from_dict(content), "0" * 64, now())
        document = str((await upsert(session, source, delivery)).document_id)

    assert (await states(database))[0][1] == "source:cua-toi"
    for editor in (Editor(client, given), Editor(client, await key(database, "so-y-te", person="Trần Bình"))):
        refused = await editor.do(document, "approve", (await editor.read(document))["version"])
        assert (refused.status_code, refused.json()["code"]) == (403, "four_eyes")
    await Editor(client, await key(database, "so-y-te", person="Lê Cường")).done(document, "approve")


async def test_who_changed_a_source_may_not_approve_what_it_brings(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    """It was made by the operator, and an editor pointed it at something of his own."""
    given = await key(database, "so-y-te", person="Trần Bình")
    async with database.read() as connection:
        editor = (await authenticate(connection, given))[0]
    value = {"code": "cua-so", "name": "Của Sở", "type": "push", "kind": "policy", "agency": "so-y-te"}
    async with database.write() as session:
        await SourceManager(session, settings, None).add(validate_source(value | {"trust": "review"}))
        await SourceManager(session, settings, editor).change("cua-so", SourceChange(name="Của tôi"))
        source = await read_source_row(session, None, "cua-so")
        content = check_delivery("policy", "vi", contents.policy(high_impact=True), None, ())
        delivery = Delivery("vb-1", None, DeliveredContent.from_dict(content), "0" * 64, now())
        document = str((await upsert(session, source, delivery)).document_id)

    refused = await Editor(client, given).do(document, "approve", 1)
    assert (refused.status_code, refused.json()["code"]) == (403, "four_eyes")
    await Editor(client, await key(database, "so-y-te", person="Lê Cường")).done(document, "approve")


async def test_a_push_cannot_clear_the_flag_of_what_waits_for_approval(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    given = await key(sources.database, "so-y-te")
    document = await push(client, given, high_impact=True)

    for title in ("Kế hoạch không còn quan trọng", "Kế hoạch lần thứ ba"):
        await push(client, given, high_impact=False, title=title)

        assert [state for state, _ in await states(sources.database)] == ["in_review"], "the source is trusted"
        pusher = Editor(client, given)
        refused = await pusher.do(document, "approve", (await pusher.read(document))["version"])
        assert (refused.status_code, refused.json()["code"]) == (403, "four_eyes")


async def test_who_lets_a_source_add_to_a_pushed_record_may_not_approve_it(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    database = sources.database
    partner, editor = await key(database, "so-y-te"), Editor(client, await key(database, "so-y-te"))
    before = await push(client, partner, high_impact=True)
    defaults = {"mapping": {"defaults": {"summary": "Lời của người sửa nguồn."}}}
    changed = await client.patch("/api/v1/manage/sources/ca", json=defaults, headers=editor.headers)
    assert changed.status_code == 200, changed.text
    await editor.done(before, "approve")
    await editor.done(before, "return", {"note": "Chưa đủ."})
    await editor.done(before, "discard")

    content = {name: value for name, value in contents.policy(high_impact=True).items() if name != "summary"}
    body = {"source": "ca", "records": [{"id": "vb-2", "content": content | {"number": "18/KH-UBND"}}]}
    answer = await client.post(INGEST, json=body, headers={"authorization": f"Bearer {partner}"})
    document = answer.json()["results"][0]["document_id"]

    refused = await editor.do(document, "approve", (await editor.read(document))["version"])
    assert (refused.status_code, refused.json()["code"]) == (403, "four_eyes")
    await Editor(client, await key(database, "so-y-te")).done(document, "approve")


async def test_who_made_a_key_may_have_changed_the_source_with_it_before_it_was_vouched_for(
    client: httpx.AsyncClient, sources: Hand
) -> None:
    """What a source adds later is the work of whoever had the key when the source was changed."""
    database = sources.database
    maker, partner = Editor(client, await key(database, "so-y-te")), await key(database, "so-y-te")
    made = await _make_key(maker)
    body = {"code": "cua-so", "name": "Của Sở", "type": "push", "kind": "policy", "agency": "so-y-te"}
    defaults = {"mapping": {"defaults": {"summary": "Lời của người sửa nguồn."}}}
    bearer = {"authorization": f"Bearer {made['key']}"}
    answer = await client.post("/api/v1/manage/sources", json=body | defaults, headers=bearer)
    assert answer.status_code == 201, answer.text
    answer = await client.patch("/api/v1/manage/sources/ca", json=defaults, headers=bearer)
    assert answer.status_code == 200, answer.text
    async with database.write() as session:
        await vouch_for_key(session, made["id"])
    answer = await client.patch("/api/v1/manage/sources/ca", json=defaults, headers=bearer)

    for number, source in enumerate(("ca", "cua-so"), 30):
        content = {name: value for name, value in contents.policy(high_impact=True).items() if name != "summary"}
        records = [{"id": "vb-2", "content": content | {"number": f"{number}/KH-UBND"}}]
        pushed = {"source": source, "records": records}
        answer = await client.post(INGEST, json=pushed, headers={"authorization": f"Bearer {partner}"})
        document = answer.json()["results"][0]["document_id"]

        refused = await maker.do(document, "approve", (await maker.read(document))["version"])
        assert (refused.status_code, refused.json()["code"]) == (403, "four_eyes"), source
        await Editor(client, await key(database, "so-y-te")).done(document, "approve")


@pytest.mark.parametrize("is_remembered", [True, False])
async def test_who_made_a_key_has_no_part_in_what_its_person_changed_after_it_was_vouched_for(
    client: httpx.AsyncClient, sources: Hand, is_remembered: bool
) -> None:
    """Unless the audit trail no longer knows the time."""
    database = sources.database
    maker = Editor(client, await key(database, "so-y-te"))
    made = await _make_key(maker)
    async with database.write() as session:
        await vouch_for_key(session, made["id"])
    mapping = {"defaults": {"summary": "Lời của người sửa nguồn."}}
    if is_remembered:
        bearer = {"authorization": f"Bearer {made['key']}"}
        answer = await client.patch("/api/v1/manage/sources/ca", json={"mapping": mapping}, headers=bearer)
        assert answer.status_code == 200, answer.text
    else:
        async with database.write() as session:
            await session.execute(update(SOURCE).values(mapping=mapping, changed_by=[f"key:{made['id']}"]))
    document = await push(client, await key(database, "so-y-te"), high_impact=True)

    answer = await maker.do(document, "approve", (await maker.read(document))["version"])

    assert answer.status_code == (200 if is_remembered else 403), answer.text


async def _make_key(by: Editor) -> dict[str, str]:
    """Make a person, and a key for it."""
    body = {"agency": "so-y-te", "name": "Trần Thị Bình"}
    person = (await by.client.post("/api/v1/manage/people", json=body, headers=by.headers)).json()["id"]
    given = {"person_id": person, "scopes": ["sources", "publish", "read:working"]}
    made = await by.client.post("/api/v1/manage/keys", json=given, headers=by.headers)
    found: dict[str, str] = made.json()
    return found
