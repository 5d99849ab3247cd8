"""Whether two marks are of one document, pure. The thresholds were measured: `make bench-same`, docs/decisions/086.

A missed double costs an editor a minute; two documents made one lose a document. So what is not clear is not the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.fingerprints import Mark, alike, title_words

CONTAINED = 0.6
"""Of the smaller text's shingles, how many the other has, at least."""
JACCARD = 0.35
"""Of all shingles, how many both have, at least: a bulletin that quotes a plan is contained in it, and not the plan."""
FIGURES = 0.6
"""Of the figures of the text with fewer, how many the other has with the same syllable before them, at least."""
SHORT = 40
"""Texts of fewer shingles say too little to be told apart by parts of them: they have to be alike as a whole, and so
have their titles."""
SHORT_JACCARD, SHORT_TITLES = 0.9, 0.8
AKIN = 0.3
"""How alike title or text must be where a number agrees, but not everything that goes with it."""

STRANGE_TEXT, STRANGE_TITLE = 0.02, 0.2
"""Below these, text and title of a number that agrees in everything are another document's all the same."""


@dataclass(frozen=True)
class Verdict:
    """Why two marks are of one document, and how alike they are, from 0 to 1."""

    how: str
    """`number` or `text`."""
    score: float


@dataclass(frozen=True)
class Likeness:
    """How alike two texts are, and two sets of figures."""

    jaccard: float
    contained: float
    figures: float
    short: bool

    @classmethod
    def of(cls, one: Mark, other: Mark) -> "Likeness":
        """As the sketches tell."""
        jaccard, contained = alike(one.text, other.text)
        counted = min(one.numerals.count, other.numerals.count) > 0
        figures = alike(one.numerals, other.numerals)[1] if counted else 1.0
        return cls(jaccard, contained, figures, min(one.text.count, other.text.count) < SHORT)

    @property
    def same(self) -> bool:
        """Whether the texts alone say that it is one document."""
        if self.figures < FIGURES:
            return False
        return self.jaccard >= SHORT_JACCARD if self.short else self.contained >= CONTAINED and self.jaccard >= JACCARD


def judge(one: Mark, other: Mark) -> Verdict | None:
    """The verdict on two marks; None: they are of two documents, or nobody can tell."""
    if (one.kind, one.lang) != (other.kind, other.lang):
        return None
    if one.number and other.number:
        return _by_number(one, other) if one.number == other.number else None
    return _by_text(one, other)


def _by_number(one: Mark, other: Mark) -> Verdict | None:
    """By number, issuer and date. Of another issuer it is another document; what else is missing or differs may be an
    error, if titles or texts are akin.
    """
    issuers = same_issuers(one.issuers, other.issuers)
    if issuers is False:
        return None
    likeness = Likeness.of(one, other)
    if issuers and one.issued_on is not None and one.issued_on == other.issued_on:
        return None if _strangers(one, other, likeness) else Verdict("number", 1.0)
    if one.year is not None and other.year is not None and one.year != other.year:
        # A number without a year comes again each year, often with the same form; so does a misread date.
        # Of a short form one cannot be told from the other.
        misread = likeness.same and not likeness.short and one.figures == other.figures
        return Verdict("text", likeness.contained) if misread else None
    akin = max(likeness.contained, _titles(one, other))
    return Verdict("number", akin) if akin >= AKIN else None


def _strangers(one: Mark, other: Mark, likeness: Likeness) -> bool:
    """Whether two long texts and their titles have nothing in common: then one of the numbers is a slip."""
    return not likeness.short and likeness.contained < STRANGE_TEXT and _titles(one, other) < STRANGE_TITLE


def _by_text(one: Mark, other: Mark) -> Verdict | None:
    if one.figures != other.figures or (one.type and other.type and one.type != other.type):
        return None
    if same_issuers(one.issuers, other.issuers) is False:
        return None
    likeness = Likeness.of(one, other)
    if likeness.short and _titles(one, other) < SHORT_TITLES:
        return None
    return Verdict("text", likeness.contained) if likeness.same else None


def same_issuers(one: Sequence[str], other: Sequence[str]) -> bool | None:
    """Whether issuers (`issuer_keys`) agree; None where one is missing, or a name may be short for the other."""
    mine, theirs = set(one), set(other)
    if not mine or not theirs:
        return None
    if mine & theirs:
        return True
    if any(a.startswith("c:") for a in mine) and any(b.startswith("c:") for b in theirs):
        return False
    names = [(a, b) for a in mine for b in theirs if a.startswith("n:") and b.startswith("n:")]
    return None if any(f"{a} ".startswith(f"{b} ") or f"{b} ".startswith(f"{a} ") for a, b in names) else False


def _titles(one: Mark, other: Mark) -> float:
    mine, theirs = title_words(one), title_words(other)
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0
