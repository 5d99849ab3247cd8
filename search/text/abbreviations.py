"""What stands for several words, always the same, and is written out before words are compared: pure.

Abbreviations (`BHYT`), and what people say for what laws name otherwise (`sổ đỏ`). A phrase is taken for one only where
its marks were typed: without them `so do` is `sơ đồ` (a sketch) and `số đo` (a measure) as well.
"""

from collections.abc import Mapping, Sequence

from search.ranking.vocabulary import bare, syllable, syllables

SHORTEST = 3
"""Letters of the shortest abbreviation that is written out; shorter ones are words, too."""

Form = tuple[str, ...]
"""Syllables as texts are compared by them."""

Forms = Mapping[Form, Form]
"""What is written, with what it stands for."""


def one_reading(meanings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The terms that stand for several words and for nothing else: abbreviations, written in one piece, and phrases
    whose meaning goes one way only."""
    read = {}
    for term, others in meanings.items():
        several = [other for other in others if " " in other]
        if len(several) == 1 and (_abbreviates(term) or (" " in term and term not in meanings.get(several[0], ()))):
            read[term] = several[0]
    return read


def _abbreviates(term: str) -> bool:
    return term.isalpha() and len(term) >= SHORTEST


class Readings:
    """What stands for what (`{"bhyt": "bảo hiểm y tế"}`), in the forms that texts are compared by."""

    def __init__(self, read: Mapping[str, str]):
        self._forms = {
            marked: {
                form: tuple(syllables(full, marked=marked))
                for short, full in read.items()
                for form in _written(short, marked=marked)
            }
            for marked in (True, False)
        }

    def forms(self, *, marked: bool) -> Forms:
        """The forms for texts that are compared with their marks, or without."""
        return self._forms[marked]


def _written(short: str, *, marked: bool) -> list[Form]:
    """An abbreviation with and without its đ; a phrase only with its marks."""
    if " " in short:
        return [tuple(syllables(short))] if marked else []
    return [(syllable(short),), (bare(short),)]


def written_out(words: Sequence[str], forms: Forms) -> tuple[list[str], list[Form]]:
    """Words with each form replaced by what it stands for, the longest first; and which were replaced."""
    if not forms:
        return list(words), []
    longest = max(map(len, forms))
    found: list[str] = []
    replaced: list[Form] = []
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
