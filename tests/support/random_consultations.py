"""Random lives of consultations: what hypothesis draws, and how `ConsultationLives` lives it. As a program: many."""

import asyncio
import gc
import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop
from hypothesis import HealthCheck, Phase, given, seed, strategies
from hypothesis import settings as profile

from hub.consultation.clock import CLOSING_DELAY
from hub.settings import Settings
from tests.support.consultation_life import ConsultationLives
from tests.support.consultation_life_model import Life, Opinion
from tests.support.in_process import InProcess, in_process

WEIGHTS = {
    "submit": 20,
    "amend": 4,
    "withdraw": 2,
    "erase": 3,
    "decide": 6,
    "undo": 3,
    "review": 1,
    "ask_body": 2,
    "take_letter": 2,
    "announce": 1,
    "link": 2,
    "revise": 2,
    "extend": 2,
    "tell_soon": 3,
    "turn": 3,
    "group": 3,
    "reply": 4,
    "reply_to_all": 3,
    "change_reply": 2,
    "answer": 3,
    "adopt": 2,
    "drop": 1,
    "prove": 3,
}


@dataclass(frozen=True)
class Act:
    """One act; which of the values count depends on what is done."""

    what: str
    life: int
    one: int
    other: int
    stance: str
    decision: str
    first: bool
    second: bool


ACTS = strategies.builds(
    Act,
    what=strategies.sampled_from([what for what, weight in WEIGHTS.items() for _ in range(weight)]),
    life=strategies.sampled_from((0, 0, 0, 0, 1, 2)),
    one=strategies.integers(0, 6),
    other=strategies.integers(0, 6),
    stance=strategies.sampled_from(("agrees", "agrees_in_part", "against", "suggests", "asks")),
    decision=strategies.sampled_from(("publish", "publish", "hide", "hide", "hold")),
    first=strategies.booleans(),
    second=strategies.sampled_from((False, False, True)),
)
WINDOWS = strategies.sampled_from(((-2, 9), (-2, 9), (-2, 9), (-1, 1), (2, 9)))
"""Days from today: mostly open, sometimes too short for a notice that it closes soon, or not open yet."""


class Hands:
    """Does the acts of one sequence."""

    def __init__(self, lives: ConsultationLives) -> None:
        self.lives = lives

    async def do(self, act: Act) -> None:
        life = self.lives.lives[act.life % len(self.lives.lives)]
        match act.what:
            case "submit":
                await self.lives.submit(life, act.one, act.stance, is_copy=act.first, is_private=act.second)
            case "announce":
                await self.lives.announce(-1, 9 + act.one, is_public=act.first)
            case "link":
                others = [one for one in self.lives.lives if one is not life and one.drafts]
                other = others[act.one % len(others)] if act.first and others else None
                await self.lives.link(life, other)
            case "revise" if life.drafts:
                await self.lives.revise(life, act.one, act.other)
            case "turn":
                await self.lives.turn(life.closes + CLOSING_DELAY if act.first else life.opens + timedelta(hours=1))
            case "tell_soon":
                await self.lives.tell_soon(life.closes - timedelta(days=1 + act.one))
            case "undo":
                await self.lives.undo(life, act.one)
            case "take_letter":
                await self.lives.take_letter(life, act.one, act.stance, agrees=act.second)
            case "change_reply":
                await self.lives.change_reply(life, act.one, is_deletion=act.second)
            case "adopt":
                await self.lives.adopt(life, without=act.second)
            case "review" | "ask_body" | "extend" | "group" | "reply_to_all" | "answer" | "drop":
                await getattr(self.lives, act.what)(life)
            case _ if life.opinions:
                await self._handle(act, life, life.opinions[act.one % len(life.opinions)])

    async def _handle(self, act: Act, life: Life, opinion: Opinion) -> None:
        if act.what == "decide":
            other = life.opinions[act.other % len(life.opinions)]
            chosen = [opinion] if other is opinion else [opinion, other]
            await self.lives.decide(life, chosen, act.decision, is_stale=act.second)
        elif act.what == "reply":
            await self.lives.reply(life, opinion, to_group=act.first)
        elif opinion.code is not None:
            match act.what:
                case "amend":
                    await self.lives.amend(life, opinion, is_private=act.second)
                case "withdraw":
                    await self.lives.withdraw(life, opinion)
                case "erase":
                    await self.lives.erase(life, opinion)
                case "prove":
                    await self.lives.prove(life, opinion)


def live(database_url: str, lives: int, *, acts: tuple[int, int], number: int = 0) -> dict[str, int]:
    """Live so many sequences of so many acts, all on one database; gives how many acts were accepted and refused.

    Each number gives other lives, and the same ones each time.
    """
    names = ("rate_anonymous", "rate_key", "rate_failures")
    limits = ("comment_quota_network", "comment_quota_consultation", "comment_quota_all", "comment_code_tries")
    folder = TemporaryDirectory(prefix="hub-lives-")
    free = dict.fromkeys(names, "1000000/second") | dict.fromkeys(limits, 10_000)
    settings = Settings(
        database_url=database_url,
        database_pool_size=2,
        data=Path(folder.name),
        **free,  # type: ignore[arg-type]
    )
    counted = {"lives": 0, "accepted": 0, "refused": 0, "entries": 0, "comments": 0}

    async def one(hub: InProcess, key: str, days: tuple[int, int], drawn: list[Act]) -> None:
        made = ConsultationLives(hub, key, settings)
        counted["lives"] += 1
        await made.begin(*days)
        hands = Hands(made)
        for act in drawn:
            await hands.do(act)
        await made.finish()
        for name, value in made.steps.items():
            counted[name] += value
        counted["entries"] += len(made.log)
        counted["comments"] += sum(len(each.opinions) for each in made.lives)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        opened = in_process(settings)
        hub = runner.run(opened.__aenter__())
        key = runner.run(ConsultationLives.prepare(hub))

        @seed(number)
        @profile(
            max_examples=lives,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            print_blob=True,
        )
        @given(days=WINDOWS, drawn=strategies.lists(ACTS, min_size=acts[0], max_size=acts[1]))
        def lived(days: tuple[int, int], drawn: list[Act]) -> None:
            runner.run(one(hub, key, days, drawn))

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
    print(json.dumps(live(sys.argv[1], int(sys.argv[2]), acts=(10, 30), number=int(sys.argv[3]))))
