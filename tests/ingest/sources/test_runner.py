"""Runs of a source: new, changed, bad and deleted items are processed as they should, none twice and none lost."""

from typing import Any

import httpx
import pytest

from ingest.sources.pipeline.items import MAX_ATTEMPTS
from ingest.sources.pipeline.process_item import ItemProcessor
from tests.support.import_samples import faults, rows
from tests.support.local_site import Site
from tests.support.source_runs import PUBLIC, TOPICS, Hand, news, told_about

ASK_NOW = "UPDATE source_item SET next_at = now() WHERE state = 'waiting'"


async def test_a_feed_is_imported_once_and_again_only_when_it_changed(site: Site, sources: Hand) -> None:
    site.feed("/rss", news(site, 0, 1, 2), raw=" & sự kiện")
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss", "recheck_hours": 0})

    assert await sources.run("tin") == {"found": 3, "new": 3, "created": 3}
    assert await sources.titles("tin") == {str(n): TOPICS[n] for n in range(3)}
    assert await sources.run("tin") == {"found": 3, "not_modified": 3}

    site.article("/tin/1", TOPICS[1], *told_about(1), "Bổ sung: người dân gọi đường dây nóng khi cần.")
    assert await sources.run("tin") == {"found": 3, "updated": 1, "not_modified": 2}
    assert await rows(sources.database, PUBLIC) == [(3, 2)]
    # A page with other bytes and the same text is unchanged.
    site.pages["/tin/2"].body += b"<!-- 12:30 -->"
    assert await sources.run("tin") == {"found": 3, "unchanged": 1, "not_modified": 2}
    assert await rows(sources.database, PUBLIC) == [(3, 2)]
    assert await faults(sources.database) == []

    proofs = await rows(
        sources.database,
        "SELECT p.url, p.sha256 = k.sha256, p.fetched_at IS NOT NULL FROM provenance p "
        "JOIN source_item i ON i.source = p.source AND i.external_id = p.source_id "
        "JOIN kept_original k ON k.id = i.original_id WHERE i.external_id LIKE '%/tin/0'",
    )
    assert proofs == [(f"{site.url}/tin/0", True, True)]
    assert await rows(sources.database, "SELECT count(*) FROM kept_original WHERE document_id IS NOT NULL") == [(4,)]


async def test_headlines_of_the_press_are_counted_and_their_pages_never_requested(site: Site, sources: Hand) -> None:
    site.feed("/rss", [(f"/bao/{n}", TOPICS[n]) for n in range(3)])
    await sources.add("bao", "feed", "press", name="Báo Huế", trust="review", config={"url": f"{site.url}/rss"})
    assert await sources.run("bao") == {"found": 3, "new": 3}
    site.feed("/rss", [(f"/bao/{n}", TOPICS[n]) for n in range(1, 4)])
    assert await sources.run("bao") == {"found": 3, "new": 1}
    assert {got.target for got in site.receiver.got} == {"/robots.txt", "/rss"}
    heard = await rows(sources.database, "SELECT count(*), count(DISTINCT outlet), max(source) FROM press_item")
    assert heard == [(4, 1, "bao")]
    assert await rows(
        sources.database, "SELECT (SELECT count(*) FROM document) + (SELECT count(*) FROM source_item)"
    ) == [(0,)]


async def test_one_article_with_many_urls_is_one_item(site: Site, sources: Hand) -> None:
    site.article("/xem", TOPICS[0], *told_about(0))
    links = ["/xem?id=7&trang=2", "/xem?trang=3&id=7", "/xem/?id=7&utm_source=zalo#dau"]
    site.feed("/rss", [(each, TOPICS[0]) for each in links])
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss"})
    assert await sources.run("tin") == {"found": 1, "new": 1, "created": 1}


