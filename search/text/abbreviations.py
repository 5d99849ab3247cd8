"""Unambiguous abbreviations and colloquial terms, expanded before words are compared. Pure.

Abbreviations (`BHYT`), and colloquial terms for what laws call otherwise (`sổ đỏ`). A phrase is expanded only where its
diacritics were typed: without them `so do` is `sơ đồ` (a sketch) and `số đo` (a measure) as well.
"""

from collections.abc import Mapping, Sequence

from search.text.syllables import plain_syllable, syllable, syllables

MIN_ABBREVIATION_LETTERS = 3
"""Letters of the shortest abbreviation that is expanded; shorter ones are also words."""

Syllables = tuple[str, ...]
"""Syllables in the form that texts are compared in."""

Expansions = Mapping[Syllables, Syllables]
"""Short forms with their full forms."""


def select_unambiguous(meanings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Select the terms with exactly one meaning of several words: abbreviations written in one piece, and phrases that
    are synonyms in one direction only."""
    selected = {}
    for term, others in meanings.items():
        several = [other for other in others if " " in other]
        if len(several) == 1 and (_is_abbreviation(term) or (" " in term and term not in meanings.get(several[0], ()))):
            selected[term] = several[0]
    return selected


def _is_abbreviation(term: str) -> bool:
    return term.isalpha() and len(term) >= MIN_ABBREVIATION_LETTERS


class Abbreviations:
    """Short forms and their full forms (`{"bhyt": "bảo hiểm y tế"}`), with and without diacritics."""

    def __init__(self, unambiguous: Mapping[str, str]):
        self._expansions = {
            diacritics: {
                form: tuple(syllables(full, with_diacritics=diacritics))
                for short, full in unambiguous.items()
                for form in _spellings(short, with_diacritics=diacritics)
            }
            for diacritics in (True, False)
        }

    def expansions(self, *, with_diacritics: bool) -> Expansions:
        """Return the expansions for texts that are compared with their diacritics, or without."""
        return self._expansions[with_diacritics]


def _spellings(short: str, *, with_diacritics: bool) -> list[Syllables]:
    """Spell an abbreviation with and without its đ; a phrase only with its diacritics."""
    if " " in short:
        return [tuple(syllables(short))] if with_diacritics else []
    return [(syllable(short),), (plain_syllable(short),)]


def expand_terms(words: Sequence[str], forms: Expansions) -> tuple[list[str], list[Syllables]]:
    """Replace each short form by its full form, the longest first; return the words and the replaced forms."""
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
