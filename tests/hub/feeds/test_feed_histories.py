"""After every step of a random history, feeds match a replay of the log, with and without a filter."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest

from hub.db import Database
from tests.support import contents, past_editions
from tests.support.feed_parsing import FORMS, Told, every_page, told
from tests.support.servers import Publish

TOPICS = ("moi-truong", "y-te-duoc")
LANGUAGES = ("vi", "en")


@dataclass
class Document:
    """Model of a document: for each language its state, topic and last position."""

    live: bool = True
    final: bool = False
    views: dict[str, tuple[bool, str, int]] = field(default_factory=dict)
    members: dict[tuple[str, str | None], bool] = field(default_factory=dict)
    left: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def best(self, lang: str) -> tuple[bool, str, int]:
        return self.views[lang if lang in self.views else max(self.views)]

    def entered(self, lang: str, view: tuple[bool, str, int]) -> None:
        """Apply a log entry: update for each feed if it contains the document."""
        self.views[lang] = view
        for wanted in LANGUAGES:
            for topic in (None, *TOPICS):
                live, own, _ = self.best(wanted)
                member = live and topic in (None, own)
                if self.members.get((wanted, topic)) and not member:
                    self.left[wanted, topic] = view[2]
                self.members[wanted, topic] = member

    def told(self, lang: str, topic: str | None) -> tuple[int, bool] | None:
        """Return the position of the document in a feed, and if it is present or a tombstone."""
        live, own, seq = self.best(lang)
        if topic in (None, own):
            return seq, live
        position = self.left.get((lang, topic))
        return None if position is None else (position, False)


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(n, marks=pytest.mark.full) for n in range(3, 15))])
async def test_feeds_hold_what_a_replay_of_the_log_says(
    client: httpx.AsyncClient, publish_edition: Publish, database: Database, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same histories each time
    known: dict[UUID, Document] = {}
    after = 0
    for _ in range(18):
        topic, lang = dice.choice(TOPICS), dice.choice(LANGUAGES)
        choices = [id_ for id_, document in known.items() if not document.final]
        verb = dice.choice(["publish"] * 5 + ["withdraw", "withdraw", "restore", "restore", "gone", "redirect"])
        chosen = dice.choice(choices) if choices else None
        if verb == "publish" or chosen is None:
            if chosen is not None and (not known[chosen].live or dice.random() < 0.3):
                chosen = None
            made = contents.bulletin(topics=[topic])
            chosen = await publish_edition("bulletin", made, document_id=chosen, lang=lang)
            known.setdefault(chosen, Document())
        elif known[chosen].live == (verb == "restore"):
            continue
        else:
            target = next((id_ for id_, each in known.items() if each.live and id_ != chosen), None)
            if verb == "redirect" and target is None:
                continue
            bodies: dict[str, dict[str, Any]] = {"withdraw": {"reason": "x"}, "redirect": {"to": target}}
            options = bodies.get(verb, {})
            await past_editions.done(database, verb, chosen, **options)
            known[chosen].live = verb == "restore"
            known[chosen].final = verb in ("gone", "redirect")
        for entry in (await client.get(f"/api/v1/changes?after={after}")).json()["items"]:
            document, after = known[UUID(entry["id"])], entry["seq"]
            own = (
                topic if verb == "publish" or entry["lang"] not in document.views else document.views[entry["lang"]][1]
            )
            document.entered(entry["lang"], (document.live, own, entry["seq"]))
        for wanted in LANGUAGES:
            for filtered in (None, TOPICS[0]):
                expected = [
                    (place, Told(f"urn:uuid:{id_}", live))
                    for id_, document in known.items()
                    if (found := document.told(wanted, filtered)) is not None
                    for place, live in [found]
                ]
                query = f"?limit=7&lang={wanted}" + (f"&topic={filtered}" if filtered else "")
                form = dice.choice(FORMS)
                pages = await every_page(client, f"/feeds/bulletins.{form}{query}")
                seen = [each for page in pages for each in told(form, page)]
                assert seen == [each for _, each in sorted(expected, key=lambda one: -one[0])], (verb, wanted, filtered)
