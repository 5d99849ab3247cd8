"""Many passages made from few: real articles first, then mixtures of their sentences. Deterministic.

A mixture has the length of a real article, the title of a second and the heading of a third; half of its sentences are
of the first, the others of any. So words are as common, and passages as long, as in the real ones, and whatever answers
a question has hundreds of rivals that share parts of it.
"""

import random
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.ranking.bm25 import PassageFields
from tests.bench.baselines import Article

_SENTENCE = re.compile(r"[^\n.;]+[\n.;]*")
SEED = 20


@dataclass(frozen=True)
class Mixture:
    """Passages over a pool of texts; each is a context, a heading and sentences, by their numbers in the pool."""

    pool: list[str]
    numbers: "array[int]"
    starts: "array[int]"

    def __len__(self) -> int:
        return len(self.starts) - 1

    def parts(self, place: int) -> Sequence[int]:
        """The numbers of a passage: its context, its heading, its sentences."""
        return self.numbers[self.starts[place] : self.starts[place + 1]]

    def fields(self, place: int) -> PassageFields:
        context, heading, *sentences = (self.pool[number] for number in self.parts(place))
        return PassageFields(context, heading, "".join(sentences))


def mix(articles: Sequence[Article], count: int) -> Mixture:
    """Make `count` passages, the first of which are the articles themselves."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    pool: dict[str, int] = {}

    def number(text: str) -> int:
        return pool.setdefault(text, len(pool))

    real = [
        (number(one.context), number(heading), [number(part) for part in _SENTENCE.findall(body[:6_000])])
        for one in articles
        for heading, _, body in [one.words.partition("\n")]
    ]
    every = [part for _, _, body in real for part in body]
    numbers, starts = array("I"), array("Q", [0])
    for passage in _passages(real, every, count, chance):
        numbers.extend(passage)
        starts.append(len(numbers))
    return Mixture(list(pool), numbers, starts)


def _passages(
    real: Sequence[tuple[int, int, list[int]]], every: Sequence[int], count: int, chance: random.Random
) -> Iterator[list[int]]:
    for context, heading, body in real[:count]:
        yield [context, heading, *body]
    for _ in range(count - len(real)):
        (_, _, body), (context, _, _), (_, heading, _) = chance.choices(real, k=3)
        kept = (part if chance.random() < 0.5 else every[int(chance.random() * len(every))] for part in body)
        yield [context, heading, *kept]
