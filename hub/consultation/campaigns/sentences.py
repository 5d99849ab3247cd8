"""Sentences of comments, in the form in which near copies are compared: without marks, case and punctuation. Pure.

Two sentences are the same but for slips if nearly all letters agree, and:

- figures are the same in the same order: a campaign for 30 days is not one for 45;
- no negation, prohibition or exception came, went or was replaced;
- hardly a word was replaced by another one: a slip of the keyboard changes letters of a syllable, an opinion changes
  syllables. Names are the exception, for campaigns leave a blank for them: `người dân phường …`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA, Levenshtein

from hub.consultation.carryover.alignment import Edit, edits
from hub.text import clean, strip_diacritics

MIN_LETTERS = 0.85
"""Least proportion of letters that agree in two sentences that differ by slips."""
MIN_LETTERS_WITH_NAMES = 0.7
"""The same where names were put into blanks."""
WORDS_FOR_ONE_OTHER = 12
"""Syllables of a sentence for each one that may be another word."""
MIN_FUZZY_WORDS = 6
"""Shorter sentences are the same only if all their letters are."""
MAX_NAME = 5
"""Most syllables of a name in a blank."""

_END = re.compile(r"[.!?;…][\"'”’»)\]]{0,3}(?=\s)|\n")
_WORD = re.compile(r"\w+")
_NEGATIONS = frozenset(("không", "chưa", "chẳng", "chớ", "đừng", "cấm", "trừ", "miễn", "bỏ"))
_BARE_NEGATIONS = frozenset(map(strip_diacritics, _NEGATIONS)) - {"cho", "dung"}
"""As they are typed without marks; `cho` and `dung` are mostly other words then."""
_SLIPPERY = strip_diacritics("không")
"""Long enough to be known in spite of a slip; its neighbours by one letter are hardly ever opinions."""
_COURTESY = re.compile(r"\b(?:kinh (?:gui|thua|chao|chuc|thu)|tran trong|cam (?:on|ta))\b")


@dataclass(frozen=True)
class Sentence:
    """A sentence as it is compared."""

    words: tuple[str, ...]
    """Syllables and numbers in lower case, without marks."""
    capitals: frozenset[int] = frozenset()
    """Places of the words that were written with a capital letter."""
    negations: frozenset[int] = frozenset()
    """Places of negations, prohibitions and exceptions."""

    key: str = field(init=False, compare=False)
    """The words with spaces between them."""
    figures: tuple[str, ...] = field(init=False, compare=False)
    """The words that are numbers."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", " ".join(self.words))
        object.__setattr__(self, "figures", tuple(word for word in self.words if word[0].isdecimal()))

    @property
    def is_courtesy(self) -> bool:
        """True for addresses and thanks: they say nothing about the draft and stand in comments of every kind."""
        return _COURTESY.search(self.key) is not None

    def part(self, first: int, last: int) -> "Sentence":
        """Return the words from one place up to another."""
        places = [frozenset(n - first for n in held if first <= n < last) for held in (self.capitals, self.negations)]
        return Sentence(self.words[first:last], *places)


def split_sentences(text: str) -> Iterator[tuple[str, Sentence]]:
    """Iterate over the sentences of a text that have a word, as written and as compared. A line break ends one, too."""
    text = clean(text)
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        part, start = text[start:end], end
        found = _WORD.findall(part)
        if not found:
            continue
        plain = strip_diacritics(part)
        words = _WORD.findall(plain)
        if len(words) != len(found):
            # Marks of other scripts are words to one of the two: such a sentence is compared as it is.
            words = [word.lower() for word in found]
        known = _BARE_NEGATIONS if plain == part.lower() else _NEGATIONS
        yield (
            part.strip(),
            Sentence(
                tuple(words),
                frozenset(place for place, word in enumerate(found) if word[0].isupper()),
                frozenset(place for place, word in enumerate(found) if word.lower() in known),
            ),
        )


def is_same_sentence(one: Sentence, other: Sentence) -> bool:
    """True if two sentences differ by slips and names alone. The order of the two does not matter."""
    if one.words == other.words:
        return True
    shorter = min(len(one.words), len(other.words))
    if shorter < MIN_FUZZY_WORDS or one.figures != other.figures:
        return False
    alike = Levenshtein.normalized_similarity(one.key, other.key, score_cutoff=MIN_LETTERS_WITH_NAMES)
    if not alike:
        return False
    if other.words < one.words:
        one, other = other, one
    replaced = named = 0
    for edit in edits(one.words, other.words):
        if _changes_negation(edit, one, other):
            return False
        mine, theirs = range(edit.old_first, edit.old_last), range(edit.new_first, edit.new_last)
        if edit.is_replacement and one.capitals.issuperset(mine) and other.capitals.issuperset(theirs):
            named += max(len(mine), len(theirs))
            if max(len(mine), len(theirs)) > MAX_NAME:
                return False
        else:
            replaced += count_other_words([one.words[n] for n in mine], [other.words[n] for n in theirs])
    if replaced * WORDS_FOR_ONE_OTHER > shorter or named * 2 > shorter:
        return False
    return named > 0 or alike >= MIN_LETTERS


def _changes_negation(edit: Edit, one: Sentence, other: Sentence) -> bool:
    """True if a negation is among the words of an edit, unless a slip of it is at the same place of the other side."""
    mine = range(edit.old_first, edit.old_last), one
    theirs = range(edit.new_first, edit.new_last), other
    return _loses_negation(*mine, *theirs) or _loses_negation(*theirs, *mine)


def _loses_negation(places: range, sentence: Sentence, other_places: range, other: Sentence) -> bool:
    for offset, place in enumerate(places):
        if place in sentence.negations:
            is_slipped = sentence.words[place] == _SLIPPERY and offset < len(other_places)
            if not (is_slipped and is_slip(_SLIPPERY, other.words[other_places[offset]])):
                return True
    return False


def count_other_words(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the words of an edit that are no slips of one another."""
    if "".join(one) == "".join(other):
        return 0
    return max(len(one), len(other)) - sum(is_slip(a, b) for a, b in zip(one, other, strict=False))


def is_slip(one: str, other: str) -> bool:
    """True if two words differ by one slip of the keyboard: a letter missed, doubled, wrong, or two exchanged."""
    return not (one[0].isdecimal() or other[0].isdecimal()) and OSA.distance(one, other) <= 1
