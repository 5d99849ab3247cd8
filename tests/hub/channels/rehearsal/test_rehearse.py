"""Rehearsals: every channel's exact payload for a working edition, with nothing written and nothing sent."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from hub.app import create_app
from hub.channels.queue import ChannelQueue
from hub.channels.registry import find_built
from hub.channels.rows import CALL, ITEM
from hub.channels.switches import OPERATOR, switch_on
from hub.db import Database
from hub.settings import Settings
from tests.support.asgi import running
from tests.support.database_digest import DatabaseDigest
from tests.support.editors import Editor, key
from tests.support.push_gateway import SECRET, PushGateway, push_gateway

FLOOD: dict[str, Any] = {"title": "Lũ lên báo động 3", "priority": "urgent", "channels": ["hue_s"]}


@pytest.fixture
async def gateway() -> AsyncIterator[PushGateway]:
    async with push_gateway() as made:
        yield made


@pytest.fixture
def settings(settings: Settings, gateway: PushGateway) -> Settings:
    change = {
        "public_url": "https://hub.example.vn",
        "hue_s_push_url": gateway.url,
        "hue_s_push_secret": SecretStr(SECRET),
        "outgoing_private_hosts": ("127.0.0.1",),
    }
    return settings.model_copy(update=change)


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    # The base is that of the setting: other hosts are refused.
    async with running(create_app(settings)) as opened:
        opened.base_url = httpx.URL("https://hub.example.vn")
        yield opened


@pytest.fixture
async def editor(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database))


async def rehearsed(editor: Editor, document: str, n: int = 1, body: Any = None) -> dict[str, Any]:
    path = f"/api/v1/manage/documents/{document}/editions/vi/{n}/rehearse"
    answer = await editor.client.post(path, json=body, headers=editor.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def of(found: dict[str, Any], channel: str) -> dict[str, Any]:
    return next(each for each in found["channels"] if each["channel"] == channel)


async def test_what_is_rehearsed_is_what_is_sent_and_nothing_is_written_or_sent_before(
    client: httpx.AsyncClient, database: Database, settings: Settings, editor: Editor, gateway: PushGateway
) -> None:
    async with database.write() as session:
        await switch_on(session, "hue_s_push", OPERATOR)
    document = (await editor.create("bulletin", **FLOOD)).json()["id"]
    state = await DatabaseDigest.open(settings.require_database_url())
    before = await state.take()
    found = await rehearsed(editor, document)
    drill = await rehearsed(editor, document, body={"is_exercise": True})
    assert await state.take() == before
    await state.connection.close()
    assert gateway.requests == 0

    push = of(found, "hue_s_push")
    assert (push["is_on"], push["action"], push["misfits"]) == (True, "publish", [])
    assert push["promised_minutes"] == 2
    assert push["promised_by"] > found["at"]
    assert any("of 2,048 bytes" in note for note in push["notes"])
    title = of(drill, "hue_s_push")["payload"]["message"]["notification"]["title"]
    assert title == "[DIỄN TẬP] Lũ lên báo động 3"
    cap = of(found, "cap")
    assert (cap["is_on"], cap["action"], cap["payload"]) == (False, None, None)

    for verb in ("submit", "approve", "publish"):
        await editor.done(document, verb, {"lang": "vi"})
    channel = find_built("hue_s_push")
    assert channel is not None
    await ChannelQueue(database, settings, {"hue_s_push": channel}).serve("hue_s_push")
    [sent] = gateway.messages
    expected = push["payload"]["message"]
    timed = {"id", "sent_at", "valid_until"}
    assert sent["notification"] == expected["notification"]
    assert {n: v for n, v in sent["data"].items() if n not in timed} == {
        n: v for n, v in expected["data"].items() if n not in timed
    }


async def test_misfits_and_the_action_of_a_correction_are_shown(
    client: httpx.AsyncClient, database: Database, editor: Editor
) -> None:
    ended = FLOOD | {"valid_until": "2026-01-01T08:00:00+07:00"}
    document = (await editor.create("bulletin", **ended)).json()["id"]
    push = of(await rehearsed(editor, document), "hue_s_push")
    assert [misfit["code"] for misfit in push["misfits"]] == ["expired"]
    assert push["payload"] is not None
    plain = (await editor.create("bulletin", channels=["web"], priority="high")).json()["id"]
    unnamed = of(await rehearsed(editor, plain), "hue_s_push")
    assert (unnamed["action"], unnamed["promised_minutes"]) == (None, None)
    assert (unnamed["payload"], unnamed["misfits"], unnamed["notes"]) == (None, [], [])


async def test_limits_and_notes_are_told_in_the_language_of_the_editor(
    client: httpx.AsyncClient, editor: Editor
) -> None:
    ended = FLOOD | {"valid_until": "2026-01-01T08:00:00+07:00"}
    document = (await editor.create("bulletin", **ended)).json()["id"]
    headers = editor.headers | {"accept-language": "vi-VN"}
    rehearsal = await client.post(f"/api/v1/manage/documents/{document}/editions/vi/1/rehearse", headers=headers)
    push, email = (of(rehearsal.json(), name) for name in ("hue_s_push", "email"))
    [misfit] = push["misfits"]
    assert (misfit["code"], misfit["detail"]) == ("expired", "`valid_until` phải sau thời điểm công bố.")
    assert any("trên 2.048 byte" in note for note in push["notes"])
    assert "không được tổng duyệt" in email["notes"][0]
    assert rehearsal.headers["vary"] == "Accept-Language"

    query = """query ($id: ID!) { manage { rehearsal(id: $id, edition: 1) {
      channels { channel misfits { code detail } } } } }"""
    answer = await client.post("/graphql", json={"query": query, "variables": {"id": document}}, headers=headers)
    channels = answer.json()["data"]["manage"]["rehearsal"]["channels"]
    assert next(each for each in channels if each["channel"] == "hue_s_push")["misfits"] == [
        {"code": misfit["code"], "detail": misfit["detail"]}
    ]


async def test_mails_are_not_rehearsed_and_a_note_says_so(editor: Editor) -> None:
    document = (await editor.create("bulletin", **FLOOD)).json()["id"]
    email = of(await rehearsed(editor, document), "email")
    assert (email["action"], email["payload"]) == (None, None)
    [note] = email["notes"]
    assert "not rehearsed" in note


@pytest.mark.parametrize("odd", [0, "yes", "false", None])
async def test_an_exercise_is_true_or_false_and_nothing_that_could_be_read_as_one(
    client: httpx.AsyncClient, editor: Editor, odd: object
) -> None:
    document = (await editor.create("bulletin", **FLOOD)).json()["id"]
    path = f"/api/v1/manage/documents/{document}/editions/vi/1/rehearse"
    answer = await client.post(path, headers=editor.headers, json={"is_exercise": odd})
    assert (answer.status_code, answer.json()["field"], answer.json()["expected"]) == (
        422,
        "is_exercise",
        "true or false",
    )


async def test_only_who_may_read_the_working_edition_can_rehearse_it(
    client: httpx.AsyncClient, database: Database, editor: Editor
) -> None:
    document = (await editor.create("bulletin", **FLOOD)).json()["id"]
    path = f"/api/v1/manage/documents/{document}/editions/vi/1/rehearse"
    assert (await client.post(path)).status_code == 401
    stranger = Editor(client, await key(database, "so-y-te"))
    assert (await client.post(path, headers=stranger.headers)).status_code in (403, 404)
    for wrong in (path.replace("/vi/", "/en/"), path.replace("/1/", "/2/")):
        assert (await client.post(wrong, headers=editor.headers)).status_code == 404
    unknown = await client.post(path.replace("/vi/", "/fr/"), headers=editor.headers)
    assert (unknown.status_code, unknown.json()["field"], unknown.json()["expected"]) == (422, "lang", "vi or en")
    async with database.read() as connection:
        for table in (ITEM, CALL):
            assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 0


async def test_graphql_shows_the_same_as_rest(client: httpx.AsyncClient, editor: Editor) -> None:
    document = (await editor.create("bulletin", **FLOOD)).json()["id"]
    query = """query ($id: ID!) { manage { rehearsal(id: $id, edition: 1) {
      edition lang channels { channel isOn action payload promisedMinutes notes misfits { code } } } } }"""
    body = {"query": query, "variables": {"id": document}}
    answer = (await client.post("/graphql", json=body, headers=editor.headers)).json()
    assert "errors" not in answer, answer
    seen = {each["channel"]: each for each in answer["data"]["manage"]["rehearsal"]["channels"]}
    rest = of(await rehearsed(editor, document), "hue_s_push")
    mine = seen["hue_s_push"]
    assert mine["payload"]["message"]["notification"] == rest["payload"]["message"]["notification"]
    assert (mine["action"], mine["promisedMinutes"], mine["misfits"]) == ("publish", 2, [])
