"""Records of partners, JSONL files and imports are read in the sandbox; of a chunk only the guilty one is refused."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

import ingest.record_chunks as record_chunks
from hub.content import checked_content
from hub.db import Database
from hub.sandbox.errors import ReadingOverrun
from hub.sandbox.runner import run_in_sandbox
from hub.settings import Settings
from ingest.sources.pipeline import items
from ingest.sources.pipeline.jsonl import CHUNK_SIZE
from ingest.sources.pipeline.process_item import ItemProcessor
from ingest.sources.pipeline.record_items import RecordProcessor
from tests.support.editors import key
from tests.support.import_samples import codes, imported, policy, rows, told, write
from tests.support.local_site import Site
from tests.support.source_runs import TOPICS, Hand, for_site, hand, told_about

HUNGRY_RECORD_MEGABYTES = 300
GUILTY = "Bản ghi làm chết tiến trình đọc"


@pytest.fixture
async def sources(database: Database, settings: Settings) -> AsyncIterator[Hand]:
    async with hand(database, for_site(settings)) as made:
        yield made


def article(name: str, title: str = TOPICS[0], seed: int = 0) -> dict[str, Any]:
    lead, *body = told_about(seed)
    content = {"title": title, "lead": lead, "body": "".join(f"<p>{each}</p>" for each in body)}
    return {"id": name, "content": content}


def hungry(name: str) -> dict[str, Any]:
    """A small record that takes far more memory than others to read."""
    return {"id": name, "content": {"title": "Tin", "lead": "x", "body": [{"a": ""}] * 480_000}}


async def add_file(sources: Hand, site: Site, records: list[Any]) -> None:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    site.put("/tin.jsonl", "\n".join(lines), media_type="application/jsonl")
    await sources.add("tep", "jsonl", config={"url": f"{site.url}/tin.jsonl"})


async def test_a_record_that_takes_too_much_memory_is_quarantined_alone_under_its_name(
    database: Database, settings: Settings, site: Site
) -> None:
    async with hand(database, for_site(settings, source_read_megabytes=HUNGRY_RECORD_MEGABYTES)) as sources:
        good = [article(f"r-{n}", TOPICS[n], n) for n in range(4)]
        await add_file(sources, site, [*good[:2], hungry("r-nang"), *good[2:], "{"])
        counts = await sources.run("tep")
        states = await sources.states("tep")
    assert counts == {"found": 6, "created": 4, "quarantined": 2}
    [(name, reason)] = [
        (name, found[2]) for name, found in states.items() if found[2] in ("reading_overrun", "broken_file")
    ]
    assert name == "r-nang" or name.startswith("sha256:"), reason
    assert all(states[f"r-{n}"] == ("done", "created", None) for n in range(4))


def kill_reader(patch: pytest.MonkeyPatch, *, names_too: bool = False) -> list[int]:
    """Let every read of the guilty record fail as one that overruns its time; returns the sizes of the chunks."""
    chunks: list[int] = []

    async def overrun(function: str, body: bytes, arguments: dict[str, Any], *rest: Any) -> Any:
        if "sizes" in arguments:
            chunks.append(len(arguments["sizes"]))
            if _names_guilty(body) and (names_too or not arguments.get("only_names")):
                raise ReadingOverrun("Reading takes more than 60 s.", expected="a smaller file")
        return await run_in_sandbox(function, body, arguments, *rest)

    patch.setattr(record_chunks, "run_in_sandbox", overrun)
    return chunks


def _names_guilty(body: bytes) -> bool:
    return GUILTY.encode() in body or json.dumps(GUILTY)[1:-1].encode() in body


@pytest.mark.parametrize("names_too", [False, True])
async def test_a_chunk_that_ends_its_reader_is_read_record_by_record(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch, names_too: bool
) -> None:
    chunks = kill_reader(monkeypatch, names_too=names_too)
    await add_file(sources, site, [article("r-0"), article("r-xau", GUILTY), article("r-2", TOPICS[2], 2)])
    assert await sources.run("tep") == {"found": 3, "created": 2, "quarantined": 1}
    assert chunks == [3, 1, 1, 1, 1], "the chunk, each record of it, and the name of the guilty one"
    states = await sources.states("tep")
    [guilty] = [name for name, found in states.items() if found == ("quarantined", None, "reading_overrun")]
    assert (guilty == "r-xau") is not names_too
    assert guilty.startswith("sha256:") is names_too


async def test_of_a_push_only_the_guilty_record_is_quarantined(
    client: httpx.AsyncClient, sources: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sources.add("day", "push")
    given = await key(sources.database, "so-y-te", "ingest")
    chunks = kill_reader(monkeypatch)
    long = "Dài. " * 5_000
    batch = [article("r-0"), article("r-xau", GUILTY), article("r-2", TOPICS[2], 2)]
    batch[1]["content"]["lead"] += long
    answer = await client.post(
        "/api/v1/ingest", json={"source": "day", "records": batch}, headers={"authorization": f"Bearer {given}"}
    )
    told_ = [(each["id"], each["outcome"], (each["reason"] or {}).get("code")) for each in answer.json()["results"]]
    assert told_ == [
        ("r-0", "created", None), ("r-xau", "quarantined", "reading_overrun"), ("r-2", "created", None),
    ]  # fmt: skip
    assert chunks[0] == 3
    chunks.clear()
    small = await client.post(
        "/api/v1/ingest",
        json={"source": "day", "records": [article("r-3", TOPICS[3], 3)]},
        headers={"authorization": f"Bearer {given}"},
    )
    assert (small.json()["results"][0]["outcome"], chunks) == ("created", []), "small batches start no process"


async def test_of_an_import_only_the_guilty_record_is_rejected(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_reader(monkeypatch)
    path = write(tmp_path / "vb.jsonl", [policy("p-0"), policy("p-1", title=GUILTY), policy("p-2")])
    summary = await imported(database, path)
    assert told(summary) == (2, 0, 0, 1, 2)
    assert codes(summary) == [(2, "reading_overrun")]


async def test_nothing_of_a_record_is_read_in_the_process_that_saves_it(
    site: Site, sources: Hand, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise AssertionError("read outside the sandbox")

    for name in ("validate_content", "fingerprint"):
        monkeypatch.setattr(checked_content, name, refuse)
    await add_file(sources, site, [article("r-0"), article("r-1", TOPICS[1], 1)])
    assert await sources.run("tep") == {"found": 2, "created": 2}
    assert told(await imported(database, write(tmp_path / "vb.jsonl", [policy("p-0")]))) == (1, 0, 0, 0, 1)


class Killed(BaseException):
    """Stands for a `kill -9`: nothing of the process runs any more."""


async def test_a_record_that_ends_the_worker_is_set_aside_after_its_attempts(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attempt is committed before anything of the chunk is read, so that the worker does not die without end."""
    records = [article(f"r-{n}", f"{TOPICS[n % 6]} {n}", n) for n in range(CHUNK_SIZE + 5)]
    records[3]["content"]["title"] = GUILTY
    await add_file(sources, site, records)
    deliver = RecordProcessor.deliver

    async def die(self: Any, session: Any, record: Any) -> Any:
        if record.content is not None and record.content.checked.stored["title"] == GUILTY:
            raise Killed
        return await deliver(self, session, record)

    monkeypatch.setattr(RecordProcessor, "deliver", die)
    deaths = 0
    while deaths < 20:
        try:
            await sources.runner.run("tep", discover=True)
        except Killed:
            deaths += 1
        else:
            break
    assert deaths == items.MAX_ATTEMPTS + 1, "once in its chunk, then alone"
    [(counts,)] = await rows(sources.database, "SELECT counts FROM source_run")
    assert (counts["found"], counts["quarantined"]) == (len(records), 1)
    [(left,)] = await rows(sources.database, "SELECT reason->>'code' FROM source_item WHERE state = 'quarantined'")
    assert left == "fatal_item"


