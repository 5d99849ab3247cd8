"""The second step of answering a question: candidates are scored by the words they share with it. Pure.

BM25 over syllables and pairs of syllables in three fields (BM25F: the title of the document, the article's heading, its
text), times a power of the share of the question's weight that a passage covers: one that mentions everything once
answers better than one that repeats half of it; plus a little for a heading that mentions nothing else, and for a
definition that is asked for. `Weights` were chosen by cross-validation (`make bench-ranking`), the others before it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

from search.ranking.definitions import defines, definition_term
from search.ranking.vocabulary import BODY, CONTEXT, HEADING, TOTAL, Vocabulary
from search.text.abbreviations import Abbreviations, Expansions, expand_terms
from search.text.syllables import adjacent_pairs, has_diacritics, syllables

FIELDS = {CONTEXT: (2.0, 0.5), HEADING: (3.0, 0.5), BODY: (1.0, 0.8)}
"""Weight of a field, and the share of its length that counts against it."""

SATURATION = 1.2
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
    def expanded_starts(self) -> frozenset[str]:
        """The first syllables of the short forms: a text without any of them has nothing to expand."""
        return frozenset(form[0] for form in self.expansions)

    @cached_property
    def definition_term(self) -> list[str]:
        """The syllables of the term whose definition is asked for; empty for other questions."""
        return definition_term(self.words)

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
    def has_short_form(self) -> bool:
        """True if a short form in it was written out."""
        return bool(self._expanded_forms)

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


@dataclass(frozen=True)
class Weights:
    """The numbers of the formula that are chosen by `make bench-ranking`; results change little around them."""

    coverage: float = 0.6
    """Exponent of the share of the question's weight that a passage covers."""
    definition: float = 0.3
    """Bonus for a passage that defines the term whose definition is asked for."""
    sibling: float = 0.35
    """Share of the score of its document's next best article that is added to an article's: a subject of two articles
    is the subject of the document."""


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Match:
    """Terms of the question in one candidate: all that its score needs besides statistics."""

    lengths: tuple[int, ...]
    """Syllables of each field."""
    found: tuple[Mapping[str, int], ...]
    """The frequency of each term of the question in each field."""
    heading_share: float
    """The share of the heading's (or else title's) distinct terms that are in the question."""
    defines: bool


def score_candidates(
    question: Question, candidates: Sequence[PassageFields], statistics: Vocabulary, weights: Weights = WEIGHTS
) -> list[float]:
    """Score each candidate: higher is better, 0 means that it shares no word with the question."""
    return score_matches(question, match_candidates(question, candidates), statistics, weights)


def match_candidates(question: Question, candidates: Sequence[PassageFields]) -> list[Match]:
    """Count the terms of the question in each candidate. Most of the time of an answer is spent here."""
    # The passages of one document share its title.
    contexts: dict[str, _Field] = {}
    return [_match(question, one, contexts) for one in candidates]


def score_matches(
    question: Question, matches: Sequence[Match], statistics: Vocabulary, weights: Weights = WEIGHTS
) -> list[float]:
    """Score what was counted."""
    if not statistics.total:
        statistics = _local_statistics(matches)
    terms = {term: statistics.weight(term) * times for term, times in question.terms.items()}
    whole = sum(terms.values()) or 1.0
    average = [max(1.0, statistics.average[name]) for name in FIELDS]
    return [
        _score(one, terms, whole, average, weights)
        * (1 + HEADING_BONUS * one.heading_share)
        * (1 + weights.definition * one.defines)
        for one in matches
    ]


def _score(one: Match, terms: Mapping[str, float], whole: float, average: Sequence[float], weights: Weights) -> float:
    frequency: dict[str, float] = {}
    for (gain, slope), length, mean, found in zip(FIELDS.values(), one.lengths, average, one.found, strict=True):
        share = gain / (1 - slope + slope * length / mean)
        for term, times in found.items():
            frequency[term] = frequency.get(term, 0.0) + share * times
    score = sum(terms[t] * f * (SATURATION + 1) / (SATURATION + f) for t, f in frequency.items())
    covered = sum(terms[term] for term in frequency)
    return float(score * (covered / whole) ** weights.coverage)


_Field = tuple[list[str], dict[str, int]]
"""The syllables of a field, and the frequency of each term of the question among them."""


def _match(question: Question, one: PassageFields, contexts: dict[str, _Field]) -> Match:
    context = contexts.get(one.context)
    if context is None:
        context = contexts[one.context] = _count_field(question, one.context)
    heading, body = _count_field(question, one.heading), _count_field(question, one.body)
    return Match(
        (len(context[0]), len(heading[0]), len(body[0])),
        (context[1], heading[1], body[1]),
        _question_share(question, heading[0] or context[0]),
        _defines(question, one, heading, body),
    )


def _count_field(question: Question, text: str) -> _Field:
    words = syllables(text, with_diacritics=question.with_diacritics)
    if question.expansions and not question.expanded_starts.isdisjoint(words):
        words = expand_terms(words, question.expansions)[0]
    terms = question.terms
    found: dict[str, int] = {}
    before = -2
    # Most words are not in the question: a pair is built only where both are.
    for place in compress(range(len(words)), map(terms.__contains__, words)):
        word = words[place]
        found[word] = found.get(word, 0) + 1
        if place == before + 1 and (pair := f"{words[before]} {word}") in terms:
            found[pair] = found.get(pair, 0) + 1
        before = place
    return words, found


def _question_share(question: Question, heading: Sequence[str]) -> float:
    """Compute the share of a heading's distinct syllables and pairs that are in the question."""
    terms = {*heading, *adjacent_pairs(heading)}
    return len(terms & question.terms.keys()) / len(terms) if terms else 0.0


def _defines(question: Question, one: PassageFields, heading: _Field, body: _Field) -> bool:
    term = question.definition_term
    # The last word of the term stands before `là`: where it does not occur the text need not be read.
    return bool(term) and (
        heading[0] == term
        or (
            term[-1] in body[1]
            and defines(term, one.body, with_diacritics=question.with_diacritics, expansions=question.expansions)
        )
    )


def _local_statistics(matches: Sequence[Match]) -> Vocabulary:
    """Build statistics from the candidates themselves, for when no index says how common words are."""
    counts = Counter(term for one in matches for term in {*one.found[1], *one.found[2]})
    total = max(1, len(matches))
    average = {name: sum(one.lengths[place] for one in matches) / total for place, name in enumerate(FIELDS)}
    return Vocabulary({**counts, **average, TOTAL: float(len(matches))})
