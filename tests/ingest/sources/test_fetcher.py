"""The fetcher: robots.txt, rate limits, broken answers, and private addresses."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.db import Database
from hub.outgoing.client import OutgoingClient
from hub.sandbox.errors import ReadingOverrun
from hub.settings import Settings
from ingest.sources.http.fetcher import Fetcher, FetchError
from ingest.sources.http.robots import CACHE_LIFETIME, ERROR_LIFETIME, Robots
from tests.support.import_samples import rows
from tests.support.local_site import Site
from tests.support.receiver import Says
from tests.support.source_runs import for_site

MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@asynccontextmanager
async def fetcher(database: Database, settings: Settings, **more: Any) -> AsyncIterator[Fetcher]:
    wanted = for_site(settings, **more)
    outgoing = OutgoingClient(wanted)
    yield Fetcher(database, outgoing, wanted)
    await outgoing.close()


async def refused(guest: Fetcher, url: str) -> tuple[str, bool]:
    """Code of the failure, and True when it is transient."""
    with pytest.raises(FetchError) as found:
        await guest.fetch(url)
    return found.value.code, found.value.transient


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_site_with_server_errors_allows_nothing_for_a_while(status: int) -> None:
    robots = Robots(status, "", MOMENT)
    assert not robots.can_fetch("https://example.vn/tin")
    assert robots.is_fresh(MOMENT + ERROR_LIFETIME / 2)
    assert not robots.is_fresh(MOMENT + ERROR_LIFETIME)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_rules_allows_everything_for_a_day(status: int) -> None:
    robots = Robots(status, "", MOMENT)
    assert robots.can_fetch("https://example.vn/tin")
    assert robots.is_fresh(MOMENT + CACHE_LIFETIME / 2)


def test_rules_for_the_hub_go_before_rules_for_all_and_the_crawl_delay_is_at_most_a_minute() -> None:
    robots = Robots(
        200, "User-agent: *\nDisallow: /\n\nUser-agent: policy-hub\nCrawl-delay: 600\nDisallow: /kin", MOMENT
    )
    assert robots.can_fetch("https://example.vn/tin")
    assert not robots.can_fetch("https://example.vn/kin/1")
    assert robots.crawl_delay == 60


async def test_a_page_that_robots_txt_forbids_is_not_requested(
    site: Site, database: Database, settings: Settings
) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /kin\nAllow: /")
    site.put("/kin/1", "bí mật")
    site.put("/tin/1", "tin")
    async with fetcher(database, settings, source_contact="mailto:to@example.vn") as guest:
        assert await refused(guest, f"{site.url}/kin/1") == ("robots_forbid", False)
        assert (await guest.fetch(f"{site.url}/tin/1")).body == b"tin"
    assert site.asked("/kin/1") == []
    assert len(site.asked("/robots.txt")) == 1, "the rules are kept"
    assert {got.headers["user-agent"].partition("/")[2].partition(" ")[2] for got in site.receiver.got} == {
        "(+mailto:to@example.vn)"
    }


async def test_a_redirect_to_a_private_address_is_refused_at_every_hop(
    site: Site, database: Database, settings: Settings
) -> None:
    site.put("/tin/1", "tin")
    site.put("/gan", b"", status=302, headers={"location": "/tin/1"})
    # localhost is this machine as well, and only 127.0.0.1 is exempt.
    for number, target in enumerate(
        [f"http://localhost:{site.receiver.port}/tin/1", "http://169.254.169.254/latest", "http://[::1]/", "file:///etc/passwd",
         "http://10.0.0.1/", "http://2130706433/", "http://127.0.0.2/tin/1"]
    ):  # fmt: skip
        site.put(f"/xa/{number}", b"", status=302, headers={"location": target})
        site.put(f"/hai/{number}", b"", status=301, headers={"location": f"/xa/{number}"})
    site.put("/vong", b"", status=302, headers={"location": "/vong"})
    async with fetcher(database, settings) as guest:
        assert (await guest.fetch(f"{site.url}/gan")).url == f"{site.url}/tin/1"
        for number in range(7):
            assert await refused(guest, f"{site.url}/hai/{number}") == ("refused_address", False)
        assert await refused(guest, f"{site.url}/vong") == ("too_many_redirects", False)
    assert len(site.asked("/tin/1")) == 1, "nothing inside was reached by a redirect"


async def test_a_slow_broken_or_huge_answer_fails_with_its_reason(
    site: Site, database: Database, settings: Settings
) -> None:
    site.put("/robots.txt", "")
    site.put("/cham", "chậm", slow=True)
    site.put("/to", b"x" * 30_000)
    site.put("/to-khi-mo", gzip.compress(b"x" * 300_000), headers={"content-encoding": "gzip"})
    site.put("/hong", b"", behaves=lambda _: Says(200, b"nua", {"content-length": "500"}))
    site.put("/goi-hong", gzip.compress(b"tin" * 100)[:-9], headers={"content-encoding": "gzip"})
    site.put("/goi", gzip.compress(b"tin"), headers={"content-encoding": "gzip"})
    site.put("/loi", b"", status=500)
    site.put("/het", b"", status=410)
    wrong = {
        "/cham": ("timeout", True), "/to": ("too_large", False), "/to-khi-mo": ("too_large", False),
        "/hong": ("protocol", True),
        "/goi-hong": ("broken_file", True), "/loi": ("http_500", True), "/het": ("http_410", False),
        "/khong-co": ("http_404", False),
    }  # fmt: skip
    async with fetcher(database, settings, source_timeout=1, source_max_bytes=20_000) as guest:
        for path, expected in wrong.items():
            assert (path, await refused(guest, site.url + path)) == (path, expected)
        assert (await guest.fetch(f"{site.url}/goi")).body == b"tin"


async def test_an_unchanged_page_is_not_sent_again(site: Site, database: Database, settings: Settings) -> None:
    site.put("/tin", "tin")
    async with fetcher(database, settings) as guest:
        first = await guest.fetch(f"{site.url}/tin")
        again = await guest.fetch(f"{site.url}/tin", etag=first.etag)
    assert (first.body, again.body) == (b"tin", None)


async def test_all_processes_together_keep_the_rate_limit_of_a_site(
    site: Site, database: Database, settings: Settings
) -> None:
    site.put("/robots.txt", "")
    site.put("/tin", "tin")
    async with (
        fetcher(database, settings, source_host_pause=0.2) as one,
        fetcher(database, settings, source_host_pause=0.2) as two,
    ):
        began = time.monotonic()
        await asyncio.gather(*(each.fetch(f"{site.url}/tin") for each in (one, two) * 3))
        assert time.monotonic() - began >= 5 * 0.2, "six pages, and before each but the first a pause"


async def test_all_processes_back_off_when_a_site_requires_it(
    site: Site, database: Database, settings: Settings
) -> None:
    site.put("/robots.txt", "")
    site.put("/tin", b"", status=503, headers={"retry-after": "900"})
    async with fetcher(database, settings, source_host_pause=0.01) as guest:
        with pytest.raises(FetchError) as busy:
            await guest.fetch(f"{site.url}/tin")
        with pytest.raises(FetchError) as resting:
            await guest.fetch(f"{site.url}/khac")
    assert (busy.value.code, busy.value.delay) == ("http_503", 900)
    assert resting.value.code == "host_rests"
    assert 800 < resting.value.delay <= 900
    assert site.asked("/khac") == []


async def test_nothing_is_fetched_while_robots_txt_cannot_be_fetched(
    site: Site, database: Database, settings: Settings
) -> None:
    site.put("/robots.txt", b"", status=500)
    site.put("/tin", "tin")
    async with fetcher(database, settings) as guest:
        assert await refused(guest, f"{site.url}/tin") == ("robots_unknown", True)
        assert await refused(guest, f"{site.url}/tin") == ("robots_unknown", True)
    assert (len(site.asked("/robots.txt")), site.asked("/tin")) == (1, [])
    assert await rows(database, "SELECT robots_status FROM web_host") == [(500,)]


async def test_rules_that_cannot_be_read_in_time_stop_the_site_for_a_while(
    site: Site, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def overruns(*_: object) -> None:
        raise ReadingOverrun

    site.put("/robots.txt", "User-agent: *\nDisallow: /" + "*a" * 40)
    site.put("/tin/1", "tin")
    async with fetcher(database, settings) as guest:
        assert (await guest.fetch(f"{site.url}/tin/1")).body == b"tin"
        monkeypatch.setattr("ingest.sources.http.fetcher.run_in_sandbox", overruns)
        assert await refused(guest, f"{site.url}/tin/1") == ("robots_unreadable", True)
    assert len(site.asked("/tin/1")) == 1
