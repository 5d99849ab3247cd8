"""Fingerprints that documents are recognised by: number, issuers, date, and sketches of the text. Pure.

A sketch holds the lowest hashes of a text's *shingles* (four syllables in a row, without diacritics). Two texts share
about the same proportion of them as of all shingles, so their similarity is estimated from a few hundred bytes
(bottom-k sketches, Broder 1997). No text can be read from a sketch. Figures have a sketch of their own, because
documents of one form (such as a weekly bulletin) share nearly all words and differ in the figures.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest
from itertools import islice
from operator import xor
from struct import Struct
from typing import Any

from hub.domain.kinds import KINDS
from hub.legal.agency_names import expand_abbreviations
from hub.legal.numbers import NUMBER_PATTERN, number_key, parse_number
from hub.lookalikes import fold_signs
from hub.text import clean, fold, one_line, strip_diacritics

SHINGLE_WIDTH = 4
"""Number of syllables in a shingle."""
SKETCH_SIZE = 192
"""Number of hashes in a sketch: a similarity of one half is estimated within ± 0.07 in 95 of 100 cases."""
LOOKUP_HASHES = 12
"""Number of hashes that index a text for lookups: texts with a similarity of one half share at least one with a
probability above 0.999."""
FIGURE_SKETCH_SIZE = 64
"""Number of hashes in a sketch of figures."""
MAX_TEXT_CHARACTERS = 60_000
"""Number of characters that are read: the first thirty pages are enough to tell documents apart."""

_NUMBERS = Struct(f"<{SHINGLE_WIDTH}i")
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(NUMBER_PATTERN)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class BottomKSketch:
    """The lowest hashes of a set, ascending, and the size of the set."""

    lows: tuple[int, ...]
    count: int

    @classmethod
    def of(cls, hashes: set[int], size: int) -> "BottomKSketch":
        """Build the sketch of a set of hashes; each hash fits into a Postgres integer."""
        return cls(tuple(nsmallest(size, hashes)), len(hashes))


@dataclass(frozen=True)
class Fingerprint:
    """Fingerprint of one content in one language. `year` is the year in the number, or else the year of issue."""

    kind: str
    lang: str
    type: str | None
    number: str | None
    """`number_key` without the year; None if there is no number."""
    year: int | None
    issuers: tuple[str, ...]
    """`issuer_keys`."""
    issued_on: date | None
    title: str
    """Folded and truncated."""
    figures: str
    """The figures in the title, sorted, without document numbers: they tell weeks, years and drafts apart."""
    text: BottomKSketch
    numerals: BottomKSketch

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON that crosses from one process to another."""
        sketches = {"text": vars(self.text), "numerals": vars(self.numerals)}
        return vars(self) | sketches | {"issued_on": self.issued_on and self.issued_on.isoformat()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Fingerprint":
        """Build a fingerprint from the parsed JSON of `to_dict`."""
        on = stored["issued_on"]
        sketches = {
            name: BottomKSketch(tuple(stored[name]["lows"]), stored[name]["count"]) for name in ("text", "numerals")
        }
        issued_on = None if on is None else date.fromisoformat(on)
        return cls(**{**stored, **sketches, "issuers": tuple(stored["issuers"]), "issued_on": issued_on})

    def stored_hashes(self) -> list[int]:
        """Return the hashes to store: for lookups by texts with the same number, and by texts without a number."""
        return [*self._salt_hashes(self.number or ""), *(self._salt_hashes("#") if self.number else ())]

    def lookup_hashes(self) -> list[int]:
        """Return the hashes to look up. Two documents that both have a number match only if the numbers are equal."""
        return [*self._salt_hashes(self.number or "#"), *self._salt_hashes("")]

    def _salt_hashes(self, number: str) -> list[int]:
        salt = f"{self.kind}\n{self.lang}\n{self.figures}\n{number}\n"
        return [_hash(f"{salt}{low}") for low in self.text.lows[:LOOKUP_HASHES]]


def fingerprint(kind: str, lang: str, content: Mapping[str, Any], text: str | None = None) -> Fingerprint:
    """Compute the fingerprint of a content in its stored form; `text` replaces its own text if that is incomplete."""
    number = parse_number(content.get("number") or "")
    issued_on = issue_date(content)
    title = one_line(content.get("title") or "")
    shingles, numerals = hash_shingles(text or plain_text(kind, content))
    return Fingerprint(
        kind=kind,
        lang=lang,
        type=fold(content["type"]) if content.get("type") else None,
        number=number_key(f"{number.serial}/{number.symbol}") if number else None,
        year=(number.year if number and number.year else None) or (issued_on.year if issued_on else None),
        issuers=issuer_keys(content),
        issued_on=issued_on,
        title=fold(title)[:300],
        figures=_figures(kind, title, content),
        text=BottomKSketch.of(shingles, SKETCH_SIZE),
        numerals=BottomKSketch.of(numerals, FIGURE_SKETCH_SIZE),
    )


def plain_text(kind: str, content: Mapping[str, Any]) -> str:
    """Return the plain text of a content in its stored form; empty if the content was erased."""
    return KINDS[kind].plain_text(dict(content)) if content else ""


def issue_date(content: Mapping[str, Any]) -> date | None:
    """Return the first date of issue; None for kinds without one."""
    on = next((one["on"] for one in content.get("dates") or () if one.get("role") == "issued"), None)
    return date.fromisoformat(str(on)) if on else None


def issuer_names(content: Mapping[str, Any]) -> list[str]:
    """Return the names of the issuers, with abbreviations expanded."""
    return [expand_abbreviations(one["name"]) for one in content.get("issuers") or () if one.get("name")]


def issuer_keys(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys that issuers are compared by: `c:` with a code, `n:` with a name without diacritics."""
    codes = [one["code"] for one in content.get("issuers") or () if one.get("code")]
    if content.get("drafting_agency"):
        codes.append(content["drafting_agency"])
    return tuple(
        dict.fromkeys([*(f"c:{code}" for code in codes), *(f"n:{fold(name)}" for name in issuer_names(content))])
    )


def _figures(kind: str, title: str, content: Mapping[str, Any]) -> str:
    found = sorted(figure.lstrip("0") or "0" for figure in _DIGITS.findall(_NUMBER.sub(" ", fold_signs(title))))
    version = [f"v{content['draft_version']}"] if kind == "draft" and content.get("draft_version") else []
    return " ".join([*version, *found])[:200]


def hash_shingles(text: str) -> tuple[set[int], set[int]]:
    """Hash the shingles of a text, and its figures, each figure with the syllable before it.

    The hash of a shingle combines one random number per syllable and position (simple tabulation hashing, Pătraşcu and
    Thorup 2012), so each distinct syllable is hashed only once.
    """
    words = _WORD.findall(clean(text[:MAX_TEXT_CHARACTERS]).lower())
    words += [""] * (SHINGLE_WIDTH - len(words)) if words else []
    if not words:
        return set(), set()
    distinct = list({*words})
    columns = zip(*map(_hash_syllable, distinct), strict=True)
    numbers = [dict(zip(distinct, column, strict=True)) for column in columns]
    # Loops within the interpreter's own functions: this is half of the time that reading a record takes.
    one, two, three, four = (
        map(number.__getitem__, islice(words, place, None)) for place, number in enumerate(numbers)
    )
    shingles = set(map(xor, map(xor, one, two), map(xor, three, four)))
    figures = {word for word in distinct if word and word[0].isdecimal()}
    before = {place for place, word in enumerate(words) if word in figures} if figures else set()
    first, second = numbers[:2]
    return shingles, {(first[words[place - 1]] if place else 0) ^ second[words[place]] for place in before}


@lru_cache(maxsize=20_000)
def _hash_syllable(word: str) -> tuple[int, ...]:
    """Return a random number for each position of a syllable in a shingle; texts share nearly all syllables."""
    return _NUMBERS.unpack(blake2b(strip_diacritics(word).encode(), digest_size=_NUMBERS.size).digest())


def _hash(part: str) -> int:
    """Hash a string to a number that fits into a Postgres integer."""
    return int.from_bytes(blake2b(part.encode(), digest_size=4).digest(), signed=True)


def similarity(one: BottomKSketch, other: BottomKSketch) -> tuple[float, float]:
    """Estimate the similarity of two sets: shared members relative to the union (Jaccard), and to the smaller set."""
    if not one.count or not other.count:
        return 0.0, 0.0
    # Up to this hash, each sketch holds all members of its set; the sketch of a small set holds the whole set.
    known = min((sketch.lows[-1] for sketch in (one, other) if sketch.count > len(sketch.lows)), default=None)
    mine, theirs = ({low for low in sketch.lows if known is None or low <= known} for sketch in (one, other))
    jaccard = len(mine & theirs) / len(mine | theirs)
    shared = jaccard * (one.count + other.count) / (1 + jaccard)
    return jaccard, min(1.0, shared / min(one.count, other.count))


def title_syllables(fingerprint: Fingerprint) -> set[str]:
    """Return the syllables of a title, without diacritics."""
    return set(fingerprint.title.split())
