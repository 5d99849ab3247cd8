"""Questions with all that a formula needs to answer them, counted once: candidates, what they share, the baseline."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from uuid import NAMESPACE_URL, uuid5

from hub.content.passages import split_text
from search.ranking.answers import PassageCandidate, order_answers
from search.ranking.bm25 import Match, PassageFields, Question, Weights, match_candidates, score_matches
from search.ranking.vocabulary import BODY, CONTEXT, HEADING, TOTAL, Vocabulary
from search.text.abbreviations import Abbreviations
from search.text.syllables import syllables
from tests.bench.baselines import BM25, Article, Key, by_document
from tests.bench.corpora import Asked

TOP = 10

CANDIDATES = 300
"""Articles whose passages are scored: the best by exact BM25 with pairs."""

LEVELS = ("article", "document")


class Pool:
    """All articles of some sets, with their exact statistics."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.index = BM25(((one.key, one.words) for one in articles), paired=True)
        self.passages = {one.key: _passages(one) for one in articles}
        fields = [one for passages in self.passages.values() for one in passages]
        self.facts = {
            CONTEXT: mean(len(syllables(one.context)) for one in fields),
            HEADING: mean(len(syllables(one.heading)) for one in fields),
            BODY: mean(len(syllables(one.body)) for one in fields),
            TOTAL: float(len(articles)),
        }

    def statistics(self, question: Question) -> Vocabulary:
        """The number of articles with each term of a question."""
        return Vocabulary({term: float(len(self.index.posted.get(term, ()))) for term in question.terms} | self.facts)


def _passages(article: Article) -> list[PassageFields]:
    heading, _, body = article.words.partition("\n")
    return [PassageFields(article.context, heading, piece) for piece in split_text(body)]


@dataclass(frozen=True)
class Prepared:
    """One question: its candidates in the order of the baseline, and what each shares with it."""

    asked: Asked
    set_name: str
    question: Question
    statistics: Vocabulary
    candidates: list[PassageCandidate]
    matches: list[Match]
    baseline: tuple[float, ...]
    """nDCG@10 of BM25 with pairs, for each of `LEVELS`."""

    @property
    def document(self) -> str:
        """The document whose fold the question belongs to."""
        return min(document for document, _ in self.asked.right)


def prepare(pool: Pool, asked: Asked, set_name: str, abbreviations: Abbreviations) -> Prepared:
    """Look up the candidates of a question and count what they share with it."""
    question = Question(asked.question, abbreviations)
    ranked = pool.index.rank(asked.question, CANDIDATES)
    written_out = " ".join(question.words)
    found = dict.fromkeys([*ranked, *(pool.index.rank(written_out, CANDIDATES) if question.has_short_form else ())])
    candidates = list(_candidates(pool, found))
    return Prepared(
        asked,
        set_name,
        question,
        pool.statistics(question),
        candidates,
        match_candidates(question, [one.texts for one in candidates]),
        tuple(gain(asked, ranked if level == "article" else by_document(ranked), level) for level in LEVELS),
    )


def _candidates(pool: Pool, keys: Iterator[Key] | dict[Key, None]) -> Iterator[PassageCandidate]:
    for document, article in keys:
        name = uuid5(NAMESPACE_URL, document)
        for part, texts in enumerate(pool.passages[document, article], start=1):
            # The id is that of the document, the label its name.
            yield PassageCandidate(name, "vi", 1, part, article, document, texts, {})


def measure(one: Prepared, weights: Weights) -> tuple[float, ...]:
    """nDCG@10 of the hub's formula with these weights, for each of `LEVELS`."""
    return measure_order(one, score_matches(one.question, one.matches, one.statistics, weights), weights)


def measure_order(one: Prepared, scores: Sequence[float], weights: Weights) -> tuple[float, ...]:
    """nDCG@10 of these scores in the hub's order, for each of `LEVELS`."""
    ranked = order_answers(scores, one.candidates, "vi", weights, by_article=True)
    keys = [(answer.best.label or "", answer.best.ref or "") for answer in ranked]
    return tuple(gain(one.asked, keys if level == "article" else by_document(keys), level) for level in LEVELS)


def gain(asked: Asked, found: Sequence[Key], level: str) -> float:
    """nDCG@10 of an answer."""
    right = {(document, "") for document, _ in asked.right} if level == "document" else asked.right
    gained = sum(1 / math.log2(place + 2) for place, key in enumerate(found[:TOP]) if key in right)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(TOP, len(right))))
