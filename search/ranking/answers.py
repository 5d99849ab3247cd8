"""Ranking of answers to a question, the same on both engines: passages are scored, each document has its best one.

The engines give candidates only. Their number is bounded, so all pages of an answer are cut from one ranked list, and
its length and facets are counted, not estimated.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from hub.search.port import Hit
from search.filters import FACETS
from search.ranking.bm25 import WEIGHTS, PassageFields, Question, Weights, score_candidates
from search.ranking.vocabulary import Vocabulary
from search.text.highlight import highlight, highlight_query
from search.text.syllables import syllables

OTHER_LANGUAGE_WEIGHT = 0.95
"""Factor for the score of an answer in another language."""


LAPSED_WEIGHT = 0.9
"""Factor for the score of a document that is no longer in force, unless the question names its year."""

YEAR_FIGURES = 4

TITLE_BONUS, TITLE_WORDS = 0.5, 4
"""Bonus for a document whose title has the whole question as a phrase, of so many syllables at least: it is named."""


@dataclass(frozen=True)
class PassageCandidate:
    """A passage that may answer. `facts` are those of its view, by the members that facets count."""

    document_id: UUID
    lang: str
    seq: int
    part: int
    ref: str | None
    label: str | None
    texts: PassageFields
    facts: Mapping[str, Any]
    published_at: int = 0
    """Millisecond of its publication: of two answers that are equally good the newest comes first."""
    lapsed: bool = False
    """True if its document has expired or was replaced."""


@dataclass(frozen=True)
class RankedAnswer:
    """A document with its best passage."""

    score: float
    best: PassageCandidate


def rank_answers(
    question: Question,
    candidates: Sequence[PassageCandidate],
    vocabulary: Vocabulary,
    lang: str,
    *,
    by_article: bool = False,
) -> list[RankedAnswer]:
    """Rank each document once, the best first; the requested language, and law in force, win where two answer alike.

    `by_article` keeps each article instead, for callers that want several of one document.
    """
    found = score_candidates(question, [one.texts for one in candidates], vocabulary)
    named = {context: _is_title(question, context) for context in {one.texts.context for one in candidates}}
    scores = [
        score
        * (LAPSED_WEIGHT if one.lapsed and not _names_year(question, one.texts.context) else 1.0)
        * (1 + TITLE_BONUS * named[one.texts.context])
        for score, one in zip(found, candidates, strict=True)
    ]
    return order_answers(scores, candidates, lang, by_article=by_article)


def order_answers(
    scores: Sequence[float],
    candidates: Sequence[PassageCandidate],
    lang: str,
    weights: Weights = WEIGHTS,
    *,
    by_article: bool = False,
) -> list[RankedAnswer]:
    """Order candidates by their scores as `rank_answers` does."""
    articles: dict[UUID, dict[str | None, RankedAnswer]] = {}
    for score, one in zip(scores, candidates, strict=True):
        answer = RankedAnswer(score * (1.0 if one.lang == lang else OTHER_LANGUAGE_WEIGHT), one)
        best = articles.setdefault(one.document_id, {})
        if score > 0 and (one.ref not in best or _sort_key(answer) < _sort_key(best[one.ref])):
            best[one.ref] = answer
    documents = [
        _add_sibling_scores(sorted(best.values(), key=_sort_key), weights.sibling) for best in articles.values()
    ]
    ranked = [answer for document in documents for answer in (document if by_article else document[:1])]
    return sorted(ranked, key=_sort_key)


def _is_title(question: Question, context: str) -> bool:
    """True if the whole question stands in a document's title, as it does when somebody copies the title."""
    if len(question.words) < TITLE_WORDS:
        return False
    title = syllables(context, with_diacritics=question.with_diacritics)
    return f" {' '.join(question.words)} " in f" {' '.join(title)} "


def _names_year(question: Question, context: str) -> bool:
    """True if a question has a year that stands in a document's number or title: it asks for the law of then."""
    return any(len(word) == YEAR_FIGURES and word.isdigit() and word in question.terms for word in syllables(context))


def _add_sibling_scores(document: Sequence[RankedAnswer], share: float) -> list[RankedAnswer]:
    """Add to each article of a document, sorted best first, its share of the best other one's score."""
    if len(document) < 2:
        return list(document)
    first, second = document[0].score, document[1].score
    return [
        replace(answer, score=answer.score + share * (second if place == 0 else first))
        for place, answer in enumerate(document)
    ]


def _sort_key(answer: RankedAnswer) -> tuple[float, int, str, int]:
    return (-answer.score, -answer.best.published_at, str(answer.best.document_id), answer.best.part)


def count_facets(answers: Iterable[RankedAnswer]) -> dict[str, dict[str, int]]:
    """Count the documents that share each facet value."""
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for answer in answers:
        for name, member in FACETS.items():
            value = answer.best.facts.get(member)
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    key = str(one).lower() if isinstance(one, bool) else str(one)
                    counts[name][key] = counts[name].get(key, 0) + 1
    return counts


def build_answer_hits(page: Sequence[PassageCandidate], query_text: str) -> tuple[Hit, ...]:
    """Build hits from passages that answer a question, with the words of `query_text` highlighted."""
    wanted = highlight_query(query_text)
    return tuple(
        Hit(one.document_id, one.lang, one.seq, highlight([_shown_text(one.texts)], wanted), one.ref, one.label)
        for one in page
    )


def _shown_text(texts: PassageFields) -> str:
    return f"{texts.heading}\n{texts.body}" if texts.heading else texts.body
