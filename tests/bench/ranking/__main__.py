"""`make bench-ranking`: weights of the ranking by cross-validation, told beside BM25 with pairs; no hub is started.

`--together` ranks the articles of all sets in one pool, so that each set's documents distract from the other's.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from search.ranking.bm25 import WEIGHTS
from search.text.abbreviations import Abbreviations
from tests.bench.corpora import corpora
from tests.bench.ranking.folds import SPLITS, interval, measure_variants, tell
from tests.bench.ranking.pool import LEVELS, Pool, Prepared, prepare
from tests.bench.ranking.rules import bundled_expansions, tell_rules
from tests.bench.search import FOLDER


def rows(questions: Sequence[Prepared], told: Sequence[tuple[float, ...]]) -> list[tuple[str, str, str, str]]:
    """Set and level, nDCG@10 of the baseline and of the hub, and their difference."""
    found = []
    for name in dict.fromkeys(one.set_name for one in questions):
        for place, level in enumerate(LEVELS):
            pairs = [
                (one.baseline[place], gains[place])
                for one, gains in zip(questions, told, strict=True)
                if one.set_name == name
            ]
            baseline, hub = zip(*pairs, strict=True)
            found.append((f"{name}, {level}s", interval(baseline), interval(hub), interval([b - a for a, b in pairs])))
    return found


def main(relevance: Path = FOLDER, together: bool = False, rules: bool = True) -> None:
    """Measure on the sets of a folder (see `tests/bench/corpora.py`)."""
    console = Console(width=150)
    with tempfile.TemporaryDirectory() as made:
        found = corpora(relevance, Path(made))
    whole = [article for corpus in found for article in corpus.articles] if together else []
    pools = {corpus.name: Pool(whole or corpus.articles) for corpus in found}
    abbreviations = Abbreviations(bundled_expansions())
    questions = [
        prepare(pools[corpus.name], asked, corpus.name, abbreviations) for corpus in found for asked in corpus.questions
    ]
    gains = measure_variants(questions)
    table = Table("chosen on the other parts", "set, level", "BM25 with pairs", "hub", "difference")
    for title, group in SPLITS.items():
        told = tell(questions, gains, group)
        for name, chosen in told.chosen.items():
            console.print(f"{title}: for {name} {chosen}")
        for row in rows(questions, told.gains):
            table.add_row(title, *row)
        table.add_section()
    for row in rows(questions, gains[WEIGHTS]):
        table.add_row("as they are in use", *row)
    console.print(table)
    if rules:
        table = Table("rule", "questions", *(f"gain, {level}s" for level in LEVELS))
        for one in tell_rules(pools, [(one.set_name, one.asked) for one in questions]):
            table.add_row(one.term, str(one.questions), *(f"{gain:+.3f}" for gain in one.gains))
        console.print(table)


if __name__ == "__main__":
    typer.run(main)
