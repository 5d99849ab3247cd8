"""The budget of bytes: nobody gets more than a share, and whoever finds no room waits in turn or is refused."""

import asyncio

import pytest

from hub.errors import Overload
from hub.web import byte_budget
from hub.web.byte_budget import ByteBudget


async def test_a_client_with_its_share_waits_while_others_pass() -> None:
    budget = ByteBudget(100)
    held = await budget.take("a", 25)
    waiting = asyncio.create_task(budget.take("a", 10))
    await asyncio.sleep(0)
    assert budget.has_waiters

    assert await budget.take("b", 20) == 20

    assert not waiting.done()
    budget.give("a", held)
    assert await waiting == 10
    assert budget.held == 30
    assert not budget.has_waiters


async def test_a_full_budget_serves_those_who_wait_in_turn() -> None:
    budget = ByteBudget(100)
    for who in "abcd":
        await budget.take(who, 25)
    order: list[str] = []

    async def wait(who: str, size: int) -> None:
        await budget.take(who, size)
        order.append(who)

    tasks = [asyncio.create_task(wait(who, size)) for who, size in (("e", 25), ("f", 5), ("g", 5))]
    await asyncio.sleep(0)
    budget.give("a", 25)
    await asyncio.sleep(0)
    assert order == ["e"]
    budget.give("b", 25)

    await asyncio.gather(*tasks)

    assert order == ["e", "f", "g"]


async def test_more_than_a_share_counts_as_a_share_and_is_given_back_whole() -> None:
    budget = ByteBudget(100)

    async with budget.hold("a", 1_000):
        assert budget.held == 25

    assert budget.held == 0


async def test_who_finds_no_room_in_time_is_refused_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_budget, "PATIENCE_SECONDS", 0.01)
    budget = ByteBudget(100)
    held = await budget.take("a", 25)

    with pytest.raises(Overload) as refused:
        await budget.take("a", 10)

    assert refused.value.extra["retry_after"] > 0
    budget.give("a", held)
    assert (budget.held, budget.waiting_bytes, budget.has_waiters) == (0, 0, False)


async def test_what_waits_in_memory_already_is_limited_too() -> None:
    budget = ByteBudget(100)
    held = await budget.take("a", 25)
    waiting = [asyncio.create_task(budget.take("a", 20, holding=50)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(Overload):
        await budget.take("a", 20, holding=50)

    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    budget.give("a", held)
    assert (budget.held, budget.waiting_bytes, budget.has_waiters) == (0, 0, False)


async def test_a_waiter_that_is_cancelled_in_the_moment_of_its_admission_gives_its_room_back() -> None:
    budget = ByteBudget(100)
    held = await budget.take("a", 25)
    waiting = asyncio.create_task(budget.take("a", 25))
    await asyncio.sleep(0)

    budget.give("a", held)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert budget.held == 0