async def test_bad_items_are_quarantined_or_retried_and_the_rest_is_imported(site: Site, sources: Hand) -> None:
    entries = news(site, 0, 1)
    site.put("/cham", "chậm", slow=True)
    site.put("/to", b"x" * 2_000_000)
    site.put("/vao-trong", b"", status=302, headers={"location": f"http://localhost:{site.receiver.port}/tin/0"})
    site.put("/kin/9", "bí mật")
    site.put("/robots.txt", "User-agent: *\nDisallow: /kin")
    wrong = ["/cham", "/to", "/vao-trong", "/kin/9", "/mat"]
    site.feed("/rss", [*entries, *((each, "Tin hỏng") for each in wrong)])
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss"})

    assert await sources.run("tin") == {"found": 7, "new": 7, "created": 2, "quarantined": 4, "failed": 1}
    states = await sources.states("tin")
    assert states == {
        "0": ("done", "created", None),
        "1": ("done", "created", None),
        "cham": ("waiting", None, "timeout"),
        "to": ("quarantined", None, "too_large"),
        "vao-trong": ("quarantined", None, "refused_address"),
        "9": ("quarantined", None, "robots_forbid"),
        "mat": ("quarantined", None, "http_404"),
    }
    # A transient failure is retried later, and then quarantined.
    site.put("/cham", b"", status=503, headers={"retry-after": "0"})
    for _ in range(5):
        await sources.do("UPDATE web_host SET free_at = NULL")
        await sources.do(ASK_NOW)
        await sources.runner.run("tin", discover=False)
    assert (await sources.states("tin"))["cham"] == ("quarantined", None, "http_503")


async def alarms_of_sources(client: httpx.AsyncClient) -> dict[str, int]:
    """The alarms, without that of the worker, which these tests do without."""
    alarms: dict[str, int] = (await client.get("/health/ready")).json()["alarms"]
    return {name: count for name, count in alarms.items() if name != "workers_missing"}


async def test_a_source_that_cannot_be_read_is_reported_and_recovers(
    site: Site, sources: Hand, client: httpx.AsyncClient
) -> None:
    site.put("/rss", "<html>Trang đang bảo trì</html>")
    await sources.add("tin", "feed", schedule="1h", config={"url": f"{site.url}/rss"})
    for _ in range(5):
        assert await sources.run("tin") == {}
    asked = await rows(sources.database, "SELECT failures, last_error, next_at < now() + interval '1 hour' FROM source")
    assert asked == [(5, f"no_feed: {site.url}/rss is not an RSS or Atom feed.", True)]
    assert await alarms_of_sources(client) == {"sources_dead": 1}
    assert 'hub_alarm{alarm="sources_dead"} 1.0' in (await client.get("/metrics")).text

    site.feed("/rss", news(site, 0))
    assert await sources.run("tin") == {"found": 1, "new": 1, "created": 1}
    assert await alarms_of_sources(client) == {}
    # A source without a run for too long is dead as well, even when its last run succeeded.
    await sources.do("UPDATE source SET overdue_at = now() - interval '1 second'")
    assert await alarms_of_sources(client) == {"sources_dead": 1}


async def test_an_item_that_ends_the_process_is_quarantined_after_its_attempts_and_its_neighbours_are_imported(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.feed("/rss", news(site, 0, 1, 2))
    await sources.add("tin", "feed", config={"url": f"{site.url}/rss"})
    going = ItemProcessor._process_finding

    async def ends_the_process(self: ItemProcessor, item: Any) -> None:
        if item.url.endswith("/tin/0"):
            raise KeyboardInterrupt
        await going(self, item)

    monkeypatch.setattr(ItemProcessor, "_process_finding", ends_the_process)
    ended = 0
    for _ in range(MAX_ATTEMPTS + 2):
        try:
            await sources.run("tin")
        except KeyboardInterrupt:
            ended += 1
        await sources.do(ASK_NOW)

    assert ended == MAX_ATTEMPTS
    assert await sources.states("tin") == {
        "0": ("quarantined", None, "fatal_item"),
        "1": ("done", "created", None),
        "2": ("done", "created", None),
    }
