"""A receiver whose work raises is counted and rests, longer each time; its neighbours are served meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress

import pytest

from hub.db import Database
from hub.faults import describe_fault, is_outage
from hub.jobs.dispatcher import Dispatcher, DueJob, host_of


class Queue:
    """Receivers that are always due; some raise, and counting that may raise as well."""

    name = "kiem-tra"
    channel = "hub_kiem_tra"

    def __init__(self, **raises: BaseException):
        self.raises = raises
        self.record_raises: Exception | None = None
        self.served = Counter[str]()
        self.told: list[str] = []

    async def list_due(self, limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        return [DueJob(key, key) for key in ("tot", *self.raises) if key not in busy][:limit]

    async def serve(self, key: str) -> None:
        self.served[key] += 1
        await asyncio.sleep(0)
        if key in self.raises:
            raise self.raises[key]

    async def record_failure(self, key: str, problem: str) -> None:
        self.told.append(f"{key}: {problem}")
        if self.record_raises is not None:
            raise self.record_raises


async def serve_until(database: Database, queue: Queue, number: int) -> Dispatcher:
    """Run a dispatcher until the receiver that works was served so often."""
    dispatcher, stop = Dispatcher(database, queue, poll=0.01), asyncio.Event()
    task = asyncio.create_task(dispatcher.run(stop))
    try:
        async with asyncio.timeout(60):
            while queue.served["tot"] < number:  # noqa: ASYNC110 - the task works on
                await asyncio.sleep(0.01)
    finally:
        stop.set()
        await task
    return dispatcher


@pytest.mark.parametrize("record_raises", [None, RuntimeError("no record either")])
async def test_a_receiver_that_raises_rests_longer_each_time_whatever_becomes_of_its_record(
    database: Database, record_raises: Exception | None
) -> None:
    queue = Queue(xau=UnicodeError("label empty or too long\nhttps://xn--/"))
    queue.record_raises = record_raises
    dispatcher = await serve_until(database, queue, 300)
    assert 2 <= queue.served["xau"] <= 12
    assert queue.told == ["xau: UnicodeError: label empty or too long"] * queue.served["xau"]
    assert dispatcher.failures == {"xau": queue.served["xau"]}
    assert dispatcher.running == {}
    assert dispatcher.state.failures == 0


async def test_an_outage_is_counted_against_nobody(database: Database) -> None:
    queue = Queue(xau=ConnectionRefusedError())
    await serve_until(database, queue, 100)
    assert queue.served["xau"] >= 2
    assert queue.told == []


async def test_a_receiver_that_hangs_is_ended_and_counted(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.jobs.dispatcher.MAX_TURN_SECONDS", 0.05)
    queue = Queue()
    forever = asyncio.Event()

    async def serve(key: str) -> None:
        queue.served[key] += 1
        if key == "treo":
            await forever.wait()

    queue.raises = {"treo": TimeoutError()}
    monkeypatch.setattr(queue, "serve", serve)
    await serve_until(database, queue, 100)
    assert queue.told[:1] == ["treo: TimeoutError"]


async def test_a_list_that_cannot_be_read_pauses_the_loop_and_is_told(database: Database) -> None:
    queue = Queue()

    async def list_due(limit: int, busy: Collection[str]) -> Sequence[DueJob]:
        raise KeyError("host")

    queue.list_due = list_due  # type: ignore[method-assign]
    dispatcher, stop = Dispatcher(database, queue, poll=0.01), asyncio.Event()
    task = asyncio.create_task(dispatcher.run(stop))
    async with asyncio.timeout(30):
        while dispatcher.state.failures < 2:  # noqa: ASYNC110 - the task works on
            await asyncio.sleep(0.01)
    assert dispatcher.state.problem == "KeyError: 'host'"
    stop.set()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://example.vn:8443/hook", "example.vn"), ("http://[dia-chi]/", "http://[dia-chi]/"), ("", "")],
)
def test_the_host_of_any_stored_url_is_a_text(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("problem", "outage"),
    [
        (ConnectionResetError(), True),
        (OSError(28, "No space left on device"), True),
        (FileNotFoundError(2, "No such file"), False),
        (TimeoutError(), False),
        (ValueError("x"), False),
        (UnicodeError("label empty"), False),
        (MemoryError(), False),
    ],
)
def test_only_servers_and_the_machine_have_outages(problem: Exception, outage: bool) -> None:
    assert is_outage(problem) is outage


def test_a_fault_is_described_by_its_first_line() -> None:
    assert describe_fault(ValueError("first\nsecond\x00")) == "ValueError: first"
    assert describe_fault(AssertionError()) == "AssertionError"
