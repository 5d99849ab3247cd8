"""`make bench-campaigns`: how well near copies of comments are grouped, in what time and memory.

Ten thousand comments on one draft, made from templates (`tests.support.campaigns`). Thresholds were chosen with the
set *tuning*; the set *judging* has other campaigns and other seeds.
"""

import random
import tracemalloc
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hub.consultation.campaigns.near_copies import CopyFinder, CopyGroup
from hub.consultation.campaigns.sentences import split_sentences
from tests.support.campaigns import MadeComment, draft_texts, make_comments

SEEDS = {"tuning": (11,), "judging": (5_501, 5_502)}
MIN_PRECISION, MIN_RECALL = 0.98, 0.95


@dataclass(frozen=True)
class Scores:
    """Scores of one grouping; precision and recall count pairs of comments."""

    precision: float
    recall: float
    precision_by_comment: float
    recall_by_comment: float
    swallowed: int
    """Comments of single persons that are in a group."""
    own_lost: int
    """Members of a group of whose own sentences one is not reported."""
    groups: int

    @property
    def is_good(self) -> bool:
        """True if the promise is kept."""
        return (
            self.precision >= MIN_PRECISION and self.recall >= MIN_RECALL and not self.swallowed and not self.own_lost
        )


def score(made: Sequence[MadeComment], groups: Sequence[CopyGroup]) -> Scores:
    """Compare groups with the labels: by pairs, and by comment (B-cubed, so that small campaigns count as well)."""
    found = {member.key: place for place, group in enumerate(groups) for member in group.members}
    placed = {one.key: found.get(one.key, f"alone {one.key}") for one in made}
    true = {one.key: one.key if one.campaign is None else one.campaign for one in made}
    both = Counter((placed[one.key], true[one.key]) for one in made)
    of_found, of_true = Counter(placed.values()), Counter(true.values())
    right = sum(n * (n - 1) for n in both.values())
    precision = [both[placed[one.key], true[one.key]] / of_found[placed[one.key]] for one in made]
    recall = [both[placed[one.key], true[one.key]] / of_true[true[one.key]] for one in made]
    reported = {member.key: member.own_sentences for group in groups for member in group.members}
    lost = 0
    for one in made:
        if one.key in reported:
            known = {sentence.key for text in reported[one.key] for _, sentence in split_sentences(text)}
            lost += any(sentence.key not in known for text in one.own for _, sentence in split_sentences(text))
    return Scores(
        right / max(1, sum(n * (n - 1) for n in of_found.values())),
        right / max(1, sum(n * (n - 1) for n in of_true.values())),
        sum(precision) / len(made),
        sum(recall) / len(made),
        sum(one.campaign is None and one.key in found for one in made),
        lost,
        len(groups),
    )


def main(number: Annotated[int, typer.Option(help="How many comments.")] = 10_000) -> None:
    """Measure."""
    console = Console(width=130)
    table = Table(
        "set",
        "seed",
        "precision",
        "recall",
        "by comment",
        "swallowed",
        "own lost",
        "groups",
        "add s",
        "group s",
        "one more ms",
        "MB",
    )
    is_good = True
    for kind, seeds in SEEDS.items():
        for seed in seeds:
            made = make_comments(kind, seed, number)
            finder = CopyFinder(draft_texts())
            start = process_time()
            for one in made:
                finder.add(one.key, one.text)
            added = process_time()
            groups = finder.groups()
            ended = process_time()
            finder.add("one more", made[0].text)
            more = process_time() - ended
            scores = score(made, groups)
            is_good &= scores.is_good or kind == "tuning"
            table.add_row(
                kind,
                str(seed),
                f"{scores.precision:.4f}",
                f"{scores.recall:.4f}",
                f"{scores.precision_by_comment:.4f} {scores.recall_by_comment:.4f}",
                str(scores.swallowed),
                str(scores.own_lost),
                str(scores.groups),
                f"{added - start:.1f}",
                f"{ended - added:.1f}",
                f"{1_000 * more:.1f}",
                f"{measure_memory(made):.0f}",
            )
    console.print(table)
    raise SystemExit(0 if is_good else 1)


def measure_memory(made: Sequence[MadeComment]) -> float:
    """Return the megabytes that a finder of these comments holds; a tenth of them is measured, for tracing is slow."""
    part = random.Random(1).sample(list(made), max(1, len(made) // 10))  # noqa: S311 - no secret
    tracemalloc.start()
    finder = CopyFinder(draft_texts())
    for one in part:
        finder.add(one.key, one.text)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held * len(made) / len(part) / 1e6


if __name__ == "__main__":
    typer.run(main)
