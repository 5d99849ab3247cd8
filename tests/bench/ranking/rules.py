"""What each rule "people say X where the law says Y" is worth on questions that it was not made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from search.ranking.bm25 import WEIGHTS
from search.text.abbreviations import Abbreviations, select_unambiguous
from search.text.synonyms import bundled_synonyms, synonym_map
from tests.bench.ranking.pool import LEVELS, Pool, Prepared, measure, prepare


@dataclass(frozen=True)
class RuleGain:
    """The gain of a rule: the questions that it changes, and by how much their nDCG@10 is better with it."""

    term: str
    questions: int
    gains: tuple[float, ...]


def bundled_expansions() -> dict[str, str]:
    """The rules that are expanded in questions and texts: term and meaning."""
    return select_unambiguous(synonym_map(bundled_synonyms()))


def tell_rules(pools: dict[str, Pool], questions: Sequence[Prepared]) -> Iterator[RuleGain]:
    """Leave out each rule, and all of them, and tell the questions that this changes."""
    known = bundled_expansions()
    used = [one for one in questions if one.question.expansions or one.question.expanded]
    for left_out in [set(known), *({term} for term in known)]:
        fewer = Abbreviations({term: full for term, full in known.items() if term not in left_out})
        changed = []
        for one in used:
            without = prepare(pools[one.set_name], one.asked, one.set_name, fewer)
            if (without.question.words, without.question.expansions) != (one.question.words, one.question.expansions):
                changed.append((measure(one, WEIGHTS), measure(without, WEIGHTS)))
        if changed:
            gains = tuple(mean(a[level] - b[level] for a, b in changed) for level in range(len(LEVELS)))
            yield RuleGain(next(iter(left_out)) if len(left_out) == 1 else "all", len(changed), gains)
