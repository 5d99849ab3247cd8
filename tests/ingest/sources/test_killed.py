"""The worker imports a whole site by schedule and is killed at any moment: nothing is lost or imported twice."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import pytest

from hub.db import Database
from hub.settings import Settings
from tests.support.figures import Figure
from tests.support.import_samples import everything, faults, rows
from tests.support.local_site import Site
from tests.support.printed_decisions import as_docx, as_pdf, as_scan
from tests.support.process_pool import Forks
from tests.support.receiver import Says
from tests.support.source_runs import Hand, for_site, hand, title_of, told_about
from tests.support.waiting import eventually

EACH = 8
"""Articles of each of the three sources."""
CODES = ("tin", "ds", "trang", "vb")


@pytest.fixture
def forks(settings: Settings) -> Iterator[Forks]:
    given = for_site(settings, log_level="ERROR", source_timeout=4, source_max_bytes=1_000_000).model_dump(
        exclude_unset=True
    )
    given |= {"database_url": given["database_url"].get_secret_value(), "outgoing_private_hosts": "127.0.0.1"}
    made = Forks(given)
    yield made
    made.close()


class Portal:
    """A site with three lists, whose articles change; the present text of each."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.version = dict.fromkeys(range(3 * EACH), 1)
        for n in self.version:
            self.write(n)
        paths = [f"/tin/{n}" for n in range(3 * EACH)]
        links = "".join(f'<li><a href="{path}">Tin</a></li>' for path in paths[EACH : 2 * EACH])
        urls = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in paths[2 * EACH :])
        wrong = [(path, "Tin hỏng") for path in ("/to", "/vao-trong", "/cham", "/hong")]
        site.feed("/rss", [(path, title_of(n)) for n, path in enumerate(paths[:EACH])] + wrong, raw=" & sự kiện")
        site.put("/ds", f'<ul class="tin">{links}</ul>')
        site.put("/sm.xml", f"<urlset>{urls}</urlset>")
        site.put("/to", b"x" * 2_000_000)
        site.put("/cham", "chậm", slow=True)
        site.put("/hong", b"", behaves=lambda _: Says(200, b"nua", {"content-length": "500"}))
        files = {
            "41.pdf": as_pdf("41/QĐ-UBND", "trồng cây xanh", "đề án cây xanh bên sông Hương"),
            "41-ban-goc.docx": as_docx("41/QĐ-UBND", "trồng cây xanh", "đề án cây xanh bên sông Hương"),
            "42.docx": as_docx("42/QĐ-UBND", "cấp nước sạch", "dự án cấp nước cho vùng đầm phá"),
            "43.pdf": as_scan(),
        }
        for name, body in files.items():
            site.put(f"/vb/{name}", body, media_type="application/octet-stream")
        site.put("/vb", "".join(f'<a class="tep" href="/vb/{name}">Toàn văn</a>' for name in files))
        site.put("/vao-trong", b"", status=302, headers={"location": f"http://localhost:{site.receiver.port}/tin/0"})

    def write(self, n: int) -> None:
        more = [f"Cập nhật lần {version}." for version in range(2, self.version[n] + 1)]
        self.site.article(f"/tin/{n}", title_of(n), *told_about(n), *more)

    def change(self, n: int) -> None:
        self.version[n] += 1
        self.write(n)


async def begun(sources: Hand, portal: Portal) -> None:
    config: dict[str, Any] = {"recheck_hours": 0}
    url = portal.site.url
    await sources.add("tin", "feed", schedule="1h", config=config | {"url": f"{url}/rss"})
    await sources.add("ds", "list", schedule="1h", config=config | {"url": f"{url}/ds", "links": "ul.tin a"})
    await sources.add("trang", "sitemap", schedule="1h", config=config | {"url": f"{url}/sm.xml"})
    files = config | {"url": f"{url}/vb", "links": "a.tep"}
    await sources.add("vb", "list", "policy", agency="ubnd-hue", schedule="1h", config=files)


async def idle(sources: Hand) -> bool:
    """True when no work is left; retries that were scheduled because this machine was busy are made due now."""
    await sources.do(
        "UPDATE source_item SET next_at = now() WHERE state = 'waiting' AND external_id !~ '/(cham|hong)$' "
        "AND next_at > now()"
    )
    [(left,)] = await rows(
        sources.database,
        "SELECT (SELECT count(*) FROM source WHERE next_at <= now()) + (SELECT count(*) FROM source_run "
        "WHERE finished_at IS NULL) + (SELECT count(*) FROM source_item WHERE state = 'waiting' AND next_at <= now())",
    )
    return bool(left == 0)


