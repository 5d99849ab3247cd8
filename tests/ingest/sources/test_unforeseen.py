"""Whatever a source answers, the run fails in words and rests, longer each time; a bad link or item is left out."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from hub.db import Database
from hub.jobs.dispatcher import DueJob
from hub.settings import Settings
from hub.times import now
from ingest.sources.pipeline import queue
from ingest.sources.pipeline.process_item import ItemProcessor
from ingest.sources.pipeline.queue import SourceQueue
from tests.support.import_samples import rows
from tests.support.local_site import Site
from tests.support.source_runs import TOPICS, Hand, for_site, hand, told_about

BAD_LINKS = ("http://[dia-chi]/", "http://h:1:2/", "https://xn--/", "http://h:99999/", "//[x", "http://☃.net/")


@pytest.fixture
async def sources(database: Database, settings: Settings) -> AsyncIterator[Hand]:
    async with hand(database, for_site(settings, source_timeout=5)) as made:
        yield made


async def record(sources: Hand, code: str) -> tuple[str, int, datetime]:
    """Return the error of the last run, the failures of the source, and the time until it rests."""
    [found] = await rows(
        sources.database,
        "SELECT r.error, s.failures, greatest(s.next_at, s.rests_until) FROM source s JOIN source_run r "
        "ON r.source = s.code WHERE s.code = :code ORDER BY r.id DESC LIMIT 1",
        code=code,
    )
    return found


async def due(sources: Hand) -> list[DueJob]:
    return list(await SourceQueue(sources.database, sources.runner).list_due(10, []))


@pytest.mark.parametrize(
    ("type_", "body", "code"),
    [
        ("feed", b"", "empty_page"),
        ("feed", b" \n", "empty_page"),
        ("feed", b"<p>", "no_feed"),
        ("sitemap", b"", "no_sitemap"),
        ("sitemap", b"<!-- -->", "no_sitemap"),
        ("list", b"", "empty_page"),
        ("list", b"<!-- dang bao tri -->", "empty_page"),
    ],
)
async def test_a_list_without_content_fails_in_words_and_is_asked_later_each_time(
    site: Site, sources: Hand, type_: str, body: bytes, code: str
) -> None:
    site.put("/danh-sach", body, media_type="text/html")
    config = {"url": f"{site.url}/danh-sach"} | ({"links": "a"} if type_ == "list" else {})
    await sources.add("nguon", type_, config=config, schedule="12h")
    pauses = []
    for failures in (1, 2, 3):
        await sources.run("nguon")
        error, counted, rests_until = await record(sources, "nguon")
        assert error.startswith(f"{code}: ")
        assert counted == failures
        assert await due(sources) == []
        pauses.append(rests_until - now())
    assert pauses[0] < pauses[1] < pauses[2]


@pytest.mark.parametrize(
    "target", ["http://h:1:2/", "http://[x/", "http://\udcff/".encode("utf-8", "replace").decode()]
)
async def test_a_redirect_to_no_address_fails_in_words(site: Site, sources: Hand, target: str) -> None:
    site.put("/rss", b"", status=302, headers={"location": target})
    await sources.add("nguon", "feed", config={"url": f"{site.url}/rss"}, schedule="12h")
    await sources.run("nguon")
    error, failures, _ = await record(sources, "nguon")
    assert error.partition(":")[0] in ("bad_address", "refused_address", "protocol", "too_many_redirects")
    assert failures == 1
    assert await due(sources) == []


@pytest.mark.parametrize("type_", ["feed", "sitemap", "list"])
async def test_bad_links_are_skipped_alone_and_counted(site: Site, sources: Hand, type_: str) -> None:
    site.article("/tin/0", TOPICS[0], *told_about(0))
    links = [*BAD_LINKS[:3], f"{site.url}/tin/0", *BAD_LINKS[3:]]
    if type_ == "feed":
        items = "".join(f"<item><title>Tin</title><link>{link}</link></item>" for link in links)
        body = f'<rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>'
    elif type_ == "sitemap":
        body = f"<urlset>{''.join(f'<url><loc>{link}</loc></url>' for link in links)}</urlset>"
    else:
        body = "".join(f'<a href="{link}">Tin</a>' for link in links) + '<a href="mailto:a@b.vn">Thư</a>'
    site.put("/danh-sach", body, media_type="application/xml" if type_ != "list" else "text/html; charset=utf-8")
    config = {"url": f"{site.url}/danh-sach"} | ({"links": "a"} if type_ == "list" else {})
    await sources.add("nguon", type_, config=config)
    counts = await sources.run("nguon")
    # Two of them are dropped by the parser of feeds itself.
    assert counts.pop("bad_links") == len(BAD_LINKS) - 2 * (type_ == "feed")
    assert counts == {"found": 1, "new": 1, "created": 1}


async def test_an_unforeseen_exception_of_one_item_is_counted_against_it_alone(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in (0, 1):
        site.article(f"/tin/{n}", TOPICS[n], *told_about(n))
    site.feed("/rss", [(f"/tin/{n}", TOPICS[n]) for n in (0, 1)])
    await sources.add("nguon", "feed", config={"url": f"{site.url}/rss"})
    save: Any = ItemProcessor._save_item

    async def fail_for_one(self: ItemProcessor, item: Any, *args: Any, **options: Any) -> None:
        if item.external_id.endswith("/tin/0"):
            raise AssertionError("a rule that nobody foresaw")
        await save(self, item, *args, **options)

    monkeypatch.setattr(ItemProcessor, "_save_item", fail_for_one)
    assert await sources.run("nguon") == {"found": 2, "new": 2, "created": 1, "failed": 1}
    for _ in range(5):
        assert await due(sources) == []
        await sources.do("UPDATE source_item SET next_at = now() WHERE state = 'waiting'")
        await sources.runner.run("nguon", discover=False)
    assert (await sources.states("nguon"))["0"] == ("quarantined", None, "internal_error")
    [(failures,)] = await rows(sources.database, "SELECT failures FROM source")
    assert failures == 0


async def test_a_source_whose_row_cannot_be_read_rests_longer_each_time_and_is_dead_at_last(
    site: Site, sources: Hand
) -> None:
    site.article("/tin/0", TOPICS[0], *told_about(0))
    site.feed("/rss", [("/tin/0", TOPICS[0])])
    await sources.add("nguon", "feed", config={"url": f"{site.url}/rss"}, schedule="12h")
    await sources.run("nguon")
    await sources.do("UPDATE source SET config = '{\"url\": 7}'")
    await sources.do("UPDATE source_item SET state = 'waiting', next_at = now()")
    earlier = timedelta(0)
    for failures in (1, 2, 3):
        await sources.do("UPDATE source SET next_at = now(), rests_until = NULL")
        assert [each.key for each in await due(sources)] == ["nguon"]
        await SourceQueue(sources.database, sources.runner).serve("nguon")
        error, counted, rests_until = await record(sources, "nguon")
        assert error.startswith("internal_error: ViewBroken: ")
        assert counted == failures
        assert rests_until - now() > earlier
        earlier = rests_until - now()
        assert await due(sources) == []


async def test_a_run_that_is_over_is_not_failed_by_its_report(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.article("/tin/0", TOPICS[0], *told_about(0))
    site.feed("/rss", [("/tin/0", TOPICS[0])])
    await sources.add("nguon", "feed", config={"url": f"{site.url}/rss"}, schedule="12h")

    async def fail(*_: Any) -> None:
        raise AssertionError("a rule that nobody foresaw")

    monkeypatch.setattr(queue, "read_run", fail)
    with capture_logs() as logged:
        await SourceQueue(sources.database, sources.runner).serve("nguon")
    assert [(line["event"], line["source"]) for line in logged if line["log_level"] == "warning"] == [
        ("source_report_not_read", "nguon")
    ]
    error, failures, _ = await record(sources, "nguon")
    assert not error
    assert failures == 0
    assert (await sources.states("nguon"))["0"][:2] == ("done", "created")
