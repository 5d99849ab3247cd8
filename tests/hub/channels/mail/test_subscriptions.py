"""Subscriptions: asked for with a proof of work, confirmed and ended by POST only, and told to nobody."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import func, select, text, update

from hub.app import create_app
from hub.auth.proof_of_work import ChallengeView, solve
from hub.channels.mail.retention import clean_mails
from hub.channels.mail.rows import ADDRESS, DIGEST, NOTICE, REQUEST, SUBSCRIPTION, MailMode
from hub.channels.rows import ITEM
from hub.times import now
from tests.support import contents
from tests.support.asgi import running
from tests.support.canaries import Canary, find_traces
from tests.support.database_digest import DatabaseDigest
from tests.support.mails import DAY, MailHub
from tests.support.servers import Publish

LAN, MINH = "lan@vidu.vn", "minh@vidu.vn"
API = "/api/v1/subscriptions"


@pytest.fixture
async def api(mails: MailHub) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(mails.settings), base_url="https://hub.example.vn") as client:
        yield client


async def ask(api: httpx.AsyncClient, address: str, **members: Any) -> httpx.Response:
    given = await api.get(f"{API}/challenge")
    task = ChallengeView.model_validate(given.json())
    proof = {"challenge": task.challenge, "counter": solve(task, address)}
    return await api.post(API, json={"address": address, "proof": proof} | members)


async def confirm(api: httpx.AsyncClient, mails: MailHub, address: str) -> str:
    """Follow the mail to an address; returns the path of its subscription."""
    await mails.handle_requests()
    await mails.send()
    [url] = {line for line in mails.server.to(address)[-1].text.splitlines() if line.endswith("/confirm")}
    path = urlsplit(url).path
    answer = await api.post(path)
    assert answer.status_code == 200, answer.text
    return path.removesuffix("/confirm")


async def test_a_request_without_a_right_proof_address_or_filter_stores_nothing(
    api: httpx.AsyncClient, mails: MailHub
) -> None:
    challenge = (await api.get(f"{API}/challenge")).json()["challenge"]
    refused = {
        "proof_required": {"address": LAN},
        "proof_wrong": {"address": LAN, "proof": {"challenge": "x", "counter": 0}},
        "invalid_input": {"address": "lan@localhost", "proof": {"challenge": challenge, "counter": 0}},
        "unknown_reference": {"address": LAN, "filter": {"agency": ["so-khong-co"]}},
    }
    for code, body in refused.items():
        answer = await api.post(API, json=body)
        assert answer.json()["code"] == code, answer.text
        assert "lan@" not in answer.text
    for address in ("lan", "lan@vidu.vn\nBcc: x@y.vn", "lan@[127.0.0.1]", "a" * 250 + "@vidu.vn", "lan@vidu..vn"):
        answer = await api.post(API, json={"address": address, "proof": {"challenge": challenge, "counter": 0}})
        assert answer.json()["code"] == "invalid_input"
    subject = await ask(api, LAN, filter={"subject": ["registry"]})
    assert subject.status_code == 422
    async with mails.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(REQUEST))).scalar_one() == 0


async def test_a_subscription_begins_when_its_button_is_pressed_and_ends_by_one_click(
    api: httpx.AsyncClient, mails: MailHub, publish_edition: Publish
) -> None:
    asked = await ask(api, LAN, filter={"kind": ["bulletin"]}, mode="at_once", lang="vi")
    assert (asked.status_code, asked.headers["cache-control"]) == (202, "no-store")
    await publish_edition("bulletin", contents.bulletin(title="Trước khi xác nhận"))
    path = await confirm(api, mails, LAN)
    question = mails.server.mails[0]
    assert question.message["subject"] == "Xác nhận đăng ký nhận tin"
    assert question.message["list-unsubscribe"] is None
    assert "Loại: Bản tin. Cách gửi: Ngay khi công bố" in question.text
    await publish_edition("bulletin", contents.bulletin(title="Sau khi xác nhận"))
    await publish_edition("policy", contents.policy())
    await mails.plan()
    await mails.send()
    [_, news] = mails.server.mails
    assert news.message["subject"] == "Mới công bố: Sau khi xác nhận"
    one_click = urlsplit(str(news.message["list-unsubscribe"]).strip("<>")).path
    assert one_click == path
    headers = {"content-type": "application/x-www-form-urlencoded"}
    ended = await api.post(one_click, content="List-Unsubscribe=One-Click", headers=headers)
    assert (ended.status_code, dict(ended.cookies)) == (200, {})
    await publish_edition("bulletin", contents.bulletin(title="Sau khi hủy"))
    await mails.plan()
    await mails.send()
    assert len(mails.server.mails) == 2
    assert "đã hủy" in (await api.get(path)).text


async def test_the_answer_and_what_is_stored_are_the_same_for_known_and_unknown_addresses(
    api: httpx.AsyncClient, mails: MailHub
) -> None:
    await mails.subscribe(LAN)
    digest = await DatabaseDigest.open(mails.settings.require_database_url())
    changed = []
    answers = []
    for address in (LAN, MINH):
        before = await digest.take()
        answer = await ask(api, address)
        answers.append((answer.status_code, answer.json(), sorted(answer.headers)))
        after = await digest.take()
        changed.append({name for name in after if after[name] != before[name]} - {"rate_bucket"})
    await digest.connection.close()
    assert answers[0] == answers[1]
    assert changed[0] == changed[1] == {"mail_request", "spent_challenge"}


async def test_an_address_gets_one_confirmation_a_day_and_a_domain_so_many_an_hour(
    api: httpx.AsyncClient, mails: MailHub
) -> None:
    for filter_ in ({}, {"kind": ["policy"]}, {"kind": ["draft"]}, {}):
        await ask(api, LAN, filter=filter_)
        await mails.handle_requests()
    await mails.send()
    assert len(mails.server.mails) == 1
    async with mails.database.read() as connection:
        waiting = (await connection.execute(select(REQUEST).where(REQUEST.c.handled_at.is_(None)))).all()
    assert [row.filter for row in waiting] == [{"kind": ["draft"]}]
    async with mails.database.write() as session:
        await session.execute(update(REQUEST).values(next_at=now() - DAY))
        await session.execute(update(ADDRESS).values(confirmation_day=(now() - 2 * DAY).date()))
    await mails.handle_requests()
    await mails.send()
    assert len(mails.server.mails) == 2

    mails.settings.__dict__["mail_quota_domain"] = 4
    for n in range(4):
        await ask(api, f"nguoi{n}@vidu.vn")
    await ask(api, "nguoi@khac.vn")
    await mails.handle_requests()
    await mails.send()
    assert sorted(mail.recipients[0] for mail in mails.server.mails[2:]) == [
        "nguoi0@vidu.vn",
        "nguoi1@vidu.vn",
        "nguoi@khac.vn",
    ]


async def test_a_network_that_asks_too_often_is_refused(api: httpx.AsyncClient, mails: MailHub) -> None:
    mails.settings.__dict__["mail_quota_network"] = 3
    answers = [(await ask(api, f"nguoi{n}@vidu{n}.vn")).status_code for n in range(5)]
    assert answers == [202] * 3 + [429] * 2


async def test_who_asks_again_for_what_they_have_is_told_so_and_nothing_changes(
    api: httpx.AsyncClient, mails: MailHub
) -> None:
    await ask(api, LAN, filter={"kind": ["policy"]}, mode="weekly")
    path = await confirm(api, mails, LAN)
    async with mails.database.write() as session:
        await session.execute(update(ADDRESS).values(confirmation_day=None))
    await ask(api, LAN.upper(), filter={"kind": ["policy"]}, mode="at_once")
    await mails.handle_requests()
    await mails.send()
    [_, again] = mails.server.mails
    assert again.message["subject"] == "Bạn đã đăng ký nhận tin này"
    assert f"https://hub.example.vn{path}" in again.text.splitlines()
    async with mails.database.read() as connection:
        [row] = (await connection.execute(select(SUBSCRIPTION))).all()
    assert (row.mode, row.state) == ("weekly", "active")


async def test_a_program_that_follows_every_link_of_every_mail_changes_nothing(
    api: httpx.AsyncClient, mails: MailHub, publish_edition: Publish
) -> None:
    await ask(api, LAN, mode="at_once")
    await ask(api, MINH, mode="daily", lang="en")
    await confirm(api, mails, LAN)
    await publish_edition("bulletin", contents.bulletin())
    await mails.plan()
    await mails.send()
    links: set[str] = set()
    for mail in mails.server.mails:
        found = [line for line in mail.text.split() if line.startswith("https://hub.example.vn/s/")]
        found += [part.split('"')[0] for part in mail.html.split('href="')[1:]]
        found.append(str(mail.message["list-unsubscribe"] or "").strip("<>"))
        links |= {url for url in found if "/s/" in url}
    assert len(links) == 4
    digest = await DatabaseDigest.open(mails.settings.require_database_url())
    before = await digest.take()
    for url in sorted(links):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = await api.request(method, url, follow_redirects=True)
            assert answer.status_code in (200, 405)
        page = await api.get(url)
        assert "<script" not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
    assert {k: v for k, v in (await digest.take()).items() if k != "rate_bucket"} == {
        k: v for k, v in before.items() if k != "rate_bucket"
    }
    await digest.connection.close()


async def test_pages_of_a_wrong_link_tell_nothing_and_change_nothing(api: httpx.AsyncClient, mails: MailHub) -> None:
    id_ = await mails.subscribe(LAN)
    right = mails.link(id_)
    wrong = [f"{right[:-1]}{'A' if right[-1] != 'A' else 'B'}", "/s/x", f"/s/{'A' * 36}", "/s/%00", f"{right}x"]
    for path in wrong:
        assert (await api.get(path)).status_code in (404, 422)
        for verb in ("", "/confirm", "/pause", "/resume", "/erase"):
            assert (await api.post(f"{path}{verb}")).status_code in (404, 422)
    assert (await api.post(f"{right}/change", content="mode=always&hour=7")).status_code == 422
    assert (await api.post(f"{right}/change", content="x" * 5_000)).status_code == 422
    async with mails.database.read() as connection:
        [row] = (await connection.execute(select(SUBSCRIPTION))).all()
    assert (row.state, row.mode) == ("active", "at_once")


async def test_a_subscription_is_changed_paused_resumed_and_erased_by_its_page(
    api: httpx.AsyncClient, mails: MailHub, publish_edition: Publish
) -> None:
    path = mails.link(await mails.subscribe(LAN, topic=["moi-truong"]))
    await mails.subscribe(LAN, kind=["policy"])
    page = (await api.get(path)).text
    assert "Chủ đề: " in page
    assert "moi-truong" not in page
    assert (await api.post(f"{path}/change", content="mode=weekly&hour=18&mail_lang=en")).status_code == 200
    assert "One mail a week, on Monday, at 18:00" in (await api.get(path)).text
    assert (await api.post(f"{path}/pause?lang=vi")).status_code == 200
    await publish_edition("policy", contents.policy())
    assert await mails.digest(now() + 14 * DAY) == 0
    await api.post(f"{path}/resume")
    await mails.digest(now() + 14 * DAY)
    await mails.send()
    assert mails.server.mails == []
    await mails.plan()
    erased = await api.post(f"{path}/erase")
    assert "deleted" in erased.text
    await mails.send()
    assert mails.server.mails == []
    async with mails.database.read() as connection:
        for rows in (ADDRESS, SUBSCRIPTION, DIGEST):
            assert (await connection.execute(select(func.count()).select_from(rows))).scalar_one() == 0
        assert (await connection.execute(select(ITEM.c.payload))).scalars().all() == [None]
    assert (await api.get(path)).status_code == 404


async def test_an_address_of_a_subscriber_stands_on_no_surface(
    api: httpx.AsyncClient, mails: MailHub, publish_edition: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    canary = Canary("thu")
    await ask(api, canary.email, mode="at_once")
    path = await confirm(api, mails, canary.email)
    mails.server.on_recipient = lambda to: f"450 4.2.1 <{to}> is busy"
    await publish_edition("bulletin", contents.bulletin())
    await mails.plan()
    await mails.send()
    mails.server.on_recipient = lambda to: f"550 5.7.1 {to} does not want it"
    await mails.send()
    assert (await api.post(API, json={"address": canary.email, "hour": 99})).status_code == 422
    for url in (path, f"{path}/confirm", f"{path}/end", "/subscribe", "/health/ready", "/metrics", "/openapi.json"):
        answer = await api.get(url)
        assert find_traces(answer.content) == []
    output = capsys.readouterr()
    assert find_traces(output.out.encode() + output.err.encode()) == []
    written = "'^(mail_|channel_|audit|rate_bucket|spent_|damaged|follower|heartbeat)'"
    names = f"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ {written}"
    async with mails.database.read() as connection:
        for (name,) in (await connection.execute(text(names))).all():
            rows = (await connection.execute(text(f"SELECT t::text FROM {name} t"))).scalars()
            assert find_traces("\n".join(rows).encode(), deep=True) == [], name


async def test_terms_are_rows_and_what_is_over_goes(
    api: httpx.AsyncClient, mails: MailHub, publish_edition: Publish
) -> None:
    ended = await mails.subscribe(LAN)
    await mails.subscribe(MINH, MailMode.daily)
    await ask(api, "cho@vidu.vn")
    await mails.handle_requests()
    await publish_edition("bulletin", contents.bulletin())
    await mails.plan()
    await mails.send()
    await api.post(mails.link(ended))

    async def pass_days(days: int) -> None:
        interval = timedelta(days=days)
        async with mails.database.write() as session:
            await session.execute(update(ADDRESS).values(created_at=ADDRESS.c.created_at - interval))
            await session.execute(update(ADDRESS).values(ended_at=ADDRESS.c.ended_at - interval))
            await session.execute(update(SUBSCRIPTION).values(created_at=SUBSCRIPTION.c.created_at - interval))
            await session.execute(update(ITEM).values(settled_at=ITEM.c.settled_at - interval))
            await session.execute(update(NOTICE).values(made_at=NOTICE.c.made_at - interval))
        await clean_mails(mails.database)

    async def left() -> tuple[int, int, list[bool]]:
        async with mails.database.read() as connection:
            subscriptions = (await connection.execute(select(func.count()).select_from(SUBSCRIPTION))).scalar_one()
            payloads = (await connection.execute(select(func.count(ITEM.c.payload)))).scalar_one()
            rows = await connection.execute(select(ADDRESS.c.key.is_not(None)).order_by(ADDRESS.c.created_at))
            return subscriptions, payloads, list(rows.scalars())

    assert await left() == (3, 1, [True, True, True])
    await pass_days(4)
    assert await left() == (2, 0, [True, True])
    await pass_days(23)
    assert await left() == (2, 0, [True, True])
    await pass_days(2)
    assert await left() == (2, 0, [False, True])
    await pass_days(366)
    assert await left() == (1, 0, [True])


async def test_a_hub_without_a_mail_server_takes_no_subscriptions(client: httpx.AsyncClient) -> None:
    refused = await client.post(API, json={"address": LAN})
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert refused.json()["detail"] == "This hub sends no mail."
    assert (await client.get(f"{API}/challenge")).status_code == 200
    page = await client.get("/subscribe")
    assert "không gửi thư" in page.text


async def test_the_form_tells_which_codes_of_its_address_are_unknown(api: httpx.AsyncClient) -> None:
    page = await api.get("/subscribe?kind=bulletin&kind=tin&topic=khong-co<b>&topic=moi-truong")
    assert page.text.count('class="notice"') == 3  # with that of browsers without scripts
    assert "Chủ đề “khong-co&lt;b&gt;”" in page.text
    assert "Loại “tin”" in page.text
    assert '<option value="moi-truong" selected>' in page.text
