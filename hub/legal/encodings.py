"""Recognition of texts that were decoded wrongly: encodings of old fonts (TCVN3, VNI, VPS, VISCII), UTF-8 read twice.

Whatever the encoding was, such a text has words that no Vietnamese word can be: letters and signs of other alphabets
inside words, capitals after small letters, two tone marks, groups of vowels that do not exist, question marks or
escapes (`&#7871;`, `\\u1ebf`) in place of letters. Names of other languages have some of them; so words are counted,
line by line. Nothing is converted.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hub.legal.doubt import Doubt
from hub.text import clean, split_tone

MAX_CHARACTERS = 100_000
"""Characters of a text that are looked at."""
_LETTERS = frozenset("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
_VOWELS = "aăâeêioôơuưy"
_GROUPS = frozenset(
    [
        "a",
        "ă",
        "â",
        "e",
        "ê",
        "i",
        "o",
        "ô",
        "ơ",
        "u",
        "ư",
        "y",
        "ai",
        "ao",
        "au",
        "ay",
        "âu",
        "ây",
        "eo",
        "êu",
        "ia",
        "iê",
        "iu",
        "oa",
        "oă",
        "oe",
        "oi",
        "oo",
        "ôi",
        "ơi",
        "ua",
        "uâ",
        "uê",
        "ui",
        "uô",
        "uơ",
        "uy",
        "ưa",
        "ưi",
        "ươ",
        "ưu",
        "oai",
        "oao",
        "oay",
        "oeo",
        "iêu",
        "yê",
        "yêu",
        "uao",
        "uây",
        "uôi",
        "uôu",
        "ươi",
        "ươu",
        "uya",
        "uyê",
        "uyu",
        "uơi",
        "uai",
        "uau",
        "uay",
        "ueo",
        "oau",
        "ya",
        "yu",
        "io",
        "ie",
        "ea",
    ]
)
"""Groups of vowels without tone marks, also those after `qu` and `gi` and some of the names of other peoples."""
_WORD = re.compile(r"[^\s\d_,.;:!?()\[\]{}\"'“”‘’„…/\\|<>@#%*+=~^`–—-]++")
_EDGES = "«»·•‹›†‡§¶°"
_AFTER = "®™©°²³¹º½¼¾"
_FOREIGN_SCRIPT = re.compile(r"[^\u0000-\u024f\u1e00-\u1eff]")
_INNER_CAPITAL = re.compile(r"(?<=[a-zà-öø-ÿ])[À-ÖØ-ÝĂÂĐÊÔƠƯ]")
_VOWEL_GROUP = re.compile(f"[{_VOWELS}]+")
_GARBLED_SYLLABLE = re.compile(r"(?:ch|gh|kh|ngh?|nh|ph|th|tr|[bcdghklmnpqrstvx])?+[aeiouy*]++(?:ch?|m|ng?|nh|p|t)?")
"""A syllable of Vietnamese with a `*` for each letter beyond ASCII: whatever the encoding did, the others stayed."""
_LOST_WORD = re.compile(
    r"(?<![\w/&=?.:@-])[^\W\d_]{0,7}\?{1,4}[^\W\d_][^\W\d_?]{0,7}(?:\?{1,4}[^\W\d_]{0,7}){0,3}(?![\w/=&:@])"
)
"""A word with question marks for the letters that an encoding does not have."""
_JOINED_SENTENCES = re.compile(r"[a-zà-ỹ]\?+[^\W\d_a-zà-ỹ]")
_JOINT = re.compile(
    r"(?:[^\W\d_]{0,6}[aeiouyà-ỹ][^\W\d_]{1,6}|[^\W\d_]{1,6}[aeiouyà-ỹ]|[ạ-ỹ])\?{1,4}"
    r"(?:[ạ-ỹ]|[^\W\d_]{1,6}[aeiouyà-ỹ]|[aeiouyà-ỹ][^\W\d_])",
    re.IGNORECASE,
)
"""A question mark between two words, each a syllable: what stands on the sides of a lost letter is none."""
_REFERENCE = re.compile(
    r"&#x(?P<entity>[0-9a-f]{2,5});|&#(?P<decimal>\d{2,6});|(?:\\u|<u\+)(?P<escape>[0-9a-f]{4})", re.IGNORECASE
)
_ESCAPED_WORD = re.compile(
    r"[^\W\d_]{0,7}(?:&#(?:\d{2,6}|x[0-9a-f]{2,5});|\\u[0-9a-f]{4}|<u\+[0-9a-f]{4}>)[^\W\d_]{0,7}", re.IGNORECASE
)
"""A word whose letters are written by their numbers."""
_ESCAPES = re.compile(r"&#|\\u|<u\+|[aeo]\^|[uo]\+", re.IGNORECASE)
_VIQR_WORD = re.compile(r"[a-z]{0,7}(?:[aeo]\^|[uo]\+)[.`'~?+]{0,3}[a-z]{1,7}", re.IGNORECASE)
"""A word with the marks of VIQR for letters."""
_VIQR_TONE = re.compile(r"(?:[aeo]\^|[uo]\+)[.`'~?](?!\d)|[aeiouy][`~]|(?<![a-z])dd[aeiouy]", re.IGNORECASE)
"""Marks of VIQR that formulas and lists do not have: tone marks, and the other letter of the alphabet."""
_VIQR_WEAK_TONE = re.compile(r"[aeiouy]['?](?=[a-z])", re.IGNORECASE)
"""A tone mark of VIQR, or an apostrophe or question mark."""
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]++|(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,6}[/?][^\s<>\"]*+", re.IGNORECASE
)
_DOTTED = re.compile(r"\.[a-z]{2,6}[/?]", re.IGNORECASE)
"""A part of every address that `_URL` finds without `://` or `www.`; it is searched for much faster."""
_FEW, _SOME, _MANY = 2, 3, 4
"""Wrong words that make a text doubtful: if they outnumber the right ones, if they are a share, in a single line."""
_SHARE = 0.3
_MAX_WORDS = 4
"""Words of any kind for each wrong one: most words of Vietnamese have marks."""


def is_garbled(text: str) -> bool:
    """Return True if so many words of a text are none that it must have been decoded wrongly."""
    return _count_lines(clean(text)).is_garbled


def encoding_doubts(content: Mapping[str, Any]) -> list[Doubt]:
    """A doubt about the first member of a content that holds garbled text, with its beginning.

    The content is in its stored form, so that its texts are clean.
    """
    for field, value in content.items():
        whole = _WordCount()
        for text in _texts(value):
            count = _count_lines(text)
            whole = whole + count
            if count.is_garbled or whole.is_garbled:
                return [garbled_doubt(field, text)]
    return []


@dataclass(frozen=True)
class _WordCount:
    """Words: all of them, and of those with letters beyond ASCII the ones that are none and those that may be some."""

    words: int = 0
    wrong: int = 0
    right: int = 0
    has_wrong_line: bool = False

    def __add__(self, other: "_WordCount") -> "_WordCount":
        return _WordCount(
            self.words + other.words,
            self.wrong + other.wrong,
            self.right + other.right,
            self.has_wrong_line or other.has_wrong_line or other._is_wrong(_MANY),
        )

    @property
    def is_garbled(self) -> bool:
        share = _SHARE * (self.wrong + self.right)
        is_share = self.wrong >= _SOME and self.wrong > share and self.wrong * _MAX_WORDS >= self.words
        return self.has_wrong_line or self._is_wrong(_FEW) or is_share

    def _is_wrong(self, least: int) -> bool:
        """True if the wrong words outnumber the right ones; in a text of another language they are a few names."""
        return self.wrong >= least and self.wrong > self.right and self.wrong * _MAX_WORDS >= self.words


def _count_lines(text: str) -> _WordCount:
    has_signs = "?" in text or _has_escapes(text)
    if text.isascii() and not has_signs:
        return _WordCount()
    text = text[:MAX_CHARACTERS]
    if not has_signs and not _may_have_url(text):
        # Nearly every text: each word is looked at once, whatever line it is in.
        count = _count_right_words(text)
        if count is not None:
            return count
    total = _WordCount()
    for line in text.split("\n"):
        total = total + _count_words(line)
    return total


def _has_escapes(text: str) -> bool:
    """True for a text that `_ESCAPES` finds something in; its signs are looked for first, which is much faster."""
    return ("&" in text or "\\" in text or "+" in text or "^" in text) and _ESCAPES.search(text) is not None


def _may_have_url(text: str) -> bool:
    return "://" in text or "www." in text.lower() or _DOTTED.search(text) is not None


def _count_right_words(text: str) -> _WordCount | None:
    """Count the words of a text without a wrong one; None if there is one, because then its line matters."""
    words = Counter(_WORD.findall(text))
    right = 0
    for word, times in words.items():
        verdict = None if word.isascii() else _is_word(word)
        if verdict is False:
            return None
        if verdict:
            right += times
    return _WordCount(words.total(), 0, right)


def _count_words(line: str) -> _WordCount:
    if _may_have_url(line):
        line = _URL.sub(" ", line)
    lost = _count_lost(line)
    words = _WORD.findall(line)
    if line.isascii():
        return _WordCount(len(words), lost)
    verdicts = [_is_word(word) for word in words if not word.isascii()]
    return _WordCount(len(words), verdicts.count(False) + lost, verdicts.count(True))


def _count_lost(line: str) -> int:
    """The words with question marks or escapes in place of letters."""
    lost = 0
    if "?" in line:
        lost += sum(not _is_end_of_question(word) for word in _LOST_WORD.findall(line))
    if _has_escapes(line):
        lost += sum(_has_letter(word) for word in _ESCAPED_WORD.findall(line))
        lost += len(_VIQR_WORD.findall(line)) if _is_viqr(line) else 0
    return lost


def _is_end_of_question(word: str) -> bool:
    """True where a space is missing after a question."""
    return (_JOINED_SENTENCES.search(word) or _JOINT.search(word)) is not None


def _has_letter(word: str) -> bool:
    """True for the number of a letter beyond ASCII; quotation marks, dashes and spaces are written so by habit."""
    codes = (
        int(found["decimal"]) if found["decimal"] else int(found["entity"] or found["escape"], 16)
        for found in _REFERENCE.finditer(word)
    )
    return any(code > 0x7F and (chr(code).isalpha() or unicodedata.combining(chr(code))) for code in codes)


def _is_viqr(line: str) -> bool:
    """True for a line that has tone marks of VIQR; a formula has one kind of its signs, or an equals sign."""
    if " = " in line:
        return False
    return _VIQR_TONE.search(line) is not None or len(_VIQR_WEAK_TONE.findall(line)) > 1


def garbled_doubt(field: str, text: str) -> Doubt:
    """The doubt about a garbled text."""
    beginning = " ".join(text.split())[:60]
    detail = f"`{beginning}` is no Vietnamese: it was written in an old font (TCVN3, VNI) or decoded wrongly."
    return Doubt(field, detail, "Vietnamese in Unicode")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, Iterable):
        for part in value:
            yield from _texts(part)


@lru_cache(maxsize=20_000)
def _is_word(written: str) -> bool | None:
    """False for what was a word of Vietnamese; None for what says nothing, as a word of another script or language.

    Words of other languages, `Müller` or `Société`, are no syllable of Vietnamese whatever their letters stand for.
    """
    word = written.strip(_EDGES).rstrip(_AFTER)
    if word.isascii() or not any((char.isalpha() and char < "\u0250") or "\u1e00" <= char <= "\u1eff" for char in word):
        return None
    if _FOREIGN_SCRIPT.search(word):
        return not any(char.isascii() and char.isalpha() for char in word) and None
    if _is_syllable(word):
        return True
    skeleton = "".join(char if char.isascii() else "*" for char in word.lower())
    return None if _GARBLED_SYLLABLE.fullmatch(skeleton) is None else False


def _is_syllable(word: str) -> bool:
    toneless, tones = split_tone(word.lower())
    if len(tones) > 1 or not all(char in _LETTERS for char in toneless):
        return False
    if _INNER_CAPITAL.search(word):
        return False
    return all(group in _GROUPS for group in _VOWEL_GROUP.findall(_without_glide(toneless)))


def _without_glide(toneless: str) -> str:
    """Remove the `u` of `qu` and the `i` of `gi` before another vowel, which are part of the consonant."""
    return re.sub(rf"qu(?=[{_VOWELS}])", "q", re.sub(rf"gi(?=[{_VOWELS}])", "g", toneless))
