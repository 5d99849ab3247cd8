"""Highlights: safe HTML with no markup but `<mark>` around the words that matched. Pure.

Words are searched in the folded text (`search.text.folding`), whose letters have the same positions as in the text
itself. For a page of texts that is quicker than a regular expression with every letter's diacritics, which would be
compiled for each query.
"""

import html
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.text.folding import fold_aligned

HIGHLIGHT_WORDS = 40
"""Words that a highlight shows."""

HIGHLIGHT_CHARACTERS = 12_000
"""Characters from the beginning of a text in which a highlight by date is searched."""

MIN_PREFIX_LETTERS = 3
"""Letters from which on the last word also matches as a prefix: fewer match too many words."""

_GAP = re.compile(r"\s+")
_SNIPPET_WORDS = re.compile(rf"(?:\W*+\w++){{1,{HIGHLIGHT_WORDS}}}+")
_MORE = re.compile(r"\w")
_MAX_QUERY_WORDS = 24
_LOOKBEHIND = HIGHLIGHT_WORDS * 12
"""Characters before a match that are read: the ten words before it certainly begin there."""

_MAX_SPAN = HIGHLIGHT_WORDS * 3
"""Characters that certainly fit into a highlight after its first match."""

Phrase = tuple[str, ...]
"""Adjacent folded words."""

Span = tuple[int, int, str]
"""Start and end of a match, and the matched words."""


class HighlightQuery(NamedTuple):
    """Folded words to highlight in texts, the last one also as a prefix, and phrases that are their synonyms.

    `has_foreign_letters` is True if a letter is of another script.
    """

    query_words: tuple[str, ...]
    phrases: tuple[str, ...]
    has_foreign_letters: bool

    def find_spans(self, text: str) -> list[Span]:
        """Find all matches in a text, in order."""
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
    """Build a highlight query from the words of a query and their synonyms; None without words."""
    words = tuple(dict.fromkeys(fold_aligned(query, foreign=True).split()))[:_MAX_QUERY_WORDS]
    if not words:
        return None
    phrases = tuple(dict.fromkeys(" ".join(phrase) for phrase in synonyms if phrase))
    return HighlightQuery(words, phrases, not "".join((*words, *phrases)).isascii())


@dataclass(frozen=True)
class Snippet:
    """The best part of a text: the start of its first match, all matches in the text, and the folded words it shows."""

    text: str
    first: int
    spans: Sequence[Span]
    words: frozenset[str]

    @property
    def html(self) -> str:
        """Safe HTML with `…` where text was left out; built only for the snippet that is shown."""
        start, end = _window(self.text, self.first)
        inside = [span for span in self.spans if start <= span[0] and span[1] <= end]
        pieces = ["…" if start else ""]
        for begins, ends in sorted({word for span in inside for word in _word_spans(span)}):
            pieces += [html.escape(self.text[start:begins]), f"<mark>{html.escape(self.text[begins:ends])}</mark>"]
            start = ends
        pieces += [html.escape(self.text[start:end]), "…" if end < len(self.text) else ""]
        return " ".join("".join(pieces).split())


def best_snippet(snippets: Iterable[Snippet | None]) -> Snippet | None:
    """Return the snippet that shows most words, the first of equal ones; None if none shows any."""
    found = (snippet for snippet in snippets if snippet is not None)
    return max(found, key=lambda snippet: len(snippet.words), default=None)


def highlight(texts: Iterable[str | None], words: HighlightQuery | None) -> str | None:
    """Highlight the snippet of these texts that shows most of the words, the first of equal ones; None if none does."""
    best = best_snippet(find_snippet(text, words) for text in texts) if words else None
    return best.html if best else None


def find_snippet(text: str | None, words: HighlightQuery) -> Snippet | None:
    """Find the first part of a text (NFC, as all stored texts) that shows most of the words; None if it shows none."""
    if not text or not (spans := words.find_spans(text)):
        return None
    near: deque[Span] = deque()
    counts: dict[str, int] = {}
    shown, first = frozenset[str](), 0
    for span in spans:
        near.append(span)
        counts[span[2]] = counts.get(span[2], 0) + 1
        # Drop matches that are too far back, or are repeated since.
        while near[0][0] < span[1] - _MAX_SPAN or counts[near[0][2]] > 1:
            dropped = near.popleft()[2]
            counts[dropped] -= 1
            if not counts[dropped]:
                del counts[dropped]
        if len(counts) > len(shown):
            shown, first = frozenset(counts), near[0][0]
            if len(shown) >= len(words.query_words):
                break
    return Snippet(text, first, spans, shown)


def _word_spans(span: Span) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each word of a match, which may be a phrase."""
    begin = span[0]
    for word in span[2].split(" "):
        yield begin, begin + len(word)
        begin += len(word) + 1


def _window(text: str, position: int) -> tuple[int, int]:
    """Return the start and end of about `HIGHLIGHT_WORDS` words around a position."""
    window = max(0, position - _LOOKBEHIND)
    if window and (gap := _GAP.search(text, window, position)):
        window = gap.end()
    before = text[window:position].rsplit(None, HIGHLIGHT_WORDS // 4)
    start = window + (len(before[0]) if len(before) > HIGHLIGHT_WORDS // 4 else 0)
    if start and (gap := _GAP.match(text, start)):
        start = gap.end()
    shown = _SNIPPET_WORDS.match(text, start)
    return start, shown.end() if shown and _MORE.search(text, shown.end()) else len(text)
