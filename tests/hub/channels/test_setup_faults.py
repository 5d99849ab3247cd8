"""Faults of a channel's setup: said to operators, and never a reason to refuse an editor's text."""

from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from hub.channels.port import ItemState
from hub.channels.promises import is_promise_kept
from hub.channels.registry import find_built, list_setup_faults
from hub.channels.switches import OPERATOR, switch_on
from hub.db import Database
from hub.ops.checks import check_channels
from hub.settings import Settings
from hub.times import now
from tests.support.editors import Editor, key
from tests.support.push_gateway import SECRET


@pytest.mark.parametrize(
    ("url", "exempted", "expected"),
    [
        (None, (), ["HUB_HUE_S_PUSH_URL is not set."]),
        ("http://127.0.0.1:9100/push", (), ["must start with https://", "HUB_OUTGOING_PRIVATE_HOSTS"]),
        ("http://127.0.0.1:9100/push", ("127.0.0.1",), []),
        ("https://push.example.vn/hub", (), []),
    ],
)
def test_push_says_what_its_settings_lack(
    client: httpx.AsyncClient, settings: Settings, url: str | None, exempted: tuple[str, ...], expected: list[str]
) -> None:
    change = {"hue_s_push_url": url, "hue_s_push_secret": SecretStr(SECRET), "outgoing_private_hosts": exempted}
    found = list_setup_faults("hue_s_push", settings.model_copy(update=change))
    assert len(found) == bool(expected)
    assert all(part in found[0] for part in expected)
    assert SECRET not in str(found)


async def test_operators_learn_what_a_channel_lacks_that_is_on(
    client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    assert list_setup_faults("cap", settings) == []
    assert list_setup_faults("email", settings) == ["HUB_SMTP_URL is not set."]
    assert not [each for each in await check_channels(database, settings) if each.is_problem]
    async with database.write() as session:
        await switch_on(session, "zalo", OPERATOR)
    said = [each.text for each in await check_channels(database, settings) if each.is_problem]
    assert "HUB_ZALO_APP_ID is not set." in said
    assert any("HUB_ZALO_COVER_URL" in each for each in said)


async def test_a_fault_of_the_setup_refuses_no_text(client: httpx.AsyncClient, database: Database) -> None:
    editor = Editor(client, await key(database))
    async with database.write() as session:
        await switch_on(session, "zalo", OPERATOR)
    assert find_built("zalo") is not None
    made = (await editor.create("bulletin", title="Lịch gom rác", channels=["web", "zalo"])).json()
    path = f"/api/v1/manage/documents/{made['id']}/editions/vi/1/rehearse"
    rehearsed = (await client.post(path, headers=editor.headers)).json()["channels"]
    [zalo] = [each for each in rehearsed if each["channel"] == "zalo"]
    assert "cover_missing" in {each["code"] for each in zalo["misfits"]}
    accepted = await editor.do(made["id"], "submit", made["version"], {"lang": "vi"})
    assert accepted.status_code == 200, accepted.text

    long = (await editor.create("bulletin", title="Lũ " * 60 + "rút", channels=["web", "zalo"])).json()
    refused = await editor.do(long["id"], "submit", long["version"], {"lang": "vi"})
    assert (refused.status_code, refused.json()["code"]) == (422, "channel_limit")
    assert refused.json()["expected"] == "at most 150 characters"
    assert [each["code"] for each in refused.json()["errors"]] == ["too_long"]


@pytest.mark.parametrize(("minutes", "kept"), [(1, None), (3, False)])
def test_a_promise_that_was_broken_stays_broken_when_a_later_edition_takes_the_place(
    minutes: int, kept: bool | None
) -> None:
    made = now()
    assert is_promise_kept(ItemState.superseded, 2, made, made + timedelta(minutes=minutes)) is kept
