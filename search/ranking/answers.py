"""Answering a question, the same on both engines: passages that may answer, scored, the best one of each document.

The engines give candidates only. Their number is bounded, so all pages of an answer are cut from one ranked list, and
its length and facets are counted, not estimated.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from hub.search.port import SearchQuery
from search.filters import meili_filters
from search.meilisearch.settings import FACETS, replace_signs
from search.ranking.bm25 import PassageFields, Question, score_candidates
from search.ranking.vocabulary import Vocabulary

MAX_PAIRS = 8
"""Pairs of syllables of a question that candidates are looked for by."""

QUESTION_CANDIDATES, PAIR_CANDIDATES = 60, 30
"""Candidates by the whole question, and by each pair."""

OTHER_LANGUAGE_WEIGHT = 0.95
"""What an answer in another language is worth."""

SIBLING_SHARE = 0.05
"""How much of the next best article of its document counts for an article: what two articles speak of is what the
document is about."""

_RETRIEVED_ATTRIBUTES = ("id", "of", "of_lang", "seq", "ref", "label", "context", "heading", "passage")

Json = dict[str, Any]


@dataclass(frozen=True)
class PassageCandidate:
    """A passage that may answer. `facts` are its view's, by the members that facets count."""

    document_id: UUID
    lang: str
    seq: int
    part: int
    ref: str | None
    label: str | None
    texts: PassageFields
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class RankedAnswer:
    """A document with its best passage."""

    score: float
    best: PassageCandidate


def rank_answers(
    question: Question, found: Sequence[PassageCandidate], known: Vocabulary, lang: str, *, by_article: bool = False
) -> list[RankedAnswer]:
    """Each document once, the best first; of its languages the asked one where both answer equally well.

    `by_article` keeps each article instead, for whoever wants several of one document.
    """
    scores = score_candidates(question, [one.texts for one in found], known)
    articles: dict[UUID, dict[str | None, RankedAnswer]] = {}
    for score, one in zip(scores, found, strict=True):
        answer = RankedAnswer(score * (1.0 if one.lang == lang else OTHER_LANGUAGE_WEIGHT), one)
        best = articles.setdefault(one.document_id, {})
        if score > 0 and (one.ref not in best or _sort_key(answer) < _sort_key(best[one.ref])):
            best[one.ref] = answer
    documents = [_add_sibling_scores(sorted(best.values(), key=_sort_key)) for best in articles.values()]
    kept = [answer for document in documents for answer in (document if by_article else document[:1])]
    return sorted(kept, key=_sort_key)


def _add_sibling_scores(document: Sequence[RankedAnswer]) -> list[RankedAnswer]:
    """The articles of one document, the best first, each with its share of the best other one."""
    if len(document) < 2:
        return list(document)
    first, second = document[0].score, document[1].score
    return [
        replace(answer, score=answer.score + SIBLING_SHARE * (second if place == 0 else first))
        for place, answer in enumerate(document)
    ]


def _sort_key(answer: RankedAnswer) -> tuple[float, str, int]:
    return (-answer.score, str(answer.best.document_id), answer.best.part)


def count_facets(found: Iterable[RankedAnswer]) -> dict[str, dict[str, int]]:
    """How many of these documents share a value."""
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for answer in found:
        for name, member in FACETS.items():
            value = answer.best.facts.get(member)
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    shown = str(one).lower() if isinstance(one, bool) else str(one)
                    counts[name][shown] = counts[name].get(shown, 0) + 1
    return counts


def question_queries(index: str, query: SearchQuery, text: str, pairs: Sequence[str]) -> list[Json]:
    """The whole question, rare words first, and each pair as a phrase, over passages only."""
    shared = {
        "indexUid": index,
        "filter": ["of EXISTS", *meili_filters(query)],
        "attributesToSearchOn": ["heading", "passage"],
        "attributesToRetrieve": [*_RETRIEVED_ATTRIBUTES, *FACETS.values()],
    }
    whole = shared | {"q": replace_signs(text), "limit": QUESTION_CANDIDATES, "matchingStrategy": "frequency"}
    whole["attributesToSearchOn"] = ["context", "heading", "passage"]
    return [whole, *(shared | {"q": f'"{pair}"', "limit": PAIR_CANDIDATES} for pair in pairs)]


def parse_candidates(answered: Iterable[Json]) -> list[PassageCandidate]:
    """The passages in the answers, each once."""
    hits = {hit["id"]: hit for answer in answered for hit in answer["hits"]}
    return [
        PassageCandidate(
            UUID(hit["of"]),
            hit["of_lang"],
            hit["seq"],
            int(name.rpartition("_")[2]),
            hit["ref"],
            hit["label"],
            PassageFields(hit["context"], hit["heading"], hit["passage"]),
            hit,
        )
        for name, hit in hits.items()
    ]
