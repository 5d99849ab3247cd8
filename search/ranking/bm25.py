"""The second step of answering a question: candidates scored by the words they share with it. Pure.

BM25 over syllables and pairs of syllables in three fields (BM25F: the title of the document, the article's heading, its
text), times how much of the question's weight a passage covers at all: one that speaks of everything asked, once,
answers better than one that repeats half of it; and a little more for a heading that speaks of nothing else. The
numbers were set by hand on two public sets of questions and change little around these values.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from search.ranking.vocabulary import (
    BODY,
    CONTEXT,
    HEADING,
    Vocabulary,
    adjacent_pairs,
    has_diacritics,
    plain_syllable,
    syllables,
)
from search.text.abbreviations import Abbreviations, Expansions, expand_terms

FIELDS = {CONTEXT: (2.0, 0.5), HEADING: (3.0, 0.5), BODY: (1.0, 0.8)}
"""Weight of a field, and how much its length counts against it."""

SATURATION = 1.2
COVERAGE = 1.2
HEADING_BONUS = 0.2
"""How much more a passage is worth whose heading (or else title) holds nothing but what was asked."""

MAX_QUESTION_SYLLABLES = 64
"""Syllables of a question that are looked at."""


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
"""What words of asking are worth: they say how somebody asks, hardly what about."""

_FRAMES = {
    marked: sorted(
        (tuple(syllables(one, with_diacritics=marked)) for one in _QUESTION_PHRASES.split(", ")), key=len, reverse=True
    )
    for marked in (True, False)
}


NO_ABBREVIATIONS = Abbreviations({})


class Question:
    """A question's syllables and pairs with their worth; without marks in it, they are compared without.

    What has one reading is written out, here and in the texts (`search.text.abbreviations`).
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
        """What is written out in the texts that it is compared with: what it speaks of itself."""
        whole = f" {' '.join(self._syllables)} "
        return {form: full for form, full in self._expansions.items() if f" {' '.join(full)} " in whole}

    @cached_property
    def terms(self) -> dict[str, float]:
        """Syllables and pairs with their worth."""
        asking = _flag_question_words(self.words, _FRAMES[self.with_diacritics])
        found: dict[str, float] = {}
        paired = zip(adjacent_pairs(self.words), asking, asking[1:], strict=False)
        for term, asks in [
            *zip(self.words, asking, strict=True),
            *((pair, one or other) for pair, one, other in paired),
        ]:
            found[term] = found.get(term, 0.0) + (QUESTION_PHRASE_WEIGHT if asks else 1.0)
        return found

    @property
    def has_colloquial_term(self) -> bool:
        """Whether it says something that laws name otherwise: looking for its words would find what is said alone."""
        return any(len(form) > 1 for form in self._expanded_forms)

    @property
    def highlight_text(self) -> str:
        """The text with what it stands for behind it (as syllables): whose words are marked in an answer."""
        return " ".join([self.text, *(word for form in self._expanded_forms for word in self.expansions[form])])

    @property
    def vocabulary_terms(self) -> list[str]:
        """What the vocabulary is asked for."""
        return list(self.terms)

    def rarest_pairs(self, known: Vocabulary, most: int) -> list[str]:
        """The pairs that tell most: rare, but standing somewhere if the vocabulary knows of any that do."""
        found = list(dict.fromkeys(adjacent_pairs(self.words)))
        held = [pair for pair in found if known.is_known(pair)]
        return sorted(held or found, key=lambda term: known.weight(term) * self.terms[term], reverse=True)[:most]

    def rarest_terms(self, known: Vocabulary, most: int) -> list[str]:
        """Pairs and syllables that tell most; pairs first while nothing is known of how common they are."""
        found = [*dict.fromkeys(adjacent_pairs(self.words)), *dict.fromkeys(self.words)]
        held = [term for term in found if known.is_known(term)]
        return sorted(held or found, key=lambda term: known.weight(term) * self.terms[term], reverse=True)[:most]


def _flag_question_words(words: Sequence[str], frames: Sequence[tuple[str, ...]]) -> list[bool]:
    """For each word, whether it belongs to how one asks; the longest frame wins."""
    found = [False] * len(words)
    place = 0
    while place < len(words):
        size = next((len(f) for f in frames if tuple(words[place : place + len(f)]) == f), 0)
        found[place : place + size] = [True] * size
        place += size or 1
    return found


def score_candidates(question: Question, candidates: Sequence[PassageFields], known: Vocabulary) -> list[float]:
    """A score for each candidate; more is better, 0 shares nothing."""
    texts = [
        [_expanded_syllables(question, part) for part in (one.context, one.heading, one.body)] for one in candidates
    ]
    fields = [[_count_field(question, words) for words in one] for one in texts]
    if not known.total:
        known = _local_vocabulary(fields)
    weights = {term: known.weight(term) * times for term, times in question.terms.items()}
    whole = sum(weights.values()) or 1.0
    average = {name: max(1.0, known.average[name]) for name in FIELDS}
    return [
        _score(one, weights, whole, average) * (1 + HEADING_BONUS * _question_share(question, heading or context))
        for one, (context, heading, _) in zip(fields, texts, strict=True)
    ]


def _expanded_syllables(question: Question, text: str) -> list[str]:
    return expand_terms(syllables(text, with_diacritics=question.with_diacritics), question.expansions)[0]


def _question_share(question: Question, heading: Sequence[str]) -> float:
    """The share of a heading's different syllables and pairs that were asked for."""
    held = {*heading, *adjacent_pairs(heading)}
    return len(held & question.terms.keys()) / len(held) if held else 0.0


Field = tuple[int, Mapping[str, float]]
"""A field's length in syllables, and how often each asked term stands in it."""


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
    asked = question.terms
    found.update(word for word in words if word in asked)
    # Most words were not asked for: a pair is put together only where both were.
    found.update(
        pair
        for one, other in pairwise(words)
        if one in asked and other in asked and (pair := f"{one} {other}") in asked
    )
    return len(words), found


def _local_vocabulary(fields: Iterable[Sequence[Field]]) -> Vocabulary:
    """Before anything was counted, the candidates themselves tell what is common."""
    held: Counter[str] = Counter()
    lengths: Counter[str] = Counter()
    total = 0
    for one in fields:
        total += 1
        held.update({term for _, found in one[1:] for term in found})
        for name, (length, _) in zip(FIELDS, one, strict=True):
            lengths[name] += length
    facts = {name: lengths[name] / max(1, total) for name in FIELDS}
    return Vocabulary({**held, **facts, " total": float(total)})


def same_marks(asked: str, text: str) -> bool:
    """Whether a text holds every asked syllable with the marks it was asked with."""
    held = set(syllables(text))
    return all(word in held for word in syllables(asked) if plain_syllable(word) != word)
