"""Compare two fingerprints: a verdict whether they are of one document, pure.

The thresholds were measured: `make bench-same`, docs/decisions/086. A missed duplicate costs an editor a minute; two
documents that are merged by mistake lose one of them. So an unclear case counts as two documents.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.fingerprints import Fingerprint, similarity, title_syllables

MIN_CONTAINMENT = 0.6
"""Least part of the smaller text's shingles that the other text has, too."""
MIN_JACCARD = 0.35
"""Least part of all shingles that both texts have: a bulletin that quotes a plan is contained in it, but is not it."""
MIN_FIGURES = 0.6
"""Least part of the figures of the text with fewer of them that the other text has after the same syllable."""
SHORT_SHINGLES = 40
"""Texts of fewer shingles are too short to be compared by parts: the whole texts have to be alike, and their titles."""
SHORT_JACCARD, SHORT_TITLES = 0.9, 0.8
MIN_SIMILARITY = 0.3
"""Least similarity of title or text when the numbers agree, but issuer or date does not."""

UNRELATED_TEXT, UNRELATED_TITLE = 0.02, 0.2
"""Similarity of text and title below which two documents differ although number, issuer and date agree."""


@dataclass(frozen=True)
class DuplicateVerdict:
    """The basis on which two fingerprints are of one document, and their similarity, from 0 to 1."""

    basis: str
    """`number` or `text`."""
    score: float


@dataclass(frozen=True)
class Similarity:
    """Similarity of two texts and of the figures in them."""

    jaccard: float
    containment: float
    figures: float
    is_short: bool

    @classmethod
    def of(cls, one: Fingerprint, other: Fingerprint) -> "Similarity":
        """Estimate the similarity from the sketches."""
        jaccard, contained = similarity(one.text, other.text)
        counted = min(one.numerals.count, other.numerals.count) > 0
        figures = similarity(one.numerals, other.numerals)[1] if counted else 1.0
        return cls(jaccard, contained, figures, min(one.text.count, other.text.count) < SHORT_SHINGLES)

    @property
    def is_same(self) -> bool:
        """True when the texts alone show that it is one document."""
        if self.figures < MIN_FIGURES:
            return False
        return (
            self.jaccard >= SHORT_JACCARD
            if self.is_short
            else self.containment >= MIN_CONTAINMENT and self.jaccard >= MIN_JACCARD
        )


def compare_fingerprints(one: Fingerprint, other: Fingerprint) -> DuplicateVerdict | None:
    """Compare two fingerprints. None means two documents, or an unclear case."""
    if (one.kind, one.lang) != (other.kind, other.lang):
        return None
    if one.number and other.number:
        return _compare_by_number(one, other) if one.number == other.number else None
    return _compare_by_text(one, other)


def _compare_by_number(one: Fingerprint, other: Fingerprint) -> DuplicateVerdict | None:
    """Compare by number, issuer and date.

    Another issuer means another document. Other facts that are missing or differ may be errors, if titles or texts are
    similar.
    """
    issuers = compare_issuers(one.issuers, other.issuers)
    if issuers is False:
        return None
    likeness = Similarity.of(one, other)
    if issuers and one.issued_on is not None and one.issued_on == other.issued_on:
        return None if _is_unrelated(one, other, likeness) else DuplicateVerdict("number", 1.0)
    if one.year is not None and other.year is not None and one.year != other.year:
        # A number without a year is used again each year, often for the same form; a misread date looks the same. For a
        # short form the two cases cannot be distinguished.
        misread = likeness.is_same and not likeness.is_short and one.figures == other.figures
        return DuplicateVerdict("text", likeness.containment) if misread else None
    score = max(likeness.containment, _title_similarity(one, other))
    return DuplicateVerdict("number", score) if score >= MIN_SIMILARITY else None


def _is_unrelated(one: Fingerprint, other: Fingerprint, likeness: Similarity) -> bool:
    """True when two long texts and their titles have nothing in common: then one of the numbers is a typing error."""
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
    """Compare issuers (`issuer_keys`): None when one is missing, or one name may be a short form of the other."""
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
