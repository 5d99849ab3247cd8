"""Nobody approves alone: random people with random keys, persons, sources and pushes find no way."""

from random import Random

import httpx
import pytest

from hub.db import Database
from tests.support.figures import Figure
from tests.support.lone_hands import LoneHands


@pytest.mark.counts(small=2, full=50, soak=3_000)
async def test_no_way_is_found_for_one_person_to_write_and_approve(
    client: httpx.AsyncClient, database: Database, count: int, figure: Figure
) -> None:
    approved = across = refused = 0
    for seed in range(count):
        hands = LoneHands(client, database, Random(seed), f"đời {seed}")  # noqa: S311
        await hands.live(steps=20)
        approved, across, refused = approved + hands.approved, across + hands.across, refused + hands.refused
    assert approved > count / 10, "hardly anything was approved: the rule was not tried"
    assert across or count < 100, "no approval was asked for by the other language alone"
    assert refused > count
    figure("lives of people with keys", count)
    figure("approvals by a second person", approved)
    figure("of them for a flag in the other language alone", across)
    figure("refusals", refused)
