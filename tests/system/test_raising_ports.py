"""An exception at any call through any port of any part of the worker is told, never spins, and loses no work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs

from hub.auth.encryption import SecretCipher
from hub.citations.follower import CitationFollower
from hub.clocks.job import ClockJob
from hub.connections import plain_url
from hub.content.damage import DamageJob, note_damaged
from hub.content.scheduler import Scheduler
from hub.db import Database
from hub.exports.job import ExportJob
from hub.files.store import FileStore
from hub.files.sweeper import FileSweeper
from hub.heartbeats.loop import Loop, LoopState, keep_running
from hub.jobs.dispatcher import Dispatcher
from hub.jobs.periodic import PeriodicJob
from hub.log import failures, follow
from hub.manage.cleanup import IdempotencyCleanup
from hub.outgoing.client import OutgoingClient
from hub.press.job import PressJob
from hub.settings import Settings
from hub.webhooks import fanout
from hub.webhooks.fanout import WebhookFanOut
from hub.webhooks.sender import WebhookQueue
from hub.webhooks.signing import generate_secret
from hub.websub.follower import WebSubFollower
from hub.websub.queue import WebSubQueue, WebSubVerificationQueue
from hub.websub.subscriptions import SubscriptionRequest, save_request
from ingest.sources import schedule
from ingest.sources.http.fetcher import Fetcher
from ingest.sources.pipeline import items
from ingest.sources.pipeline.queue import SourceQueue
from ingest.sources.pipeline.runner import Runner
from search.factory import build_follower, build_question_follower
from tests.support import contents
from tests.support.local_site import Site, local_site
from tests.support.raising_ports import Ports, Unforeseen, raising_ports
from tests.support.receiver import Got, Receiver, Says, receiver
from tests.support.servers import Publish
from tests.support.source_runs import TOPICS, for_site, hand, told_about
from tests.support.webhooks import quick

pytestmark = pytest.mark.server

BASE = "http://hub.test"
SHORT = 0.02
MAX_CALLS = 600
"""Calls of all ports between an exception and the work done in spite of it: a part that spins makes thousands."""


@dataclass
class Part:
    """A part of the worker, how its work becomes due again, and how many pieces of it are left."""

    build: Callable[[], Loop]
    due: tuple[str, ...]
    left: str = "SELECT 0"


@dataclass
class Bench:
    """A hub with work for every part, and a connection that no port counts."""

    database: Database
    settings: Settings
    tables: asyncpg.Connection
    outgoing: OutgoingClient
    store: FileStore
    hook: Receiver
    site: Site


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> Ports:
    """Raising ports, and pauses that are short."""
    for module, name in ((schedule, "FIRST_PAUSE"), (items, "FIRST_PAUSE"), (items, "LONGEST_PAUSE")):
        monkeypatch.setattr(module, name, timedelta(seconds=SHORT))
    for module, name in (
        (failures, "FIRST_RETRY_SECONDS"),
        (fanout, "FIRST_REST_SECONDS"),
        (follow, "RETRY_SECONDS"),
        (follow, "POLL_SECONDS"),
    ):
        monkeypatch.setattr(module, name, SHORT)
    fail = LoopState.fail
    monkeypatch.setattr(LoopState, "fail", lambda self, problem, **_: min(fail(self, problem), SHORT))
    return raising_ports(monkeypatch)


def confirm(got: Got) -> Says:
    """Confirm every request of the hub, and accept all content."""
    return Says(200, got.query["hub.challenge"].encode()) if "hub.challenge" in got.query else Says()


@asynccontextmanager
async def open_bench(settings: Settings) -> AsyncIterator[Bench]:
    fast = quick(for_site(settings), webhook_retry_first=0.01, public_url=BASE)
    outgoing, database = OutgoingClient(fast), Database(fast)
    tables = await asyncpg.connect(plain_url(database.url))
    async with local_site() as site, receiver() as hook:
        hook.behave = confirm
        yield Bench(database, fast, tables, outgoing, FileStore(fast), hook, site)
    await tables.close()
    await outgoing.close()
    await database.dispose()


def follower(build: Callable[[], Loop], name: str) -> Part:
    left = (
        f"SELECT h.seq - coalesce((SELECT seq FROM follower WHERE name = '{name}'), 0)"
        " + (SELECT count(*) FROM follower_failure) FROM log_head h"
    )
    return Part(build, (f"UPDATE follower SET seq = 0 WHERE name = '{name}'",), left)


def dispatcher(bench: Bench, queue: Any) -> Callable[[], Loop]:
    return lambda: Dispatcher(bench.database, queue, poll=SHORT)


async def webhooks(bench: Bench) -> Part:
    columns = "id, agency, made_by, label, url, events, filter, format, view, state, secret, position"
    await bench.tables.execute(
        f"INSERT INTO webhook_endpoint ({columns}) VALUES ($1, 'so-y-te', 'kiem-tra', '', $2, '{{}}', '{{}}',"
        " 'standard', 'full', 'active', $3, 0)",
        uuid4(),
        bench.hook.url,
        SecretCipher(bench.settings).encrypt(generate_secret()),
    )
    while await WebhookFanOut(bench.database, bench.settings).step():
        pass
    return Part(
        dispatcher(bench, WebhookQueue(bench.database, bench.settings, bench.outgoing)),
        ("UPDATE webhook_message SET state = 'waiting', attempts = 0, error = NULL, next_at = now()",),
        "SELECT count(*) FROM webhook_message WHERE state <> 'delivered'",
    )


async def fan_out(bench: Bench) -> Part:
    await webhooks(bench)
    return Part(
        lambda: WebhookFanOut(bench.database, bench.settings),
        ("DELETE FROM webhook_message", "UPDATE webhook_endpoint SET position = 0"),
        "SELECT h.seq - (SELECT count(*) FROM webhook_message) FROM log_head h",
    )


async def websub(bench: Bench) -> Part:
    part = await verification(bench)
    queue = WebSubVerificationQueue(bench.database, bench.settings, bench.outgoing)
    [job] = await queue.list_due(1, [])
    await queue.serve(job.key)
    return Part(
        dispatcher(bench, WebSubQueue(bench.database, bench.settings, bench.outgoing)),
        ("UPDATE websub_subscription SET sent_seq = 0, sent_etag = '', failures = 0, next_at = now()",),
        f"SELECT count(*) FROM websub_subscription WHERE sent_seq < wanted_seq OR {len(part.due)} = 0",
    )


async def verification(bench: Bench) -> Part:
    request = SubscriptionRequest("subscribe", bench.hook.url, f"{BASE}/feeds/all.atom", 864_000, None)
    async with bench.database.write() as session:
        await save_request(session, request, bench.settings, BASE, "203.0.113.5")
    await bench.tables.execute("CREATE TABLE asked AS SELECT * FROM websub_intent")
    return Part(
        dispatcher(bench, WebSubVerificationQueue(bench.database, bench.settings, bench.outgoing)),
        (
            "DELETE FROM websub_subscription",
            "DELETE FROM websub_intent",
            "INSERT INTO websub_intent SELECT * FROM asked",
        ),
        "SELECT count(*) + 1 - (SELECT count(*) FROM websub_subscription) FROM websub_intent",
    )


async def sources(bench: Bench) -> Part:
    bench.site.article("/tin/0", TOPICS[0], *told_about(0))
    bench.site.feed("/rss", [("/tin/0", TOPICS[0])])
    async with hand(bench.database, bench.settings) as made:
        await made.add("nguon", "feed", config={"url": f"{bench.site.url}/rss"}, schedule="12h")
    fetcher = Fetcher(bench.database, bench.outgoing, bench.settings)
    runner = Runner(bench.database, fetcher, bench.store, bench.settings)
    return Part(
        dispatcher(bench, SourceQueue(bench.database, runner)),
        (
            "UPDATE source SET next_at = now(), rests_until = NULL",
            "DELETE FROM source_page",
            "UPDATE source_item SET state = 'waiting', attempts = 0, next_at = now(), etag = NULL, sha256 = NULL",
        ),
        "SELECT (SELECT count(*) FROM source WHERE failures > 0 OR next_at IS NULL OR next_at < now() + interval '1 h')"
        " + (SELECT count(*) FROM source_item WHERE state <> 'done')"
        " + (SELECT count(*) FROM source_run WHERE finished_at IS NULL)",
    )


PARTS: dict[str, Callable[[Bench], Awaitable[Part]]] = {
    "webhooks": webhooks,
    "webhook-fan-out": fan_out,
    "websub": websub,
    "websub-verification": verification,
    "sources": sources,
}


def _simple(build: Callable[[Bench], Loop], name: str | None = None) -> Callable[[Bench], Awaitable[Part]]:
    async def make(bench: Bench) -> Part:
        return follower(lambda: build(bench), name) if name else Part(lambda: build(bench), ())

    return make


def _damage(bench: Bench) -> DamageJob:
    note_damaged(f"row {uuid4()}", "row")
    job = DamageJob(bench.database)
    job.next_read = 0.0
    return job


PARTS |= {
    "citations": _simple(lambda bench: CitationFollower(bench.database), "citations"),
    "files": _simple(lambda bench: FileSweeper(bench.database, bench.store), "files"),
    "websub-follower": _simple(lambda bench: WebSubFollower(bench.database), "websub"),
    "exports": _simple(lambda bench: ExportJob(bench.database, bench.store, bench.settings), "dumps"),
    "clock": _simple(lambda bench: Scheduler(bench.database)),
    "damage": _simple(_damage),
    "keeper": _simple(lambda bench: IdempotencyCleanup(bench.database)),
    "legal-clocks": _simple(lambda bench: ClockJob(bench.database)),
    "press": _simple(lambda bench: PressJob(bench.database, 400)),
    "questions": _simple(lambda bench: build_question_follower(bench.settings, bench.database), "questions"),
}


async def survive(bench: Bench, part: Part, ports: Ports, number: int) -> bool:
    """Let the call with a number raise, and see the work done all the same; False if the part makes fewer calls."""
    ports.arm(0)
    for statement in part.due:
        await bench.tables.execute(statement)
    loop, stop = part.build(), asyncio.Event()
    successes = 0
    if isinstance(loop, PeriodicJob):
        loop.interval = SHORT
    succeed = loop.states[0].succeed

    def count_success() -> None:
        nonlocal successes
        succeed()
        successes += 1

    loop.states[0].succeed = count_success  # type: ignore[method-assign]
    with capture_logs() as told:
        ports.arm(number)
        task = asyncio.create_task(keep_running(loop, stop))
        try:
            async with asyncio.timeout(60):
                while (
                    successes < 2
                    or any(state.failures for state in loop.states)
                    or await bench.tables.fetchval(part.left) > 0
                ):
                    await asyncio.sleep(SHORT)
                    assert ports.calls < number + MAX_CALLS, f"{ports.raised}: it spins"
        finally:
            stop.set()
            await task
    if ports.raised is None:
        return False
    lines = [str(line) for line in told if line["log_level"] in ("warning", "error")]
    assert any(Unforeseen.__name__ in line for line in lines), f"{ports.raised} was silent"
    return True


async def survive_all(bench: Bench, part: Part, ports: Ports, stride: int) -> int:
    """Let the calls raise in turn, each `stride`-th; return the number of the last one."""
    number = 1
    while await survive(bench, part, ports, number):
        number += stride
        assert number < 200
    return number - stride


@pytest.mark.counts(small=5, full=1)
@pytest.mark.parametrize("name", PARTS)
async def test_a_part_survives_an_exception_at_every_call(
    name: str, count: int, settings: Settings, publish_edition: Publish, ports: Ports
) -> None:
    for number in range(2):
        await publish_edition("bulletin", contents.bulletin(title=f"Tin số {number}"))
    async with open_bench(settings) as bench:
        assert await survive_all(bench, await PARTS[name](bench), ports, count) >= 1


@pytest.mark.counts(small=5, full=1)
async def test_the_search_index_survives_an_exception_at_every_call(
    count: int, search_settings: Settings, publish_edition: Publish, ports: Ports
) -> None:
    for number in range(2):
        await publish_edition("bulletin", contents.bulletin(title=f"Tin số {number}"))

    async with open_bench(search_settings) as bench:

        def build() -> Loop:
            found = build_follower(search_settings, bench.database)
            assert found is not None
            return found

        assert await survive_all(bench, follower(build, "search"), ports, count) >= 4
