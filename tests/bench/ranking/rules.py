"""What each rule "people say X where the law says Y" is worth on questions that it was not made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from search.ranking.bm25 import WEIGHTS, Question
from search.text.abbreviations import Abbreviations, Expansions, select_unambiguous
from search.text.synonyms import bundled_synonyms, synonym_map
from tests.bench.corpora import Asked
from tests.bench.ranking.pool import Pool, measure, prepare


@dataclass(frozen=True)
class RuleGain:
    """The gain of a rule: the questions that it changes, and by how much their nDCG@10 is better with it."""

    term: str
    questions: int
    gains: tuple[float, ...]


def bundled_expansions() -> dict[str, str]:
    """The rules that are expanded in questions and texts: term and meaning."""
    return select_unambiguous(synonym_map(bundled_synonyms()))


def tell_rules(pools: dict[str, Pool], asked: Sequence[tuple[str, Asked]]) -> Iterator[RuleGain]:
    """Leave out each rule, and all of them, and tell the questions (each with its set) that this changes."""
    known = bundled_expansions()
    every = Abbreviations(known)
    for left_out in [set(known), *({term} for term in known)]:
        fewer = Abbreviations({term: full for term, full in known.items() if term not in left_out})
        changed = []
        for name, one in asked:
            if _reads(one, every) != _reads(one, fewer):
                with_it, without = (
                    measure(prepare(pools[name], one, name, rules), WEIGHTS) for rules in (every, fewer)
                )
                changed.append([a - b for a, b in zip(with_it, without, strict=True)])
        if changed:
            gains = tuple(mean(column) for column in zip(*changed, strict=True))
            yield RuleGain("all" if len(left_out) > 1 else next(iter(left_out)), len(changed), gains)


def _reads(asked: Asked, rules: Abbreviations) -> tuple[list[str], Expansions]:
    """How a question is read: its words, and what is written out in the texts."""
    question = Question(asked.question, rules)
    return question.words, question.expansions
