"""Highlights: safe HTML with nothing in it but `<mark>`, around the words that were found. Pure.

Words are looked for in the folded text (`search.text.folding`), whose letters stand where the shown text has them with
their marks; for a page of texts that is quicker than an expression with every letter's marks, which has to be made for
each query.
"""

import html
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.text.folding import fold_aligned

HIGHLIGHT_WORDS = 40
"""How many words a highlight shows."""

MIN_PREFIX_LETTERS = 3
"""From how many letters on the last word may be the beginning of one: fewer begin too much."""

_GAP = re.compile(r"\s+")
_SNIPPET_WORDS = re.compile(rf"(?:\W*\w+){{1,{HIGHLIGHT_WORDS}}}")
_MORE = re.compile(r"\w")
_MAX_QUERY_WORDS = 24
_LOOKBEHIND = HIGHLIGHT_WORDS * 12
"""Characters before a match that are looked at: its ten words before it surely begin there."""

_MAX_SPAN = HIGHLIGHT_WORDS * 3
"""Characters that surely fit into a highlight after its first match."""

Phrase = tuple[str, ...]
"""Folded words that stand side by side."""

Span = tuple[int, int, str]
"""Where a match begins and ends, and what it is."""


class HighlightQuery(NamedTuple):
    """What is looked for in texts: the folded words that were asked, the last one also as a beginning, and phrases
    that mean the same; `foreign` when a letter is of another script."""

    query_words: tuple[str, ...]
    phrases: tuple[str, ...]
    has_foreign_letters: bool

    def find_spans(self, text: str) -> list[Span]:
        """All matches in a text, in order."""
        plain = f" {fold_aligned(text, foreign=self.has_foreign_letters)} "
        *whole, last = self.query_words
        found: list[Span] = []
        for words in (*whole, *self.phrases, *(() if len(last) >= MIN_PREFIX_LETTERS else (last,))):
            sought, length = f" {words} ", len(words)
            at = plain.find(sought)
            while at >= 0:
                found.append((at, at + length, words))
                at = plain.find(sought, at + length)
        if len(last) >= MIN_PREFIX_LETTERS:
            sought = f" {last}"
            at = plain.find(sought)
            while at >= 0:
                end = plain.index(" ", at + 1)
                found.append((at, end - 1, plain[at + 1 : end]))
                at = plain.find(sought, end)
        found.sort()
        return found


def highlight_query(query: str, synonyms: Iterable[Phrase] = ()) -> HighlightQuery | None:
    """What is looked for: the words of a query, and what else they mean; None without words."""
    asked = tuple(dict.fromkeys(fold_aligned(query, foreign=True).split()))[:_MAX_QUERY_WORDS]
    if not asked:
        return None
    phrases = tuple(dict.fromkeys(" ".join(phrase) for phrase in synonyms if phrase))
    return HighlightQuery(asked, phrases, not "".join((*asked, *phrases)).isascii())


@dataclass(frozen=True)
class Snippet:
    """The part of a text that shows most: where its first match begins, all matches, the words (folded) it shows."""

    text: str
    first: int
    spans: Sequence[Span]
    words: frozenset[str]

    @property
    def html(self) -> str:
        """As safe HTML, `…` where text was left out; made for the one that is shown only."""
        start, end = _window(self.text, self.first)
        inside = [place for place in self.spans if start <= place[0] and place[1] <= end]
        pieces = ["…" if start else ""]
        for begins, ends in sorted({word for place in inside for word in _word_spans(place)}):
            marked = html.escape(self.text[begins:ends])
            pieces += [html.escape(self.text[start:begins]), f"<mark>{marked}</mark>"]
            start = ends
        pieces += [html.escape(self.text[start:end]), "…" if end < len(self.text) else ""]
        return " ".join("".join(pieces).split())


def best_snippet(stretches: Iterable[Snippet | None]) -> Snippet | None:
    """The one that shows most words, of equal ones the first; None when none shows any."""
    found = (stretch for stretch in stretches if stretch is not None)
    return max(found, key=lambda stretch: len(stretch.words), default=None)


def highlight(texts: Iterable[str | None], words: HighlightQuery | None) -> str | None:
    """The stretch of the first of these texts that shows most of the wanted words; None when none shows any."""
    shown = best_snippet(find_snippet(text, words) for text in texts) if words else None
    return shown.html if shown else None


def find_snippet(text: str | None, words: HighlightQuery) -> Snippet | None:
    """The first part of a text (NFC, as all that is stored) that shows most of the wanted words; None when it shows
    none."""
    if not text or not (places := words.find_spans(text)):
        return None
    near: deque[Span] = deque()
    counts: dict[str, int] = {}
    shown, first = frozenset[str](), 0
    for place in places:
        near.append(place)
        counts[place[2]] = counts.get(place[2], 0) + 1
        # Too far back, or said again since.
        while near[0][0] < place[1] - _MAX_SPAN or counts[near[0][2]] > 1:
            gone = near.popleft()[2]
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
        if len(counts) > len(shown):
            shown, first = frozenset(counts), near[0][0]
            if len(shown) >= len(words.query_words):
                break
    return Snippet(text, first, places, shown)


def _word_spans(place: Span) -> Iterator[tuple[int, int]]:
    """The places of the words of a match, which may be a phrase."""
    begin = place[0]
    for word in place[2].split(" "):
        yield begin, begin + len(word)
        begin += len(word) + 1


def _window(text: str, place: int) -> tuple[int, int]:
    """Where about `WORDS` words around a place begin and end."""
    window = max(0, place - _LOOKBEHIND)
    if window and (gap := _GAP.search(text, window, place)):
        window = gap.end()
    before = text[window:place].rsplit(None, HIGHLIGHT_WORDS // 4)
    start = window + (len(before[0]) if len(before) > HIGHLIGHT_WORDS // 4 else 0)
    if start and (gap := _GAP.match(text, start)):
        start = gap.end()
    shown = _SNIPPET_WORDS.match(text, start)
    return start, shown.end() if shown and _MORE.search(text, shown.end()) else len(text)
