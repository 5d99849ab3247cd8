"""The second step of answering a question: candidates are scored by the words they share with it. Pure.

BM25 over syllables and pairs of syllables in three fields (BM25F: the title of the document, the article's heading, its
text), times the share of the question's weight that a passage covers: one that mentions everything once answers better
than one that repeats half of it; plus a little for a heading that mentions nothing else. The numbers were tuned by hand
on two public sets of questions, and results change little around these values.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from search.ranking.vocabulary import BODY, CONTEXT, HEADING, TOTAL, Vocabulary
from search.text.abbreviations import Abbreviations, Expansions, expand_terms
from search.text.syllables import adjacent_pairs, has_diacritics, syllables

FIELDS = {CONTEXT: (2.0, 0.5), HEADING: (3.0, 0.5), BODY: (1.0, 0.8)}
"""Weight of a field, and the share of its length that counts against it."""

SATURATION = 1.2
COVERAGE = 1.2
HEADING_BONUS = 0.2
"""Bonus for a passage whose heading (or else title) has only words of the question."""

MAX_QUESTION_SYLLABLES = 64
"""Syllables of a question that are used; the rest is ignored."""


@dataclass(frozen=True)
class PassageFields:
    """The fields of one candidate."""

    context: str
    heading: str
    body: str


_QUESTION_PHRASES = (
    "như thế nào, thế nào, bao nhiêu, bao lâu, gồm những gì, đúng hay sai, là gì, ra sao, hay không, được không,"
    " theo quy định của pháp luật, được quy định, nào, gì, ai, sau đây, cho tôi hỏi, thì, là, có"
)
QUESTION_PHRASE_WEIGHT = 0.5
"""Weight of question phrases: they show the form of a question, hardly its subject."""

_PHRASES_BY_DIACRITICS = {
    diacritics: sorted(
        (tuple(syllables(one, with_diacritics=diacritics)) for one in _QUESTION_PHRASES.split(", ")),
        key=len,
        reverse=True,
    )
    for diacritics in (True, False)
}


NO_ABBREVIATIONS = Abbreviations({})


class Question:
    """A question's syllables and pairs with their weights; without diacritics in it, texts are compared without.

    Unambiguous abbreviations are expanded, here and in the texts (`search.text.abbreviations`).
    """

    def __init__(self, text: str, abbreviations: Abbreviations = NO_ABBREVIATIONS):
        self.text = text
        self.with_diacritics = has_diacritics(text)
        self._expansions = abbreviations.expansions(with_diacritics=self.with_diacritics)
        self._syllables, self._expanded_forms = expand_terms(
            syllables(text, with_diacritics=self.with_diacritics), self._expansions
        )
        self.words = self._syllables[:MAX_QUESTION_SYLLABLES]

    @cached_property
    def expansions(self) -> Expansions:
        """The expansions to apply to the texts: those whose full form the question contains."""
        whole = f" {' '.join(self._syllables)} "
        return {form: full for form, full in self._expansions.items() if f" {' '.join(full)} " in whole}

    @cached_property
    def terms(self) -> dict[str, float]:
        """Syllables and pairs with their weights."""
        flags = _flag_question_words(self.words, _PHRASES_BY_DIACRITICS[self.with_diacritics])
        weights: dict[str, float] = {}
        pairs = zip(adjacent_pairs(self.words), flags, flags[1:], strict=False)
        for term, in_phrase in [
            *zip(self.words, flags, strict=True),
            *((pair, one or other) for pair, one, other in pairs),
        ]:
            weights[term] = weights.get(term, 0.0) + (QUESTION_PHRASE_WEIGHT if in_phrase else 1.0)
        return weights

    @property
    def has_colloquial_term(self) -> bool:
        """True if it contains a colloquial term for something that laws call otherwise.

        A search for its words would find only texts with the colloquial term.
        """
        return any(len(form) > 1 for form in self._expanded_forms)

    @property
    def highlight_text(self) -> str:
        """The text followed by the expansions of its terms (as syllables): the words to highlight in an answer."""
        return " ".join([self.text, *(word for form in self._expanded_forms for word in self.expansions[form])])

    @property
    def short_terms(self) -> list[str]:
        """The syllables and pairs of the short forms of what the question says in full: texts have them instead."""
        return [term for form in self.expansions for term in (*form, *adjacent_pairs(form))]


def _flag_question_words(words: Sequence[str], phrases: Sequence[tuple[str, ...]]) -> list[bool]:
    """Flag each word that belongs to a question phrase; the longest phrase wins."""
    flags = [False] * len(words)
    place = 0
    while place < len(words):
        size = next((len(phrase) for phrase in phrases if tuple(words[place : place + len(phrase)]) == phrase), 0)
        flags[place : place + size] = [True] * size
        place += size or 1
    return flags


def score_candidates(question: Question, candidates: Sequence[PassageFields], vocabulary: Vocabulary) -> list[float]:
    """Score each candidate: higher is better, 0 means that it shares no word with the question."""
    texts = [
        [_expanded_syllables(question, part) for part in (one.context, one.heading, one.body)] for one in candidates
    ]
    fields = [[_count_field(question, words) for words in one] for one in texts]
    if not vocabulary.total:
        vocabulary = _local_vocabulary(fields)
    weights = {term: vocabulary.weight(term) * times for term, times in question.terms.items()}
    whole = sum(weights.values()) or 1.0
    average = {name: max(1.0, vocabulary.average[name]) for name in FIELDS}
    return [
        _score(one, weights, whole, average) * (1 + HEADING_BONUS * _question_share(question, heading or context))
        for one, (context, heading, _) in zip(fields, texts, strict=True)
    ]


def _expanded_syllables(question: Question, text: str) -> list[str]:
    return expand_terms(syllables(text, with_diacritics=question.with_diacritics), question.expansions)[0]


def _question_share(question: Question, heading: Sequence[str]) -> float:
    """Compute the share of a heading's distinct syllables and pairs that are in the question."""
    terms = {*heading, *adjacent_pairs(heading)}
    return len(terms & question.terms.keys()) / len(terms) if terms else 0.0


