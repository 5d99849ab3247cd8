"""A hub restored from a backup: an app, a browser, a webhook receiver and a WebSub subscriber learn of it or are not
disturbed, and nothing is sent until it is released."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser
from pydantic import SecretStr

from hub.auth.keys import create_key
from hub.db import Database
from hub.embedded.net import choose_port
from hub.settings import Settings
from tests.support.editors import ALL
from tests.support.forks import publish_policies
from tests.support.receiver import Got, Receiver, Says, receiver
from tests.support.restores import answering, dump, restored, whole_hub
from tests.support.waiting import eventually
from tests.support.webhooks import Manager

pytestmark = pytest.mark.browser

LISTEN = """<script>
  window.heard = [];
  const live = new EventSource("%s/api/v1/events");
  live.onopen = () => heard.push("open");
  live.onmessage = ({data}) => heard.push(JSON.parse(data).seq);
  live.addEventListener("resync", ({data}) => heard.push(JSON.parse(data).code));
</script>"""


def confirm(got: Got) -> Says:
    """A receiver that confirms WebSub subscriptions and takes everything."""
    return Says(200, got.query["hub.challenge"].encode()) if got.method == "GET" else Says()


@pytest.fixture
async def client(settings: Settings, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of whatever hub runs on the port of this test."""
    port = choose_port(tmp_path / "port")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as opened:
        yield opened


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver(confirm) as made:
        yield made


@pytest.fixture
async def subscriber() -> AsyncIterator[Receiver]:
    async with receiver(confirm) as made:
        yield made


def run_command(settings: Settings, *words: str) -> str:
    """The output of a command of the restored hub."""
    env = os.environ | {"HUB_DATABASE_URL": settings.require_database_url(), "HUB_DATA": str(settings.data)}
    done = subprocess.run([sys.executable, "-m", "hub", *words], env=env, capture_output=True, text=True)
    return done.stdout + done.stderr


def titles(receiver: Receiver) -> list[str]:
    """The titles in the webhook messages, in order; the type of a message without one."""
    bodies = [got.json() for got in receiver.got]
    return [body["data"]["view"]["item"]["title"] if body["data"].get("view") else body["type"] for body in bodies]


def contents_of(receiver: Receiver) -> list[str]:
    return [got.body.decode() for got in receiver.got if got.method == "POST"]


async def begin(settings: Settings, client: httpx.AsyncClient, hook: Receiver, subscriber: Receiver) -> None:
    """Three policies, a webhook and a WebSub subscriber that have the last of them."""
    database = Database(settings)
    await publish_policies(database, "Kế hoạch một", "Kế hoạch hai")
    async with database.write() as session:
        key = (await create_key(session, agency="ubnd-hue", scopes=ALL, label=""))[1]
    manager = Manager(client, key)
    endpoint = await manager.make(hook)
    topic = f"{client.base_url}/feeds/policies.json"
    form = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": subscriber.url}
    assert (await client.post("/websub", data=form)).status_code == 202
    await eventually(lambda: asyncio.sleep(0, subscriber.got))
    await publish_policies(database, "Kế hoạch ba")
    await database.dispose()

    async def all_delivered() -> bool:
        found = await manager.get(endpoint)
        return bool(found["position"] == 3 and not found["waiting"])

    await eventually(all_delivered)
    assert titles(hook) == ["Kế hoạch ba"]
    await eventually(lambda: asyncio.sleep(0, any("Kế hoạch ba" in body for body in contents_of(subscriber))))


@pytest.mark.parametrize(
    "how",
    [
        "database beside its folder",
        pytest.param("copied folder", marks=pytest.mark.full),
        pytest.param("moved without its folder", marks=pytest.mark.full),
    ],
)
async def test_everybody_learns_of_a_restore_and_nothing_is_sent_until_released(
    settings: Settings,
    client: httpx.AsyncClient,
    hook: Receiver,
    subscriber: Receiver,
    chromium: Browser,
    website: Any,
    tmp_path: Path,
    how: str,
) -> None:
    port = client.base_url.port
    data = tmp_path / "data"
    data.mkdir()
    running = settings.model_copy(update={"data": data, "port": port})
    page = await chromium.new_page()
    async with AsyncExitStack() as stack:
        with whole_hub(running):
            await answering(client)
            await begin(running, client, hook, subscriber)
            kept = (await client.get("/api/v1/changes")).json()["next"]
            dump(running.require_database_url(), tmp_path / "backup.dump")
            shutil.copytree(data, tmp_path / "backup")
            await page.goto(website.put(LISTEN % str(client.base_url).rstrip("/")))
            await eventually(lambda: page.evaluate("heard.length === 1"))
            database = Database(running)
            await publish_policies(database, "Sẽ mất")
            await database.dispose()
            await eventually(lambda: asyncio.sleep(0, titles(hook)[-1:] == ["Sẽ mất"]))
            await eventually(lambda: asyncio.sleep(0, any("Sẽ mất" in body for body in contents_of(subscriber))))
            await eventually(lambda: page.evaluate("heard.includes(4)"))
            lost = (await client.get("/api/v1/changes")).json()["next"]

        url = await stack.enter_async_context(restored(running.require_database_url(), tmp_path / "backup.dump"))
        folder = {"copied folder": tmp_path / "backup", "moved without its folder": tmp_path / "empty"}.get(how, data)
        again = running.model_copy(update={"database_url": SecretStr(url), "data": folder})
        had = (len(hook.got), len(contents_of(subscriber)))
        database = Database(again)
        await publish_policies(database, "Bản khác", "Bản khác nữa")
        await database.dispose()
        with whole_hub(again):
            await answering(client)

            async def held() -> bool:
                ready = (await client.get("/health/ready")).json()
                followed = all(ready["followers"].get(name) == 0 for name in ("webhooks", "websub"))
                return followed and "hub sending release" in ready.get("sending_held", "")

            await eventually(held)
            assert "PROBLEM: held" in await asyncio.to_thread(run_command, again, "doctor")
            answer = await client.get("/api/v1/changes", params={"after": lost})
            assert (answer.status_code, answer.json()["code"]) == (409, "resync")
            page_of_kept = (await client.get("/api/v1/changes", params={"after": kept})).json()
            assert [item["seq"] for item in page_of_kept["items"]] == [4, 5]
            await eventually(lambda: page.evaluate("heard.includes('resync')"))
            assert (len(hook.got), len(contents_of(subscriber))) == had, "nothing is sent while it is held"

            reason = "restored from the backup"
            assert "1 webhooks will be told" in await asyncio.to_thread(
                run_command, again, "epoch", "begin", "--reason", reason
            )
            assert "Sending is allowed" in await asyncio.to_thread(run_command, again, "sending", "release")
            await eventually(lambda: asyncio.sleep(0, len(hook.got) >= had[0] + 3))
            assert titles(hook)[had[0] :] == ["hub.resync", "Bản khác", "Bản khác nữa"]
            assert len({got.id for got in hook.got}) == len(hook.got), "no message is taken for a lost one"
            await eventually(lambda: asyncio.sleep(0, len(contents_of(subscriber)) > had[1]))
            assert "Bản khác nữa" in contents_of(subscriber)[-1]
            assert "Sẽ mất" not in contents_of(subscriber)[-1]
            database = Database(again)
            await publish_policies(database, "Sau đó")
            await database.dispose()
            await eventually(lambda: page.evaluate("heard.at(-1) === 6"))
            assert "sending_held" not in (await client.get("/health/ready")).json()
    await page.close()
