"""Kept answers are those that the routes would give; they cost one look, and are dropped with what is in them."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from hub.answer_cache import layer
from hub.app import create_app
from hub.content.publishing import VIEW
from hub.db import Database
from hub.public_state import look as looks
from hub.public_state.look import VersionLook
from hub.settings import Settings
from hub.times import now
from tests.support import contents
from tests.support.asgi import running
from tests.support.consultations import window
from tests.support.editors import key
from tests.support.kept_hub import KeptHub, cache_layers
from tests.support.past_editions import done
from tests.support.servers import Publish


async def test_a_kept_answer_costs_one_look_and_is_what_an_app_without_cache_answers(
    hub: KeptHub, settings: Settings
) -> None:
    plain = create_app(settings.model_copy(update={"answer_cache_mb": 0}))
    async with running(plain) as client:
        other = KeptHub(plain, client, hub.policy, hub.draft, hub.bulletin)
        for path in hub.paths:
            for headers in (
                {"accept-encoding": "identity"},
                {"accept-encoding": "gzip"},
                {"accept-encoding": "br, zstd"},
            ):
                await hub.ask(path, **headers)
                assert await hub.is_kept(path, **headers), path
                kept, made = await hub.ask(path, **headers), await other.ask(path, **headers)
                assert _timeless(kept) == _timeless(made), path
                assert _headers(kept) == _headers(made), path


def _timeless(answer: httpx.Response) -> bytes:
    """The body without the time that a search took."""
    return re.sub(rb'"took_ms":\d+', b"", answer.content)


def _headers(answer: httpx.Response) -> dict[str, str]:
    """The headers of an answer, but for its id, the rest of a quota, and the length of what was packed or timed."""
    found = {name: value for name, value in answer.headers.items() if name not in ("ratelimit", "x-request-id")}
    if "content-encoding" in found or "took_ms" in answer.text:
        found.pop("content-length", None)
        found.pop("transfer-encoding", None)
    assert "ratelimit" in answer.headers
    return found


async def test_conditions_and_head_are_answered_from_kept_bytes(hub: KeptHub) -> None:
    path = f"/api/v1/policies/{hub.policy}"
    made = await hub.ask(path)
    etag = made.headers["etag"]

    for tags in (etag, f'"x", {etag}', etag.removeprefix("W/"), "*"):
        unchanged = await hub.ask(path, **{"if-none-match": tags})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["etag"] == etag.removeprefix("W/")
        assert "content-type" not in unchanged.headers
        assert unchanged.headers["access-control-allow-origin"] == "*"
    assert (await hub.ask(path, **{"if-none-match": '"other"'})).content == made.content
    head = await hub.client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)


async def test_a_condition_on_what_is_not_kept_yet_keeps_it_whole(hub: KeptHub) -> None:
    path, etag = f"/api/v1/policies/{hub.policy}", (await hub.ask("/api/v1/policies")).headers["etag"]
    changed = await hub.ask(path, **{"if-none-match": etag})
    assert changed.status_code == 200
    same = "/api/v1/policies?limit=20"

    assert (await hub.ask(same, **{"if-none-match": etag})).status_code == 304
    assert (await hub.ask(same)).status_code == 200
    assert await hub.is_kept(same)


async def test_the_order_of_parameters_makes_no_difference_and_their_values_do(hub: KeptHub) -> None:
    await hub.ask("/api/v1/policies?limit=5&sort=published_asc")

    assert await hub.is_kept("/api/v1/policies?sort=published_asc&limit=5")
    assert not await hub.is_kept("/api/v1/policies?sort=published_asc&limit=6")
    await hub.ask("/feeds/policies.atom")
    assert await hub.is_kept("/feeds/policies.atom?utm_source=x")


async def test_languages_hosts_and_media_are_kept_apart(hub: KeptHub) -> None:
    await hub.ask("/feeds/policies.atom")

    assert not await hub.is_kept("/feeds/policies.atom", host="other.test")
    assert not await hub.is_kept("/feeds/policies.atom", accept="text/html")
    await hub.ask("/api/v1/policies")
    assert not await hub.is_kept("/api/v1/policies", **{"accept-language": "en"})
    assert await hub.is_kept("/api/v1/policies", **{"accept-language": "en-GB,en;q=0.5"})
    assert await hub.is_kept("/api/v1/policies", **{"accept-language": "vi"})


async def test_whoever_presents_a_key_or_a_condition_to_write_goes_past(hub: KeptHub, database: Database) -> None:
    path, bearer = f"/api/v1/policies/{hub.policy}", {"authorization": f"Bearer {await key(database)}"}
    await hub.ask(path)

    for headers in (bearer, {"if-match": "*"}, {"range": "bytes=0-5"}, {"authorization": "Basic eA=="}):
        looks_before = hub.app.state.hub.version_look.looks
        await hub.ask(path, **headers)
        assert hub.app.state.hub.version_look.looks == looks_before, headers
    assert (await hub.ask(path, authorization="Bearer hub_unknown")).status_code == 401
    assert await hub.is_kept(path)


async def test_a_foreign_host_is_refused_although_the_answer_is_kept(keeping: Settings) -> None:
    app = create_app(keeping.model_copy(update={"public_url": "https://hub.example.vn"}))
    async with running(app, base_url="https://hub.example.vn") as client:
        assert (await client.get("/api/v1/policies")).status_code == 200

        assert (await client.get("/api/v1/policies", headers={"host": "evil.test"})).status_code == 421


async def test_a_kept_answer_is_charged_and_refused_like_every_other(keeping: Settings) -> None:
    app = create_app(keeping.model_copy(update={"rate_anonymous": "4/hour"}))
    async with running(app) as client:
        answers = [await client.get("/api/v1/policies") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert "r=0" in answers[-1].headers["ratelimit"]
    assert answers[-1].json()["code"] == "rate_limited"


async def test_a_publication_drops_only_what_it_touches(hub: KeptHub, publish_edition: Publish) -> None:
    untouched = ["/api/v1/policies", f"/api/v1/policies/{hub.policy}", f"/api/v1/bulletins/{hub.bulletin}", "/graphql"]
    touched = ["/api/v1/bulletins?limit=5&sort=published_asc", "/feeds/all.atom", "/feeds/bulletins.json"]
    for path in (*untouched, *touched):
        await hub.ask(path)

    await publish_edition("bulletin", contents.bulletin(title="Tin khác"))

    assert [path for path in untouched if not await hub.is_kept(path)] == []
    assert [path for path in touched if await hub.is_kept(path)] == []


async def test_a_policy_that_another_one_replaces_is_made_anew(hub: KeptHub, publish_edition: Publish) -> None:
    path = f"/api/v1/policies/{hub.policy}"
    assert (await hub.ask(path)).json()["now"]["legal_force"] == "in_force"
    replaces = [{"type": "replaces", "id": str(hub.policy)}]

    await publish_edition("policy", contents.policy(title="Kế hoạch thay thế", number="18/KH-UBND", relations=replaces))

    assert (await hub.ask(path)).json()["now"]["legal_force"] != "in_force"


async def test_a_policy_stays_kept_when_another_one_has_nothing_to_do_with_it(
    hub: KeptHub, publish_edition: Publish
) -> None:
    path = f"/api/v1/policies/{hub.policy}"
    await hub.ask(path)
    other = await publish_edition("policy", contents.policy(title="Kế hoạch khác", number="19/KH-UBND"))
    assert await hub.is_kept(path)

    relations = [{"type": "replaces", "id": str(hub.policy)}]
    changed = contents.policy(title="Kế hoạch khác", number="19/KH-UBND", relations=relations)
    await publish_edition("policy", changed, document_id=other)

    assert (await hub.ask(path)).json()["now"]["legal_force"] != "in_force"


async def test_a_filtered_list_stays_kept_while_others_publish(hub: KeptHub, publish_edition: Publish) -> None:
    lists = [
        "/api/v1/policies?agency=so-xay-dung",
        "/api/v1/policies?agency=ubnd-hue&topic=giao-thong-van-tai",
        "/feeds/policies.atom?agency=so-xay-dung",
        "/feeds/all.json?topic=giao-thong-van-tai",
    ]
    await publish_edition("policy", contents.policy(title="Vỉa hè", number="5/KH-SXD"), owner="so-xay-dung")
    for path in lists:
        await hub.ask(path)

    await publish_edition("policy", contents.policy(title="Kế hoạch khác", number="19/KH-UBND"))
    await publish_edition("bulletin", contents.bulletin(topics=["moi-truong"]))
    assert [path for path in lists if not await hub.is_kept(path)] == []

    roads = contents.policy(title="Cầu vượt", number="6/KH-SXD", topics=["giao-thong-van-tai"])
    await publish_edition("policy", roads, owner="so-xay-dung")
    for path in lists:
        assert "Cầu vượt" in (await hub.ask(path)).text, path


async def test_a_filtered_list_ends_with_what_is_published_below_its_codes_or_beside_them(
    hub: KeptHub, publish_edition: Publish
) -> None:
    whole, owned = "/api/v1/policies?agency=ubnd-hue", "/api/v1/policies?agency=so-xay-dung"
    old = await publish_edition("policy", contents.policy(title="Vỉa hè", number="5/KH-SXD"), owner="so-xay-dung")
    for path in (whole, owned):
        await hub.ask(path)
    replaces = contents.policy(title="Thay", number="20/KH-UBND", relations=[{"type": "replaces", "id": str(old)}])

    await publish_edition("policy", replaces)

    assert not await hub.is_kept(owned)
    await hub.ask(whole)
    await publish_edition("policy", contents.policy(title="Cấp dưới", number="7/KH-SXD"), owner="so-xay-dung")
    assert "Cấp dưới" in (await hub.ask(whole)).text


async def test_a_topic_in_one_language_alone_counts_for_every_language(hub: KeptHub, publish_edition: Publish) -> None:
    path = "/api/v1/policies?lang=en&topic=moi-truong"
    await hub.ask(path)
    english = contents.policy(title="Green banks", topics=["giao-thong-van-tai"])

    await publish_edition("policy", english, lang="en", document_id=hub.policy)

    assert [item["title"] for item in (await hub.ask(path)).json()["items"]] == []


async def test_what_was_withdrawn_or_erased_is_gone_at_once(hub: KeptHub, database: Database) -> None:
    for path in (f"/api/v1/policies/{hub.policy}", "/api/v1/policies", f"/api/v1/bulletins/{hub.bulletin}"):
        await hub.ask(path)
    await done(database, "withdraw", hub.policy, reason="Sai thẩm quyền")
    await done(database, "gone", hub.bulletin)

    assert (await hub.ask(f"/api/v1/policies/{hub.policy}")).json()["withdrawal"]["reason"] == "Sai thẩm quyền"
    assert (await hub.ask("/api/v1/policies")).json()["items"] == []
    assert (await hub.ask(f"/api/v1/bulletins/{hub.bulletin}")).status_code == 410


async def test_a_window_that_opens_or_closes_by_time_alone_ends_what_is_kept(
    hub: KeptHub, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/v1/drafts/{hub.draft}"
    async with database.read() as connection:
        end: datetime = (
            await connection.execute(
                VIEW.select().where(VIEW.c.document_id == hub.draft).with_only_columns(VIEW.c.closes_at)
            )
        ).scalar_one()
    await hub.ask(path)
    assert await hub.is_kept(path)
    [entry] = next(cache_layers(hub.app)).entries._entries.values()

    assert entry.until <= min(end, now() + timedelta(days=1))
    for moment, is_kept in ((entry.until - timedelta(milliseconds=1), True), (entry.until, False), (end, False)):
        monkeypatch.setattr(looks, "now", lambda moment=moment: moment)
        monkeypatch.setattr(layer, "now", lambda moment=moment: moment)
        assert await hub.is_kept(path) == is_kept, moment


async def test_the_next_moment_is_that_of_the_first_window_that_changes(
    hub: KeptHub, publish_edition: Publish, database: Database
) -> None:
    look = VersionLook(database)
    await publish_edition("draft", contents.draft(title="Sắp mở", consultation=window(3, 30)))
    async with database.read() as connection:
        query = VIEW.select().where(VIEW.c.opens_at.is_not(None)).with_only_columns(VIEW.c.opens_at)
        opens = list((await connection.execute(query)).scalars())

    first = await look.read_next_instant(now())
    assert first is not None
    assert first in [*opens, *(await _ends(database))]
    assert now() < first <= now() + timedelta(days=4)
    await look.close()


async def _ends(database: Database) -> list[datetime]:
    async with database.read() as connection:
        query = VIEW.select().where(VIEW.c.closes_at.is_not(None)).with_only_columns(VIEW.c.closes_at)
        return list((await connection.execute(query)).scalars())


async def test_without_a_look_the_routes_answer(hub: KeptHub, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/api/v1/policies/{hub.policy}"
    kept = await hub.ask(path)
    monkeypatch.setattr(looks, "LOOK", "SELECT no_such_column FROM log_head")
    before = hub.app.state.hub.database.statements

    answer = await hub.ask(path)

    assert answer.content == kept.content
    assert hub.app.state.hub.database.statements > before
    monkeypatch.undo()
    assert await hub.is_kept(path)


async def test_a_look_that_has_begun_is_not_joined(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    look, running_now, go_on = VersionLook(database), asyncio.Event(), asyncio.Event()
    make = look._look

    async def slow() -> Any:
        found = await make()
        running_now.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(look, "_look", slow)
    first = asyncio.create_task(look.read())
    second = asyncio.create_task(look.read())
    await running_now.wait()
    late = asyncio.create_task(look.read())
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, second, late)

    assert look.looks == 2
    await look.close()


async def test_memory_is_bounded_and_the_least_recently_used_goes_first(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"answer_cache_mb": 1}))
    async with running(app) as client:
        await client.get("/health/live")
        cache = next(cache_layers(app))
        cache.entries.max_bytes = 20_000
        for limit in range(1, 40):
            await client.get("/api/v1/policies", params={"limit": limit})
            await client.get("/api/v1/topics")
        assert 0 < cache.entries.bytes <= 20_000
        assert any("/api/v1/topics" in str(each) for each in cache.entries._entries)
        assert not any("limit=1'" in str(each) for each in cache.entries._entries)
