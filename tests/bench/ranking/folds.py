"""Choosing weights on some questions and telling them on others, with intervals by paired bootstrap."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import mean, stdev
from zlib import crc32

from search.ranking.bm25 import WEIGHTS, Weights, score_matches
from tests.bench.ranking.pool import LEVELS, Prepared, measure_order

FOLDS = 5
ROUNDS = 2_000

COVERAGES, DEFINITIONS, SIBLINGS = (0.0, 0.3, 0.6, 0.9, 1.2), (0.0, 0.3), (0.05, 0.2, 0.35, 0.5)

Gains = Mapping[Weights, Sequence[tuple[float, ...]]]
"""nDCG@10 of each question by level, for each variant of the weights."""

Group = Callable[[Prepared], str]
"""Names the part of the questions that one belongs to; weights that are told on a part were chosen on the others."""

SPLITS: dict[str, Group] = {
    "five folds, by document": lambda one: str(crc32(one.document.encode()) % FOLDS),
    "by set": lambda one: one.set_name,
    "by type of document": lambda one: re.split(r"\s\d", one.document)[0] if "/" in one.document else "law articles",
    "by year, odd or even": lambda one: str(sum(map(int, re.findall(r"/(\d{4})/", one.document)[:1])) % 2),
}


def measure_variants(questions: Sequence[Prepared]) -> Gains:
    """Measure every variant, and the weights in use."""
    gains: dict[Weights, list[tuple[float, ...]]] = {}
    for one in questions:
        for coverage, definition in {*product(COVERAGES, DEFINITIONS), (WEIGHTS.coverage, WEIGHTS.definition)}:
            # The share of siblings is added when documents are put in order, so the scores stand for all shares.
            scored = Weights(coverage, definition)
            scores = score_matches(one.question, one.matches, one.statistics, scored)
            for sibling in {*SIBLINGS, WEIGHTS.sibling}:
                weights = replace(scored, sibling=sibling)
                gains.setdefault(weights, []).append(measure_order(one, scores, weights))
    return gains


@dataclass(frozen=True)
class Told:
    """The gains of questions with weights that were chosen without them, and which were chosen for each part."""

    gains: list[tuple[float, ...]]
    chosen: dict[str, Weights]


def tell(questions: Sequence[Prepared], gains: Gains, group: Group) -> Told:
    """Tell each part of the questions with the weights that are best on the other parts."""
    names = [group(one) for one in questions]
    chosen = {
        name: max(gains, key=lambda weights: _worth(weights, questions, gains, [other != name for other in names]))
        for name in sorted(set(names))
    }
    return Told([gains[chosen[name]][place] for place, name in enumerate(names)], chosen)


def _worth(weights: Weights, questions: Sequence[Prepared], gains: Gains, used: Sequence[bool]) -> float:
    """The sum of the lower bounds of the differences from the baseline, over sets and levels."""
    worth = 0.0
    for name in {one.set_name for one in questions}:
        for level in range(len(LEVELS)):
            found = [
                told[level] - one.baseline[level]
                for one, told, use in zip(questions, gains[weights], used, strict=True)
                if use and one.set_name == name
            ]
            if len(found) > 1:
                worth += mean(found) - 1.96 * stdev(found) / len(found) ** 0.5
    return worth


def interval(values: Sequence[float]) -> str:
    """Mean with its 95 % bootstrap interval."""
    chance = random.Random(7)  # noqa: S311 - no secret
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(ROUNDS))
    return f"{mean(values):.3f} [{means[ROUNDS // 40]:.3f}–{means[-ROUNDS // 40 - 1]:.3f}]"
