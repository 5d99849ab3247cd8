"""Random lives of documents: what hypothesis draws, and how `life.Life` lives it. As a program it lives many."""

import asyncio
import gc
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop
from hypothesis import HealthCheck, Phase, given, seed, strategies
from hypothesis import settings as profile

from hub.settings import Settings
from tests.support.in_process import InProcess, in_process
from tests.support.life import Life
from tests.support.life_model import MOMENTS, SCHEDULES, Document

STEPS = ("submit", "return", "approve", "publish", "discard", "withdraw", "restore")
NEXT = {"drafting": "submit", "in_review": "approve", "approved": "publish", "scheduled": "publish"}
WEIGHTS = {
    "create": 2,
    "bring": 10,
    "save": 2,
    "go_on": 2,
    "any": 3,
    "withdraw": 1,
    "restore": 1,
    "correct": 2,
    "schedule": 2,
    "redirect": 1,
    "gone": 1,
    "wrong": 1,
    "again": 1,
    "publish_due": 2,
    "tell_time": 2,
    "extend": 1,
    "answer": 1,
    "drop": 1,
}


@dataclass(frozen=True)
class Move:
    """One move of an editor or of the clock; which of the values count depends on what is done."""

    what: str
    document: int
    lang: str
    who: str
    kind: str
    verb: str
    version: str
    high: bool
    major: bool
    noted: bool
    other: int
    related: bool
    moment: datetime
    at: datetime | None


MOVES = strategies.builds(
    Move,
    what=strategies.sampled_from([what for what, weight in WEIGHTS.items() for _ in range(weight)]),
    document=strategies.sampled_from((0, 0, 0, 1, 1, 2)),
    lang=strategies.sampled_from(("vi", "vi", "vi", "en")),
    who=strategies.sampled_from(("writer", "chief")),
    kind=strategies.sampled_from(("policy", "bulletin", "draft")),
    verb=strategies.sampled_from((*STEPS, "edition", "correct", "gone")),
    version=strategies.sampled_from(("stale", "future", "none", "malformed")),
    high=strategies.booleans(),
    major=strategies.booleans(),
    noted=strategies.booleans(),
    other=strategies.integers(0, 3),
    related=strategies.booleans(),
    moment=strategies.sampled_from(MOMENTS),
    at=strategies.sampled_from((*SCHEDULES, None)),
)


class Editors:
    """Makes the moves of one life."""

    def __init__(self, life: Life) -> None:
        self.life = life

    async def make(self, move: Move) -> None:
        """One move; the first one that needs a document makes it."""
        relations = frozenset({move.other}) if move.related else frozenset[int]()
        if move.what == "create" or not self.life.documents:
            number = move.document if self.life.documents else 0
            relations = relations if self.life.documents else frozenset()
            await self.life.create(number, move.kind, move.lang, move.who, move.high, relations)
            return
        document = self.life.documents[move.document % len(self.life.documents)]
        written: dict[str, Any] = {"high": move.high, "relations": relations}
        match move.what:
            case "bring":
                await self._bring(document, move)
            case "save":
                await self._act(document, "edition", move, major=move.major, noted=move.noted, **written)
            case "go_on":
                await self._go_on(document, move.lang, move.who)
            case "any":
                await self._act(document, move.verb, move, noted=move.noted, **written)
            case "correct":
                await self._act(document, "correct", move, noted=move.noted, **written)
            case "schedule":
                while (working := document.working(move.lang)) and working.state in ("drafting", "in_review"):
                    before = working.state
                    await self._go_on(document, move.lang, "chief")
                    if working.state == before:
                        break
                await self._act(document, "schedule", move, moment=move.at)
            case "wrong":
                await self._act(document, move.verb, move, version=move.version)
            case "again":
                await self.life.again()
            case "publish_due":
                await self.life.publish_due(move.moment)
            case "tell_time":
                await self.life.tell_time(move.moment)
            case "extend" | "answer" | "drop":
                await self.life.consult(document, move.what, move.who)
            case _:
                await self._act(document, move.what, move, target=move.other)

    async def _bring(self, document: Document, move: Move) -> None:
        """Everything from a saved edition to its publication, as far as the state allows."""
        if document.working(move.lang) is None:
            await self._act(document, "edition", move, high=move.high)
        for _ in range(3):
            await self._go_on(document, move.lang, "chief" if move.who == "writer" else "writer")

    async def _go_on(self, document: Document, lang: str, who: str) -> None:
        if working := document.working(lang):
            await self.life.act(document, NEXT[working.state], lang, who)

    async def _act(self, document: Document, verb: str, move: Move, **values: Any) -> None:
        await self.life.act(document, verb, move.lang, move.who, **values)


def live(
    database_url: str, lives: int, *, moves: tuple[int, int], thorough: bool = True, number: int = 0
) -> dict[str, int]:
    """Live so many lives of so many moves, all on one database; gives how many steps were accepted and refused.

    Each number gives other lives, and the same ones each time.
    """
    unlimited = dict.fromkeys(("rate_anonymous", "rate_key", "rate_failures"), "1000000/second")
    folder = TemporaryDirectory(prefix="hub-lives-")
    settings = Settings(
        database_url=database_url,
        database_pool_size=2,
        data=Path(folder.name),
        **unlimited,  # type: ignore[arg-type]
    )
    counted = {"lives": 0, "accepted": 0, "refused": 0, "entries": 0}

    async def one(hub: InProcess, editors: Sequence[dict[str, str]], drawn: list[Move]) -> None:
        life = Life(hub, *editors, thorough=thorough)
        counted["lives"] += 1
        await life.begin()
        hand = Editors(life)
        for move in drawn:
            await hand.make(move)
        await life.finish()
        if thorough or counted["lives"] % 25 == 0:
            await life.walk()
        counted["accepted"] += life.steps["accepted"]
        counted["refused"] += life.steps["refused"]
        counted["entries"] += len(life.log)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        opened = in_process(settings)
        hub = runner.run(opened.__aenter__())
        editors = runner.run(Life.prepare(hub))

        @seed(number)
        @profile(
            max_examples=lives,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            print_blob=True,
        )
        @given(drawn=strategies.lists(MOVES, min_size=moves[0], max_size=moves[1]))
        def lived(drawn: list[Move]) -> None:
            runner.run(one(hub, editors, drawn))

        try:
            lived()
        finally:
            runner.run(opened.__aexit__(None, None, None))
            folder.cleanup()
    return counted


if __name__ == "__main__":
    # What was imported stays to the end: looking through it for garbage again and again costs a sixth of the time.
    gc.collect()
    gc.freeze()
    done = live(sys.argv[1], int(sys.argv[2]), moves=(3, 6), thorough=False, number=int(sys.argv[3]))
    print(json.dumps(done))
