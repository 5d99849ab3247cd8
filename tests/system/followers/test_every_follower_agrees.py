"""Whatever happens to documents, every tongue of the log tells the same, in the same order, as the matrix says.

The histories are those of `tests/support/random_lives.py`: editors' verbs and the clock's, wrong ones too, in two
languages, with withdrawals, gone and redirects; `tests/support/follower_protocols.py`
holds the tongues and what each must say.
"""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, strategies
from hypothesis import settings as profile

from hub.changes.tail import LogTail
from hub.settings import Settings
from tests.support.figures import Figure
from tests.support.follower_protocols import OWNERS, TONGUES, Reach, Want, changes_of
from tests.support.in_process import InProcess, in_process
from tests.support.life import Life
from tests.support.life_model import TOPICS
from tests.support.random_lives import MOVES, Editors, Move
from tests.support.served import serving_app
from tests.support.webhooks import quick

WANTS = strategies.builds(
    Want,
    kind=strategies.sampled_from((None, None, "policy", "bulletin")),
    topic=strategies.sampled_from((None, *TOPICS)),
    agency=strategies.sampled_from((None, None, *OWNERS)),
    lang=strategies.sampled_from((None, "vi", "en")),
)


class Quiet(Life):
    """A life that is lived without a look at the public surfaces after each step: here that is the tongues' part."""

    async def compare(self, *_: Any) -> None:
        pass


async def _one(hub: InProcess, reach: Reach, editors: Any, drawn: list[Move], middle: int, want: Want) -> Counter[str]:
    wants = [Want(topic=TOPICS[middle % 2]), want]
    told: Counter[str] = Counter()
    state = hub.app.state.hub
    await state.log_tail.close()
    # The log of each history starts over, which no real one does.
    hub.app.state.hub = replace(state, log_tail=LogTail(state.database))
    life = Quiet(hub, *editors, thorough=False)
    await life.begin()
    hand = Editors(life)
    tongues = [tongue(reach, want) for want in wants for tongue in TONGUES]
    for move in drawn[:middle]:
        await hand.make(move)
    for tongue in tongues:
        await tongue.begin()
    for move in drawn[middle:]:
        await hand.make(move)
    for wanted in wants:
        told.update(event for _, event, *_ in changes_of(life, wanted))
    for tongue in tongues:
        must = tongue.must(life, tongue.want)
        assert await tongue.heard(len(must)) == must, (tongue.name, tongue.want, life.log)
    return told


@pytest.mark.counts(small=5, full=20, soak=400)
def test_every_tongue_tells_what_happened_and_nothing_else(
    database_url: str, tmp_path: Path, count: int, figure: Figure
) -> None:
    off: dict[str, Any] = {"rate_anonymous": "off", "rate_key": "off", "rate_failures": "off"}
    told: Counter[str] = Counter()
    settings = quick(Settings(database_url=database_url, data=tmp_path, database_pool_size=4, **off))
    with asyncio.Runner() as runner:
        opened = in_process(settings)
        hub = runner.run(opened.__aenter__())
        serving = serving_app(hub.app)
        served = runner.run(serving.__aenter__())
        client = httpx.AsyncClient(base_url=served.url, timeout=60)
        editors = runner.run(Life.prepare(hub))

        @profile(
            max_examples=count,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # A shorter history would take minutes to find; the one that failed is printed.
            phases=(Phase.generate,),
            print_blob=True,
        )
        @given(drawn=strategies.lists(MOVES, min_size=15, max_size=30), middle=strategies.integers(1, 15), want=WANTS)
        def lived(drawn: list[Move], middle: int, want: Want) -> None:
            told.update(
                runner.run(
                    _one(hub, Reach(served, client, settings, editors[0]["chief"]), editors, drawn, middle, want)
                )
            )

        try:
            lived()
        finally:
            runner.run(client.aclose())
            runner.run(serving.__aexit__(None, None, None))
            runner.run(opened.__aexit__(None, None, None))
    figure("histories", count)
    figure("changes told", told.total())
    assert {"published", "withdrawn", "gone", "left"} <= told.keys(), told
