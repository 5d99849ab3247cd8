"""Receipts, and what people decide about items: who may see and do what, and what is on record."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import select

from hub.app import create_app
from hub.channels.alerts import read_channel_alarms, read_channel_figures
from hub.channels.port import ChannelReply, ReplyKind
from hub.channels.registry import ChannelRegistration
from hub.channels.rows import COPY, ITEM, SWITCH
from hub.db import Database
from hub.manage.audit_trail import AUDIT
from hub.settings import Settings
from tests.hub.channels.conftest import Desk
from tests.support import contents
from tests.support.asgi import running
from tests.support.channel_stand_in import registered
from tests.support.editors import Editor, key
from tests.support.servers import Publish


@pytest.fixture
async def client(settings: Settings, push_desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """An app that knows the stand-in, which cannot be asked."""
    known = ChannelRegistration(push_desk.channel.name, lambda _: push_desk.channel)
    async with running(create_app(settings)) as opened:
        with registered(known, settings, push_desk.database):  # the app has built those of the hub
            yield opened


async def doubtful(desk: Desk, publish_edition: Publish) -> tuple[str, int]:
    """A bulletin whose push nobody knows of, and its item."""
    desk.channel.script = lambda _: ChannelReply(ReplyKind.unknown, words="502 Bad Gateway")
    bulletin = contents.bulletin(title="Xả lũ hồ Tả Trạch", channels=["hue_s", "radio"], priority="urgent")
    document = await publish_edition("bulletin", bulletin)
    await desk.serve()
    desk.channel.script = lambda _: None
    item = next(item for item in await desk.items() if item.state == "unknown")
    return str(document), item.id


async def verbs(database: Database) -> list[str]:
    async with database.read() as connection:
        query = select(AUDIT.c.verb).where(AUDIT.c.verb.startswith("channel-")).order_by(AUDIT.c.id)
        return list((await connection.execute(query)).scalars())


async def test_receipts_tell_states_words_calls_and_promises_to_editors_of_the_agency(
    client: httpx.AsyncClient, push_desk: Desk, publish_edition: Publish
) -> None:
    document, _ = await doubtful(push_desk, publish_edition)
    path = f"/api/v1/manage/documents/{document}/receipts"
    assert (await client.get(path)).status_code == 401
    other = Editor(client, await key(push_desk.database, "so-y-te"))
    assert (await client.get(path, headers=other.headers)).status_code == 403
    mine = Editor(client, await key(push_desk.database, "ubnd-hue", "read:working"))
    answer = await client.get(path, headers=mine.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = {item["channel"]: item for item in answer.json()["items"]}
    assert {name: item["state"] for name, item in found.items()} == {
        "hue_s": "listed",
        "hue_s_push": "unknown",
        "radio": "not_connected",
    }
    push = found["hue_s_push"]
    assert (push["words"], push["promised_minutes"], push["is_promise_kept"], push["attempts"]) == (
        "502 Bad Gateway",
        2,
        None,
        1,
    )
    assert [(call["step"], call["outcome"]) for call in push["calls"]] == [("publish", "unknown")]
    query = f'{{ manage {{ receipts(id: "{document}") {{ items {{ channel state calls {{ outcome }} }} }} }} }}'
    graphql = await client.post("/graphql", json={"query": query}, headers=mine.headers)
    states = {item["channel"]: item["state"] for item in graphql.json()["data"]["manage"]["receipts"]["items"]}
    assert states == {"hue_s": "listed", "hue_s_push": "unknown", "radio": "not_connected"}


async def test_what_nobody_knows_is_resolved_by_a_person_on_record_and_never_by_the_machine(
    client: httpx.AsyncClient, push_desk: Desk, publish_edition: Publish
) -> None:
    document, item = await doubtful(push_desk, publish_edition)
    path = f"/api/v1/manage/channels/hue_s_push/items/{item}"
    reader = Editor(client, await key(push_desk.database, "ubnd-hue", "read:working", "write"))
    editor = Editor(client, await key(push_desk.database, "ubnd-hue", "publish", "read:working"))
    body = {"verdict": "arrived", "reason": "Tổng đài Hue-S xác nhận."}
    refused = await client.post(f"{path}/resolve", json=body, headers=reader.headers)
    assert refused.status_code == 403
    wrong = await client.post(f"{path}/resolve", json=body | {"send_again": True}, headers=editor.headers)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "body.send_again")
    assert (await client.post(f"{path}/retry", headers=editor.headers)).status_code == 409
    other = f"/api/v1/manage/channels/zalo/items/{item}/resolve"
    assert (await client.post(other, json=body, headers=editor.headers)).status_code == 404
    assert "unknown" in await push_desk.states()
    assert await verbs(push_desk.database) == ["channel-on"]
    answer = await client.post(f"{path}/resolve", json=body, headers=editor.headers)
    assert (answer.status_code, answer.json()["state"]) == (200, "live"), answer.text
    assert answer.json()["resolution"] == "Tổng đài Hue-S xác nhận."
    assert (await client.post(f"{path}/resolve", json=body, headers=editor.headers)).status_code == 409
    assert await verbs(push_desk.database) == ["channel-on", "channel-resolve"]
    async with push_desk.database.read() as connection:
        [copy] = (await connection.execute(select(COPY))).all()
    assert (str(copy.document_id), copy.state) == (document, "live")
    await push_desk.serve()
    assert len(push_desk.channel.calls) == 1


async def test_what_did_not_arrive_is_sent_again_when_a_person_says_so(
    client: httpx.AsyncClient, push_desk: Desk, publish_edition: Publish
) -> None:
    _, item = await doubtful(push_desk, publish_edition)
    editor = Editor(client, await key(push_desk.database))
    mutation = (
        f'mutation {{ resolveChannelItem(id: {item}, channel: "hue_s_push", verdict: not_arrived, sendAgain: true, '
        'reason: "Không máy nào nhận.") { ... on ReceiptItem { state } ... on Refusal { code detail } } }'
    )
    answer = await client.post("/graphql", json={"query": mutation}, headers=editor.headers)
    assert answer.json()["data"]["resolveChannelItem"] == {"state": "queued"}, answer.text
    await push_desk.serve()
    assert sorted(await push_desk.states()) == ["live", "not_connected"]
    assert push_desk.channel.seen == ["Xả lũ hồ Tả Trạch"]


async def test_a_failed_item_is_tried_again_with_the_text_as_it_is_now(
    client: httpx.AsyncClient, push_desk: Desk, publish_edition: Publish
) -> None:
    push_desk.channel.script = lambda _: ChannelReply(ReplyKind.failed, words="400 INVALID_ARGUMENT")
    await publish_edition("bulletin", contents.bulletin(title="Tin lỗi", channels=["hue_s_push"]))
    await push_desk.serve()
    [item] = await push_desk.items()
    assert (item.state, item.words) == ("failed", "400 INVALID_ARGUMENT")
    push_desk.channel.script = lambda _: None
    editor = Editor(client, await key(push_desk.database))
    answer = await client.post(f"/api/v1/manage/channels/hue_s_push/items/{item.id}/retry", headers=editor.headers)
    assert (answer.status_code, answer.json()["state"]) == (200, "queued"), answer.text
    await push_desk.serve()
    assert await push_desk.states() == ["live"]
    assert await verbs(push_desk.database) == ["channel-on", "channel-retry"]


async def test_switches_belong_to_keys_of_the_province(client: httpx.AsyncClient, push_desk: Desk) -> None:
    department = Editor(client, await key(push_desk.database, "so-y-te"))
    province = Editor(client, await key(push_desk.database, "ubnd-hue"))
    path = "/api/v1/manage/channels"
    pause = {"reason": "Cổng nhận bảo trì"}
    for editor, channel, verb, status in (
        (department, "hue_s_push", "off", 403),
        (province, "fax", "on", 404),
        (province, "hue_s_push", "resume", 200),
    ):
        answer = await client.post(f"{path}/{channel}/{verb}", headers=editor.headers)
        assert answer.status_code == status, answer.text
    async with push_desk.database.read() as connection:
        [switch] = (await connection.execute(select(SWITCH))).all()
    assert (switch.is_on, switch.paused_at, switch.changed_by) == (True, None, "operator")
    paused = await client.post(f"{path}/hue_s_push/pause", json=pause, headers=province.headers)
    assert paused.json()["paused_reason"] == "Cổng nhận bảo trì"
    off = await client.post(f"{path}/hue_s_push/off", headers=province.headers)
    assert (off.json()["is_on"], off.json()["paused_reason"]) == (False, None)
    assert (await client.post(f"{path}/hue_s_push/pause", json=pause, headers=province.headers)).status_code == 409
    listed = (await client.get(path, headers=department.headers)).json()["items"]
    assert {each["channel"]: each["is_on"] for each in listed}["hue_s_push"] is False
    promises = (await client.get(f"{path}/promises", headers=department.headers)).json()["items"]
    assert {"channel": "hue_s_push", "priority": "urgent", "minutes": 2} in promises


async def test_a_text_that_does_not_fit_is_refused_where_somebody_can_shorten_it(
    client: httpx.AsyncClient, push_desk: Desk
) -> None:
    editor = Editor(client, await key(push_desk.database))
    title = "Cảnh báo rất dài dòng " * 4
    made = await editor.create("bulletin", title=title.strip(), channels=["web", "hue_s_push"])
    document = made.json()["id"]
    refused = await editor.do(document, "submit", 1)
    assert (refused.status_code, refused.json()["code"]) == (422, "channel_limit"), refused.text
    [error] = refused.json()["errors"]
    assert error == {
        "channel": "hue_s_push",
        "field": "content.title",
        "code": "too_long",
        "limit": 60,
        "actual": 87,
        "detail": "the title has 87 characters, at most 60 are right",
    }
    assert (await editor.read(document))["working"][0]["state"] == "drafting"
    shorter = contents.bulletin(title=title.strip(), channels=["web"])
    await editor.do(document, "edition", 1, {"lang": "vi", "content": shorter})
    assert (await editor.do(document, "submit", 2)).status_code == 200


async def test_the_alarm_sounds_if_and_only_if_work_waits_and_nothing_succeeds(
    push_desk: Desk, publish_edition: Publish
) -> None:
    async def alarms() -> dict[str, int]:
        async with push_desk.database.read() as connection:
            return await read_channel_alarms(connection)

    async def age(**values: object) -> None:
        async with push_desk.database.write() as session:
            await session.execute(ITEM.update().values(**values))

    assert await alarms() == {"channels_silent": 0, "channel_items_unknown": 0, "channel_items_failed": 0}
    await publish_edition("bulletin", contents.bulletin(title="Tin chờ", channels=["hue_s_push"]))
    assert (await alarms())["channels_silent"] == 0, "it has only just come"
    [item] = await push_desk.items()
    old = item.made_at.replace(year=item.made_at.year - 1)
    await age(made_at=old)
    assert (await alarms())["channels_silent"] == 1
    async with push_desk.database.read() as connection:
        [figure] = await read_channel_figures(connection)
    assert (figure.channel, figure.state, figure.items) == ("hue_s_push", "queued", 1)
    assert figure.oldest_seconds > 3e7
    await age(state="held", hold="quiet_hours")
    assert (await alarms())["channels_silent"] == 0, "held is not broken"
    await age(state="queued", hold=None)
    await push_desk.serve()
    await publish_edition("bulletin", contents.bulletin(title="Tin sau", channels=["hue_s_push"]))
    assert (await alarms())["channels_silent"] == 0, "something has just succeeded"
    await age(state="unknown")
    assert (await alarms())["channel_items_unknown"] == 2
