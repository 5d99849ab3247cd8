"""The publication of drafts begins, extends and fills their consultations, in the same transaction or not at all."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from hub.consultation import publication
from hub.consultation.records import CONSULTATION
from hub.content import publication_registry
from hub.content.commands import lock_documents, withdraw
from hub.db import Database
from hub.ops.verify import verify
from hub.times import format_rfc3339, midnight, now, today
from tests.support import contents
from tests.support.consultations import changes, consultation_of, entries, window
from tests.support.editors import Editor, key
from tests.support.servers import Publish


@pytest.fixture
async def chief(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, "ubnd-hue"))


async def columns(database: Database, document: UUID | str) -> list[tuple[Any, ...]]:
    query = text(
        "SELECT lang, seq_to IS NULL AS open, consultation_stage, opens_at, closes_at FROM published_view "
        "WHERE document_id = :id ORDER BY id"
    )
    async with database.read() as connection:
        return [tuple(row) for row in await connection.execute(query, {"id": UUID(str(document))})]


async def test_a_publication_that_the_hook_refuses_changes_nothing(
    chief: Editor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = str((await chief.create("draft", high_impact=False, consultation=window(1, 9))).json()["id"])
    for verb in ("submit", "approve"):
        await chief.done(document, verb)

    async def refuse(*_: object) -> object:
        raise RuntimeError("refused by the test")

    hook = publication.HOOK
    refusing = replace(hook, add=refuse)  # type: ignore[arg-type]
    with monkeypatch.context() as patched:
        patched.setitem(publication_registry._registered, hook.room, refusing)
        refused = await chief.do(document, "publish", (await chief.read(document))["version"])
    assert refused.status_code == 500

    assert await changes(chief.client, "document", "consultation", "registry") == []
    assert await consultation_of(database, document) is None
    assert await columns(database, document) == []
    await chief.done(document, "publish")
    assert await entries(chief.client) == [("announced", "announced")]


async def test_publishing_without_registered_hooks_is_refused(
    publish_edition: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication_registry, "_registered", {})
    with pytest.raises(RuntimeError, match="No publication hooks"):
        await publish_edition("bulletin", contents.bulletin())


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((1, 9), [("announced", "announced")]),
        ((0, 0), [("announced", "announced"), ("opened", "open")]),
        ((-9, -1), [("announced", "announced"), ("closed", "closed")]),
    ],
)
async def test_the_first_publication_announces_the_consultation_and_says_how_far_it_is(
    chief: Editor,
    database: Database,
    publish_edition: Publish,
    days: tuple[int, int],
    expected: list[tuple[str, str]],
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(*days)))

    assert await entries(chief.client) == expected
    found = await consultation_of(database, document)
    opens, closes = midnight(today() + timedelta(days[0])), midnight(today() + timedelta(days[1] + 1))
    assert (found.agency, found.state, found.opens_at, found.closes_at) == ("ubnd-hue", expected[-1][1], opens, closes)
    assert await columns(database, document) == [("vi", True, expected[-1][1], opens, closes)]
    first = (await changes(chief.client))[0]
    assert first["subject_id"] == str(found.id)
    assert first["path"] == f"/api/v1/consultations/{found.id}"
    assert first["data"] == {
        "agency": "ubnd-hue",
        "state": "announced",
        "opens_at": format_rfc3339(opens),
        "closes_at": format_rfc3339(closes),
        "drafts": [str(document)],
        "reason": None,
        "policy": None,
        "without_answers": False,
        "comments": None,
        "comments_root": None,
    }
    # Who asks for nothing new gets documents only; both are in one chain.
    assert [entry["event"] for entry in await changes(chief.client, "document")] == ["published"]
    async with database.read() as connection:
        assert [fault async for _, faults in verify(connection) for fault in faults] == []


async def test_a_draft_without_a_window_has_no_consultation_until_an_edition_has_one(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=None))
    assert await consultation_of(database, document) is None
    assert (await client.get(f"/api/v1/drafts/{document}")).json()["now"] is None

    await publish_edition("draft", contents.draft(consultation=window(2, 8)), document_id=document)

    found = await consultation_of(database, document)
    assert (await client.get(f"/api/v1/drafts/{document}")).json()["now"]["consultation"] == {
        "id": str(found.id),
        "state": "upcoming",
        "stage": "announced",
        "opens_at": format_rfc3339(midnight(today() + timedelta(2))),
        "closes_at": format_rfc3339(midnight(today() + timedelta(9))),
    }


async def test_a_later_last_day_extends_and_every_language_follows(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 4)))
    await publish_edition("draft", contents.draft(consultation=window(-3, 4)), document_id=document, lang="en")
    longer = window(-3, 11)
    await publish_edition("draft", contents.draft(consultation=longer), document_id=document)

    assert await entries(client) == [("announced", "announced"), ("opened", "open"), ("extended", "open")]
    opens, closes = midnight(today() - timedelta(3)), midnight(today() + timedelta(12))
    assert await columns(database, document) == [
        ("vi", False, "open", opens, midnight(today() + timedelta(5))),  # as it was when it was replaced
        ("en", True, "open", opens, closes),
        ("vi", True, "open", opens, closes),
    ]
    async with database.read() as connection:
        query = text("SELECT position, lang, edition, draft_version FROM consultation_draft ORDER BY position")
        assert [tuple(row) for row in await connection.execute(query)] == [
            (1, "vi", 1, 2),
            (2, "en", 1, 2),
            (3, "vi", 2, 2),
        ]


async def test_an_import_that_states_an_earlier_day_is_kept_and_the_announced_window_stands(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 9)))
    before = await consultation_of(database, document)
    await publish_edition("draft", contents.draft(consultation=window(-3, 2)), document_id=document)

    after = await consultation_of(database, document)
    assert after.closes_at == before.closes_at
    shown = (await client.get(f"/api/v1/drafts/{document}")).json()
    assert shown["consultation"]["closes_on"] == str(today() + timedelta(2))
    assert shown["now"]["consultation"]["closes_at"] == format_rfc3339(before.closes_at)
    assert [event for event, _ in await entries(client)] == ["announced", "opened"]


async def test_an_editor_who_writes_an_earlier_day_is_told_so_at_every_step(chief: Editor, database: Database) -> None:
    document = str((await chief.create("draft", high_impact=False, consultation=window(-3, 9))).json()["id"])
    for verb in ("submit", "approve", "publish"):
        await chief.done(document, verb)
    shorter = {"content": contents.draft(high_impact=False, consultation=window(-3, 8)), "update_type": "minor"}
    version = (await chief.done(document, "edition", shorter))["version"]
    before = await changes(chief.client, "document", "consultation")

    refused = await chief.do(document, "submit", version)

    assert (refused.status_code, refused.json()["code"]) == (422, "consultation_shortened")
    assert refused.json()["field"] == "content.consultation.closes_on"
    assert refused.json()["expected"] == f"{today() + timedelta(9)} or later"
    assert (await chief.read(document))["version"] == version
    for state, verb in (("in_review", "approve"), ("approved", "publish")):
        async with database.write() as session:
            await session.execute(text("UPDATE edition SET state = :s WHERE state <> 'published'"), {"s": state})
        assert (await chief.do(document, verb, version)).json()["code"] == "consultation_shortened"
    assert await changes(chief.client, "document", "consultation") == before

    async with database.write() as session:
        await session.execute(text("UPDATE edition SET state = 'drafting' WHERE state <> 'published'"))
    longer = {"content": contents.draft(high_impact=False, consultation=window(-3, 12)), "update_type": "minor"}
    for verb, body in (("edition", longer), ("submit", None), ("approve", None), ("publish", None)):
        await chief.done(document, verb, body)
    assert (await entries(chief.client))[-1] == ("extended", "open")


async def test_an_edition_without_the_window_is_refused_and_one_of_an_import_leaves_it(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(high_impact=False, consultation=window(-3, 9)))
    bare = contents.draft(high_impact=False, consultation=None)
    version = (await chief.done(str(document), "edition", {"content": bare, "update_type": "minor"}))["version"]
    refused = await chief.do(str(document), "submit", version)
    assert (refused.status_code, refused.json()["code"]) == (422, "consultation_shortened")
    await chief.done(str(document), "discard")

    await publish_edition("draft", bare, document_id=document)

    end = midnight(today() + timedelta(10))
    shown = (await chief.client.get(f"/api/v1/drafts/{document}")).json()
    assert (shown["consultation"], shown["now"]["consultation"]["closes_at"]) == (None, format_rfc3339(end))
    page = (await chief.client.get(f"/d/{document}", headers={"accept": "text/html"})).text
    for text_ in (page, (await chief.client.get("/", headers={"accept": "text/html"})).text):
        assert str(today() + timedelta(9)) in text_ or f"{today() + timedelta(9):%d/%m/%Y}" in text_
    calendar = (await chief.client.get("/feeds/consultations.ics")).text
    assert "STATUS:CONFIRMED" in calendar
    assert (await chief.client.get("/health/ready")).json()["alarms"].get("views_broken", 0) == 0


async def test_days_older_than_an_extension_are_no_shortening(chief: Editor, database: Database) -> None:
    content = contents.draft(high_impact=False, consultation=window(-3, 9))
    document = str((await chief.create("draft", **content)).json()["id"])
    for verb in ("submit", "approve", "publish"):
        await chief.done(document, verb)
    async with database.write() as session:
        later = {
            "closes_at": midnight(today() + timedelta(30)),
            "announced_closes_at": midnight(today() + timedelta(30)),
        }
        await session.execute(CONSULTATION.update().values(**later))

    corrected = {"content": content | {"title": "Dự thảo sửa lỗi chính tả"}, "update_type": "minor"}
    for verb, body in (("edition", corrected), ("submit", None), ("approve", None), ("publish", None)):
        await chief.done(document, verb, body)

    assert (await consultation_of(database, document)).closes_at == midnight(today() + timedelta(30))
    assert (await columns(database, document))[-1][4] == midnight(today() + timedelta(30))


async def test_a_withdrawal_and_its_end_leave_the_consultation_as_it_is(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-3, 9)))
    before = await consultation_of(database, document)
    async with database.write() as session:
        await withdraw(session, (await lock_documents(session, [document]))[document], reason="Rà soát")
    await chief.done(str(document), "restore")

    assert await consultation_of(database, document) == before
    assert len(await entries(chief.client)) == 2
    assert len({row[2:] for row in await columns(database, document)}) == 1


async def test_history_keeps_the_window_that_a_text_had_when_it_was_replaced(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(title="Cũ", consultation=window(-9, -2)))
    between = now()
    await asyncio.sleep(0.05)
    await publish_edition("draft", contents.draft(title="Mới", consultation=window(-9, 6)), document_id=document)

    assert [event for event, _ in await entries(client)] == ["announced", "closed", "extended"]
    for state, titles in (("open", []), ("closed", ["Cũ"])):
        asked = {"as_of": between.isoformat(), "consultation": state}
        listed = (await client.get("/api/v1/drafts", params=asked)).json()["items"]
        assert [item["title"] for item in listed] == titles
    [item] = (await client.get("/api/v1/drafts?consultation=open")).json()["items"]
    assert (item["title"], item["now"]["consultation"]["stage"]) == ("Mới", "open")
