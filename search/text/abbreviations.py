"""What stands for several words, always the same, and is written out before words are compared: pure.

Abbreviations (`BHYT`), and what people say for what laws name otherwise (`sổ đỏ`). A phrase is taken for one only where
its marks were typed: without them `so do` is `sơ đồ` (a sketch) and `số đo` (a measure) as well.
"""

from collections.abc import Mapping, Sequence

from search.ranking.vocabulary import plain_syllable, syllable, syllables

MIN_ABBREVIATION_LETTERS = 3
"""Letters of the shortest abbreviation that is written out; shorter ones are words, too."""

Syllables = tuple[str, ...]
"""Syllables as texts are compared by them."""

Expansions = Mapping[Syllables, Syllables]
"""What is written, with what it stands for."""


def select_unambiguous(meanings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The terms that stand for several words and for nothing else: abbreviations, written in one piece, and phrases
    whose meaning goes one way only."""
    read = {}
    for term, others in meanings.items():
        several = [other for other in others if " " in other]
        if len(several) == 1 and (_is_abbreviation(term) or (" " in term and term not in meanings.get(several[0], ()))):
            read[term] = several[0]
    return read


def _is_abbreviation(term: str) -> bool:
    return term.isalpha() and len(term) >= MIN_ABBREVIATION_LETTERS


class Abbreviations:
    """What stands for what (`{"bhyt": "bảo hiểm y tế"}`), in the forms that texts are compared by."""

    def __init__(self, unambiguous: Mapping[str, str]):
        self._expansions = {
            marked: {
                form: tuple(syllables(full, with_diacritics=marked))
                for short, full in unambiguous.items()
                for form in _spellings(short, with_diacritics=marked)
            }
            for marked in (True, False)
        }

    def expansions(self, *, with_diacritics: bool) -> Expansions:
        """The forms for texts that are compared with their marks, or without."""
        return self._expansions[with_diacritics]


def _spellings(short: str, *, with_diacritics: bool) -> list[Syllables]:
    """An abbreviation with and without its đ; a phrase only with its marks."""
    if " " in short:
        return [tuple(syllables(short))] if with_diacritics else []
    return [(syllable(short),), (plain_syllable(short),)]


def expand_terms(words: Sequence[str], forms: Expansions) -> tuple[list[str], list[Syllables]]:
    """Words with each form replaced by what it stands for, the longest first; and which were replaced."""
    if not forms:
        return list(words), []
    longest = max(map(len, forms))
    found: list[str] = []
    replaced: list[Syllables] = []
    place = 0
    while place < len(words):
        for size in range(min(longest, len(words) - place), 0, -1):
            if (full := forms.get(form := tuple(words[place : place + size]))) is not None:
                found += full
                replaced.append(form)
                place += size
                break
        else:
            found.append(words[place])
            place += 1
    return found, replaced