OUTAGES = [
    OperationalError("SELECT 1", {}, ConnectionError("gone"), connection_invalidated=True),
    asyncio.CancelledError(),
]


@pytest.mark.parametrize("interruption", OUTAGES, ids=["database", "stop"])
async def test_an_outage_or_a_stop_is_no_attempt_at_an_item(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch, interruption: BaseException
) -> None:
    site.article("/tin/0", TOPICS[0], *told_about(0))
    site.feed("/rss", [("/tin/0", TOPICS[0])])
    await sources.add("nguon", "feed", config={"url": f"{site.url}/rss"})
    save: Any = ItemProcessor._save_item

    async def interrupt(*_: Any, **__: Any) -> None:
        raise interruption

    monkeypatch.setattr(ItemProcessor, "_save_item", interrupt)
    for _ in range(items.MAX_ATTEMPTS + 1):
        with pytest.raises(type(interruption)):
            await sources.runner.run("nguon", discover=True)
        assert await rows(sources.database, "SELECT state, attempts, next_at <= now() FROM source_item") == [
            ("waiting", 0, True)
        ]
    monkeypatch.setattr(ItemProcessor, "_save_item", save)
    await sources.run("nguon")
    assert (await sources.states("nguon"))["0"] == ("done", "created", None)


@pytest.mark.parametrize("interruption", OUTAGES, ids=["database", "stop"])
async def test_an_outage_or_a_stop_is_no_attempt_at_a_chunk(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch, interruption: BaseException
) -> None:
    await add_file(sources, site, [article("r-0"), article("r-1", TOPICS[1], 1)])
    deliver = RecordProcessor.deliver

    async def interrupt(*_: Any) -> Any:
        raise interruption

    monkeypatch.setattr(RecordProcessor, "deliver", interrupt)
    for _ in range(items.MAX_ATTEMPTS + 1):
        with pytest.raises(type(interruption)):
            await sources.runner.run("tep", discover=True)
        assert await rows(sources.database, "SELECT attempts, reading_to FROM source_run") == [(0, 0)]
    monkeypatch.setattr(RecordProcessor, "deliver", deliver)
    assert await sources.run("tep") == {"found": 2, "created": 2}


