"""The servers in the guides: a receiver of webhooks and a gateway for push messages, as they stand there."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from hub.guides.catalogue import read_markdown

BODY = '{"type":"policy.published","data":{"id":"6f0c"}}'
PUSH = '{"message":{"notification":{"title":"L\u0169"},"data":{"id":"msg_1","action":"publish"}}}'


def load_program(name: str) -> dict[str, Any]:
    """Run the one Python block of a guide; returns its names."""
    [code] = re.findall(r"^```python\n(.*?)^```$", read_markdown(name, "en"), re.DOTALL | re.MULTILINE)
    found: dict[str, Any] = {"__name__": "guide"}
    exec(compile(code, name, "exec", dont_inherit=True), found)  # noqa: S102 - the guide's own example
    return found


def sign(webhook: Webhook, body: str, id_: str = "msg_1") -> dict[str, str]:
    now = datetime.now(UTC)
    signature = webhook.sign(id_, now, body)
    return {"webhook-id": id_, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}


async def test_the_receiver_takes_what_is_signed_once_and_refuses_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    program = load_program("webhooks")
    transport = httpx.ASGITransport(program["app"])
    async with httpx.AsyncClient(transport=transport, base_url="http://site.test") as client:
        headers = sign(program["webhook"], BODY)
        forged = await client.post("/hub", content=BODY + " ", headers=headers)
        assert (forged.status_code, capsys.readouterr().out) == (401, "")
        for _ in range(2):
            assert (await client.post("/hub", content=BODY, headers=headers)).status_code == 204

    assert capsys.readouterr().out == "policy.published 6f0c\n"


@pytest.fixture
def gateway() -> Iterator[tuple[dict[str, Any], str]]:
    program = load_program("push")
    server = HTTPServer(("127.0.0.1", 0), program["Gateway"])
    program["Gateway"].log_message = lambda *_: None
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield program, f"http://127.0.0.1:{server.server_port}/push"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_gateway_takes_a_signed_message_and_refuses_another(gateway: tuple[dict[str, Any], str]) -> None:
    program, url = gateway
    headers = sign(program["webhook"], PUSH)

    forged = httpx.post(url, content=PUSH.replace("msg_1", "msg_2"), headers=headers)
    taken = httpx.post(url, content=PUSH, headers=headers)

    assert (forged.status_code, forged.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    assert (taken.status_code, taken.json()) == (200, {"name": "msg_1"})
