"""Highlights: safe HTML with nothing in it but `<mark>`, around the words that were found. Pure.

Words are compared without marks while the shown text keeps them: each folded letter becomes the class of letters
that fold to it, so one regular expression runs over the original text.
"""

import html
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from hub.text import fold, unmark

WORDS = 40
"""How many words a highlight shows."""

BEGINNING = 3
"""From how many letters on the last word may be the beginning of one: fewer begin too much."""

START, END = "\ue000", "\ue001"
"""Private-use characters around a match until everything else is escaped; no stored text may hold them."""

_OURS = re.compile(f"[{START}{END}]")
_WORD = re.compile(r"\w+")
_GAP = re.compile(r"\s")
_MARKED = re.compile(f"{START}([^{START}{END}]*){END}")
_ASKED = 24
_BACK = WORDS * 12
"""Characters before a match that are looked at: its ten words before it surely begin there."""

_REACH = WORDS * 3
"""Characters that surely fit into a highlight after its first match."""


def _classes() -> dict[str, str]:
    """For each unmarked letter: the Vietnamese and other common letters that fold to it; few, as each one is
    compiled anew for every query."""
    found: dict[str, str] = {}
    for code in (*range(0x41, 0x100), *map(ord, "ĂăĐđĨĩŨũƠơƯư"), *range(0x1EA0, 0x1EFA)):
        char = chr(code)
        if char.isalpha() and len(base := unmark(char)) == 1 and base.isascii():
            found[base] = found.get(base, "") + char
    return found


_CLASSES = _classes()


_unmarked = lru_cache(4_096)(unmark)


def without_markers(text: str) -> str:
    """The text without the private-use characters that highlighting uses."""
    return _OURS.sub("", text)


def safe(marked: str) -> str:
    """A text with matches between `START` and `END` as safe HTML."""
    return without_markers(_MARKED.sub(r"<mark>\1</mark>", html.escape(marked)))


class Wanted(NamedTuple):
    """What a query's words look like in an original text, and how many different ones there are."""

    words: re.Pattern[str]
    number: int


@lru_cache(256)
def pattern(query: str) -> Wanted | None:
    """What is looked for in texts, the last word also as a beginning; None without words."""
    words = list(dict.fromkeys(_WORD.findall(fold(query))))[:_ASKED]
    if not words:
        return None
    written = ["".join(_letter(char) for char in word[1:]) for word in words]
    if len(words[-1]) >= BEGINNING:
        written[-1] += r"\w*"
    # A first letter first: an expression that begins with a set of characters is looked for twice as fast as one that
    # begins with a look back or with words.
    begun: dict[str, list[str]] = {}
    for word, rest in zip(words, written, strict=True):
        begun.setdefault(_letter(word[0]), []).append(rest)
    first = "".join(_CLASSES.get(char, re.escape(char)) for char in dict.fromkeys(word[0] for word in words))
    ways = "|".join(rf"(?<={letter})(?:{'|'.join(rest)})" for letter, rest in begun.items())
    return Wanted(re.compile(rf"[{first}](?<!\w.)(?:{ways})(?!\w)"), len(words))


def _letter(char: str) -> str:
    return f"[{_CLASSES.get(char, re.escape(char))}]"


@dataclass(frozen=True)
class Stretch:
    """A part of a text, matches between the markers, and how many different words are marked in it."""

    marked: str
    words: int

    @property
    def html(self) -> str:
        """As safe HTML; made for the one that is shown only."""
        return safe(self.marked)


def marked_stretch(marked: str) -> Stretch:
    """A text whose matches an engine has put between the markers."""
    marked = " ".join(marked.split())
    return Stretch(marked, len({_unmarked(word) for word in _MARKED.findall(marked)}))


def best(stretches: Iterable[Stretch | None]) -> Stretch | None:
    """The one that shows most words, of equal ones the first; None when none shows any."""
    found = (stretch for stretch in stretches if stretch is not None and stretch.words)
    return max(found, key=lambda stretch: stretch.words, default=None)


def highlight(texts: Sequence[str | None], query: str) -> str | None:
    """The stretch of the first of these texts that shows most of the query's words; None when none shows any."""
    wanted = pattern(query)
    shown = best(stretch(text, wanted) for text in texts) if wanted else None
    return shown.html if shown else None


def stretch(text: str | None, wanted: Wanted) -> Stretch | None:
    """The first part of a text that shows most of the wanted words; None when it shows none."""
    if not text:
        return None
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = without_markers(text)
    near: deque[tuple[int, str]] = deque()
    counts: Counter[str] = Counter()
    most, place = 0, 0
    for match in wanted.words.finditer(text):
        word = _unmarked(match[0])
        near.append((match.start(), word))
        counts[word] += 1
        # Too far back, or said again since.
        while near[0][0] < match.end() - _REACH or counts[near[0][1]] > 1:
            _, gone = near.popleft()
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
        if len(counts) > most:
            most, place = len(counts), near[0][0]
            if most >= wanted.number:
                break
    return Stretch(_cut(text, place, wanted), most) if most else None


def _cut(text: str, place: int, wanted: Wanted) -> str:
    """About `WORDS` words around a place, matches between the markers, `…` where text was left out."""
    window = max(0, place - _BACK)
    if window and (gap := _GAP.search(text, window, place)):
        window = gap.start()
    before = text[window:place].rsplit(None, WORDS // 4)
    start = window + (len(before[0]) if len(before) > WORDS // 4 else 0)
    end = len(text)
    for count, word in enumerate(_WORD.finditer(text, start), start=1):
        if count == WORDS:
            end = word.end()
            break
    shown = wanted.words.sub(lambda match: f"{START}{match[0]}{END}", text[start:end])
    return f"{'…' if start else ''}{' '.join(shown.split())}{'…' if end < len(text) else ''}"