async def test_an_attempt_that_cannot_be_taken_back_is_not_counted_again(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is down nothing can be taken back; the process remembers it."""
    site.article("/tin/0", TOPICS[0], *told_about(0))
    site.feed("/rss", [("/tin/0", TOPICS[0])])
    await sources.add("nguon", "feed", config={"url": f"{site.url}/rss"})
    take_back: Any = items.return_attempt

    async def is_down(*_: Any, **__: Any) -> None:
        raise OUTAGES[0]

    monkeypatch.setattr(ItemProcessor, "_save_item", is_down)
    monkeypatch.setattr(items, "return_attempt", is_down)
    for _ in range(items.MAX_ATTEMPTS + 1):
        await sources.do("UPDATE source_item SET next_at = now()")
        with pytest.raises(OperationalError):
            await sources.runner.run("nguon", discover=True)
        assert await rows(sources.database, "SELECT state, attempts FROM source_item") == [("waiting", 1)]
    monkeypatch.setattr(items, "return_attempt", take_back)


async def test_a_killed_worker_leaves_its_attempt_counted(
    site: Site, sources: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.article("/tin/0", TOPICS[0], *told_about(0))
    site.feed("/rss", [("/tin/0", TOPICS[0])])
    await sources.add("nguon", "feed", config={"url": f"{site.url}/rss"})

    async def die(*_: Any, **__: Any) -> None:
        raise Killed

    monkeypatch.setattr(ItemProcessor, "_save_item", die)
    for attempt in range(1, items.MAX_ATTEMPTS + 1):
        await sources.do("UPDATE source_item SET next_at = now()")
        with pytest.raises(Killed):
            await sources.runner.run("nguon", discover=True)
        assert await rows(sources.database, "SELECT state, attempts FROM source_item") == [("waiting", attempt)]
    await sources.do("UPDATE source_item SET next_at = now()")
    await sources.run("nguon")
    assert (await sources.states("nguon"))["0"] == ("quarantined", None, "fatal_item")
