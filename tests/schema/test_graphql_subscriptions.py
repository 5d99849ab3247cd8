"""The subscription `changes` over both transports, against a real server."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import orjson
import pytest
import websockets
from websockets import Subprotocol

from hub.settings import Settings
from tests.support import contents
from tests.support.served import Served, serving_here, stream
from tests.support.servers import Publish

QUERY = """subscription Followed($after: Position, $topic: [String!]) {
  changes(after: $after, topic: $topic, kind: [policy, bulletin]) {
    seq event id position view { seq item { title ... on Policy { number } } } } }"""

PROTOCOL = Subprotocol("graphql-transport-ws")


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[Served]:
    async with serving_here(settings, max_streams_per_address=3) as served:
        yield served


def by_sse(query: str, **variables: object) -> str:
    return "/graphql?" + urlencode({"query": query, "variables": orjson.dumps(variables).decode()})


class Socket:
    """A client of graphql-transport-ws."""

    def __init__(self, connection: websockets.ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: object) -> None:
        await self.connection.send(orjson.dumps(message).decode())

    async def hear(self) -> dict[str, Any]:
        frame = await self.connection.recv()
        assert isinstance(frame, str), "clients of GraphQL read text frames alone"
        message: dict[str, Any] = orjson.loads(frame)
        return message

    async def subscribe(self, name: str, query: str, **variables: object) -> None:
        await self.say(id=name, type="subscribe", payload={"query": query, "variables": variables})


@pytest.fixture
async def socket(hub: Served) -> AsyncIterator[Socket]:
    address = f"ws://{hub.host}:{hub.port}/graphql"
    async with websockets.connect(address, subprotocols=[PROTOCOL]) as connection:
        client = Socket(connection)
        await client.say(type="connection_init")
        assert (await client.hear())["type"] == "connection_ack"
        yield client


@pytest.mark.parametrize("payload", ["[" * 100 + "]" * 100, '"' + "x" * 300_000 + '"'], ids=["deep", "huge"])
async def test_a_message_beyond_the_limits_of_a_request_ends_the_socket(socket: Socket, payload: str) -> None:
    await socket.connection.send(f'{{"type": "ping", "payload": {payload}}}')

    with pytest.raises(websockets.ConnectionClosed) as closed:
        await socket.hear()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4400


async def test_an_invalid_subscription_is_one_error_with_its_code(hub: Served, socket: Socket) -> None:
    for name, variables, code in (
        ("foreign", {"after": f"{uuid4()}:0"}, "resync"),
        ("ahead", {"after": 9}, "resync"),
        ("damaged", {"after": "x"}, "invalid_input"),
        ("unknown", {"topic": ["khong-co"]}, "unknown_reference"),
    ):
        await socket.subscribe(name, QUERY, **variables)
        said = await socket.hear()
        payload = said["payload"]
        errors = payload["errors"] if said["type"] == "next" else payload
        assert errors[0]["extensions"]["code"] == code, said
        if said["type"] == "next":
            assert (await socket.hear())["type"] == "complete"
        async with stream(hub, by_sse(QUERY, **variables)) as source:
            (event,) = await source.take(1)
            assert (event.name, event.json()["errors"][0]["extensions"]["code"]) == ("next", code)


async def test_a_socket_answers_no_query_and_no_mutation(socket: Socket) -> None:
    for name, query in (("query", "{ hub { version } }"), ("mutation", "mutation { withdraw { ok } }")):
        await socket.subscribe(name, query)
        said = await socket.hear()
        assert (said["type"], said["id"]) == ("error", name)


async def test_a_fourth_stream_of_an_address_is_refused(hub: Served, socket: Socket, publish_edition: Publish) -> None:
    await publish_edition("policy", contents.policy())
    await socket.subscribe("one", QUERY, after=0)
    assert (await socket.hear())["type"] == "next"
    async with stream(hub, by_sse(QUERY, after=0)) as third, stream(hub, by_sse(QUERY, after=0)) as fourth:
        assert (await third.take(1))[0].json()["data"]
        (event,) = await fourth.take(1)
        assert event.json()["errors"][0]["extensions"]["code"] == "too_many_streams"
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(f"ws://{hub.host}:{hub.port}/graphql", subprotocols=[PROTOCOL])
        assert refused.value.response.status_code == 429
        [error] = orjson.loads(refused.value.response.body or b"")["errors"]
        assert error["extensions"]["code"] == "too_many_streams"


async def test_both_transports_send_the_same_changes_in_order(
    hub: Served, socket: Socket, publish_edition: Publish
) -> None:
    first = await publish_edition("policy", contents.policy(topics=["moi-truong"]))
    await publish_edition("draft", contents.quiet_draft(topics=["moi-truong"]))
    await socket.subscribe("live", QUERY, after=0, topic=["moi-truong"])
    async with stream(hub, by_sse(QUERY, after=0, topic=["moi-truong"])) as source:
        heard = [(await socket.hear())["payload"]["data"]["changes"]]
        events = await source.take(1)
        await publish_edition("policy", contents.policy(topics=["truyen-thong"]), document_id=first)
        await publish_edition("bulletin", contents.bulletin(topics=["moi-truong"]))
        heard += [(await socket.hear())["payload"]["data"]["changes"] for _ in range(2)]
        events += await source.take(2)
    await socket.say(id="live", type="complete")

    assert [(change["seq"], change["event"]) for change in heard] == [(1, "published"), (3, "left"), (4, "published")]
    assert [event.json()["data"]["changes"] for event in events] == heard
    assert heard[0]["view"] == {"seq": 1, "item": {"title": contents.policy()["title"], "number": "17/KH-UBND"}}
    assert (heard[1]["view"], heard[2]["view"]["item"]["title"]) == (None, contents.bulletin()["title"])
    await socket.subscribe("again", QUERY, after=heard[1]["position"])
    assert (await socket.hear())["payload"]["data"]["changes"]["seq"] == 4


async def test_a_stopping_hub_cuts_subscriptions_and_never_says_that_they_are_complete(
    hub: Served, socket: Socket, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())
    await socket.subscribe("live", QUERY, after=0)
    assert (await socket.hear())["type"] == "next"
    async with stream(hub, by_sse(QUERY, after=0)) as source:
        assert [event.name for event in await source.take(1)] == ["next"]
        assert hub.app is not None
        hub.app.state.hub.log_tail.end_streams()
        assert [event.name async for event in source.events()] == []
    with pytest.raises(websockets.ConnectionClosed) as closed:
        await socket.hear()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