async def is_right(sources: Hand, portal: Portal) -> None:
    """Every article is one live document with the present text of the site, one provenance and its original."""
    states = {name: state for code in CODES for name, state in (await sources.states(code)).items()}
    assert {name: state[0] for name, state in states.items() if name.isdigit()} == dict.fromkeys(
        map(str, portal.version), "done"
    )
    assert states["to"][2] == "too_large"
    assert states["vao-trong"][2] == "refused_address"
    assert (states["cham"], states["hong"]) == (("waiting", None, "timeout"), ("waiting", None, "protocol"))
    assert (states["43.pdf"][2], states["42.docx"][:2]) == ("scanned_pdf", ("done", "created"))
    assert {states["41.pdf"][1], states["41-ban-goc.docx"][1]} == {"created", "joined"}
    policies = "SELECT content->>'number', count(*) FROM edition WHERE content ? 'number' GROUP BY 1 ORDER BY 1"
    assert await rows(sources.database, policies) == [("41/QĐ-UBND", 1), ("42/QĐ-UBND", 1)]
    live = await rows(
        sources.database,
        "SELECT p.source_id, e.number, e.content->>'body', p.sha256 = k.sha256, p.url FROM provenance p "
        "JOIN edition e ON e.document_id = p.document_id AND e.state = 'published' "
        "JOIN source_item i ON i.source = p.source AND i.external_id = p.source_id "
        "JOIN kept_original k ON k.id = i.original_id AND k.document_id = p.document_id WHERE p.source <> 'vb'",
    )
    assert len(live) == len(portal.version)
    for name, number, body, same_bytes, url in live:
        n = int(name.rsplit("/", 1)[-1])
        assert number <= portal.version[n]
        assert (f"Cập nhật lần {portal.version[n]}." in body) == (portal.version[n] > 1), name
        assert f"Cập nhật lần {portal.version[n] + 1}." not in body
        assert (same_bytes, url) == (True, f"{portal.site.url}/tin/{n}")
    counted = "SELECT (SELECT count(*) FROM document), count(DISTINCT document_id), count(*) FROM provenance"
    articles = len(portal.version)
    assert await rows(sources.database, counted) == [(articles + 2, articles + 2, articles + 3)]
    assert await faults(sources.database) == []


async def killed(sources: Hand, portal: Portal, forks: Forks, kills: int, runs: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    await begun(sources, portal)
    for _ in range(kills):
        worker = forks.start("worker")
        await asyncio.sleep(chance.uniform(0.1, 1.5))
        forks.kill(worker)
        for n in chance.sample(range(3 * EACH), 4):
            portal.change(n)
        await sources.do("UPDATE source SET next_at = now() WHERE code = :code", code=chance.choice(CODES))
    # An attempt that a kill ended has left no reason: every item gets one more that nothing ends.
    await sources.do("UPDATE source_item SET attempts = 0, next_at = now() WHERE state = 'waiting'")
    worker = forks.start("worker")
    await sources.do("UPDATE source SET next_at = now()")
    await eventually(lambda: idle(sources), seconds=300, every=0.2)
    await sources.do("UPDATE source SET next_at = now()")
    await eventually(lambda: idle(sources), seconds=300, every=0.2)
    await is_right(sources, portal)

    before = (await everything(sources.database))[:4]
    for _ in range(runs):
        await sources.do("UPDATE source SET next_at = now()")
        await eventually(lambda: idle(sources), seconds=300, every=0.2)
    assert (await everything(sources.database))[:4] == before, "more runs, and nothing came twice"
    await is_right(sources, portal)
    forks.kill(worker)


@pytest.mark.counts(small=(1, 1), full=(30, 10), soak=(600, 10))
async def test_a_site_is_imported_by_schedule_through_kills(
    site: Site, database: Database, settings: Settings, forks: Forks, count: tuple[int, int], figure: Figure
) -> None:
    async with hand(database, for_site(settings)) as sources:
        await killed(sources, Portal(site), forks, *count, seed=20_261_127)
    figure("kills", count[0])
