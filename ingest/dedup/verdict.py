"""Whether two marks are of one document, pure. The thresholds were measured: `make bench-same`, docs/decisions/086.

A missed double costs an editor a minute; two documents made one lose a document. So what is not clear is not the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.fingerprints import Fingerprint, similarity, title_syllables

MIN_CONTAINMENT = 0.6
"""Of the smaller text's shingles, how many the other has, at least."""
MIN_JACCARD = 0.35
"""Of all shingles, how many both have, at least: a bulletin that quotes a plan is contained in it, and not the plan."""
MIN_FIGURES = 0.6
"""Of the figures of the text with fewer, how many the other has with the same syllable before them, at least."""
SHORT_SHINGLES = 40
"""Texts of fewer shingles say too little to be told apart by parts of them: they have to be alike as a whole, and so
have their titles."""
SHORT_JACCARD, SHORT_TITLES = 0.9, 0.8
MIN_SIMILARITY = 0.3
"""How alike title or text must be where a number agrees, but not everything that goes with it."""

UNRELATED_TEXT, UNRELATED_TITLE = 0.02, 0.2
"""Below these, text and title of a number that agrees in everything are another document's all the same."""


@dataclass(frozen=True)
class DuplicateVerdict:
    """Why two marks are of one document, and how alike they are, from 0 to 1."""

    basis: str
    """`number` or `text`."""
    score: float


@dataclass(frozen=True)
class Similarity:
    """How alike two texts are, and two sets of figures."""

    jaccard: float
    containment: float
    figures: float
    is_short: bool

    @classmethod
    def of(cls, one: Fingerprint, other: Fingerprint) -> "Similarity":
        """As the sketches tell."""
        jaccard, contained = similarity(one.text, other.text)
        counted = min(one.numerals.count, other.numerals.count) > 0
        figures = similarity(one.numerals, other.numerals)[1] if counted else 1.0
        return cls(jaccard, contained, figures, min(one.text.count, other.text.count) < SHORT_SHINGLES)

    @property
    def is_same(self) -> bool:
        """Whether the texts alone say that it is one document."""
        if self.figures < MIN_FIGURES:
            return False
        return (
            self.jaccard >= SHORT_JACCARD
            if self.is_short
            else self.containment >= MIN_CONTAINMENT and self.jaccard >= MIN_JACCARD
        )


def compare_fingerprints(one: Fingerprint, other: Fingerprint) -> DuplicateVerdict | None:
    """The verdict on two marks; None: they are of two documents, or nobody can tell."""
    if (one.kind, one.lang) != (other.kind, other.lang):
        return None
    if one.number and other.number:
        return _compare_by_number(one, other) if one.number == other.number else None
    return _compare_by_text(one, other)


def _compare_by_number(one: Fingerprint, other: Fingerprint) -> DuplicateVerdict | None:
    """By number, issuer and date. Of another issuer it is another document; what else is missing or differs may be an
    error, if titles or texts are akin.
    """
    issuers = compare_issuers(one.issuers, other.issuers)
    if issuers is False:
        return None
    likeness = Similarity.of(one, other)
    if issuers and one.issued_on is not None and one.issued_on == other.issued_on:
        return None if _is_unrelated(one, other, likeness) else DuplicateVerdict("number", 1.0)
    if one.year is not None and other.year is not None and one.year != other.year:
        # A number without a year comes again each year, often with the same form; so does a misread date.
        # Of a short form one cannot be told from the other.
        misread = likeness.is_same and not likeness.is_short and one.figures == other.figures
        return DuplicateVerdict("text", likeness.containment) if misread else None
    akin = max(likeness.containment, _title_similarity(one, other))
    return DuplicateVerdict("number", akin) if akin >= MIN_SIMILARITY else None


def _is_unrelated(one: Fingerprint, other: Fingerprint, likeness: Similarity) -> bool:
    """Whether two long texts and their titles have nothing in common: then one of the numbers is a slip."""
    return (
        not likeness.is_short
        and likeness.containment < UNRELATED_TEXT
        and _title_similarity(one, other) < UNRELATED_TITLE
    )


def _compare_by_text(one: Fingerprint, other: Fingerprint) -> DuplicateVerdict | None:
    if one.figures != other.figures or (one.type and other.type and one.type != other.type):
        return None
    if compare_issuers(one.issuers, other.issuers) is False:
        return None
    likeness = Similarity.of(one, other)
    if likeness.is_short and _title_similarity(one, other) < SHORT_TITLES:
        return None
    return DuplicateVerdict("text", likeness.containment) if likeness.is_same else None


def compare_issuers(one: Sequence[str], other: Sequence[str]) -> bool | None:
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


def _title_similarity(one: Fingerprint, other: Fingerprint) -> float:
    mine, theirs = title_syllables(one), title_syllables(other)
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0