Field = tuple[int, Mapping[str, float]]
"""A field's length in syllables, and the frequency of each term of the question in it."""


def _score(fields: Sequence[Field], weights: Mapping[str, float], whole: float, average: Mapping[str, float]) -> float:
    frequency: dict[str, float] = {}
    for (name, (gain, slope)), (length, found) in zip(FIELDS.items(), fields, strict=True):
        share = gain / (1 - slope + slope * length / average[name])
        for term, times in found.items():
            frequency[term] = frequency.get(term, 0.0) + share * times
    score = sum(weights[t] * f * (SATURATION + 1) / (SATURATION + f) for t, f in frequency.items())
    covered = sum(weights[term] for term in frequency)
    return float(score * (covered / whole) ** COVERAGE)


def _count_field(question: Question, words: Sequence[str]) -> Field:
    found: Counter[str] = Counter()
    terms = question.terms
    found.update(word for word in words if word in terms)
    # Most words are not in the question: a pair is built only where both are.
    found.update(
        pair
        for one, other in pairwise(words)
        if one in terms and other in terms and (pair := f"{one} {other}") in terms
    )
    return len(words), found


def _local_vocabulary(fields: Iterable[Sequence[Field]]) -> Vocabulary:
    """Build a vocabulary from the candidates themselves, for when no index says how common words are."""
    counts: Counter[str] = Counter()
    lengths: Counter[str] = Counter()
    total = 0
    for one in fields:
        total += 1
        counts.update({term for _, found in one[1:] for term in found})
        for name, (length, _) in zip(FIELDS, one, strict=True):
            lengths[name] += length
    facts = {name: lengths[name] / max(1, total) for name in FIELDS}
    return Vocabulary({**counts, **facts, TOTAL: float(total)})
