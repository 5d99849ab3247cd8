"""Snippets of search results, the same on both engines: the part of a text with most of the words, and its article."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hub.db import Database
from hub.search.port import Hit
from hub.text import fold
from search.text.highlight import (
    HighlightQuery,
    Phrase,
    Snippet,
    best_snippet,
    find_snippet,
    highlight_query,
)
from search.text.passages import LivePassage, read_best_passages
from search.text.tsquery import FoldedSynonyms, synonym_phrases, tokenize

TypoLookup = Callable[[Sequence[str]], Awaitable[Sequence[Phrase]]]
"""Finds the words that the engine matched by typo for words that no text on the page shows."""


@dataclass(frozen=True)
class ViewMatch:
    """A view that matched, with its short texts as readers see them: summary, title, number."""

    document_id: UUID
    lang: str
    seq: int
    texts: Sequence[str | None]


async def build_keyword_hits(
    database: Database,
    found: Sequence[ViewMatch],
    query_text: str,
    synonyms: FoldedSynonyms,
    typo_lookup: TypoLookup | None = None,
) -> list[Hit]:
    """Build hits with snippets that show the words or their synonyms.

    Words that no text shows, and that have no synonym, are passed to `typo_lookup`.
    """
    phrases = synonym_phrases(tokenize(fold(query_text)), synonyms)
    if not found or (wanted := highlight_query(query_text, phrases)) is None:
        return [Hit(one.document_id, one.lang, one.seq) for one in found]
    # The short texts are processed while Postgres searches the passages.
    passages, short = await asyncio.gather(
        read_best_passages(database, [(one.document_id, one.lang, one.seq) for one in found], query_text),
        _find_snippets(found, wanted),
    )
    highlighted = _highlight_views(found, short, passages, wanted)
    unseen = _missing_words(wanted, highlighted, synonyms) if typo_lookup else []
    if typo_lookup and unseen and (typos := await typo_lookup(unseen)):
        wanted = highlight_query(query_text, (*phrases, *typos)) or wanted
        highlighted = _highlight_views(found, await _find_snippets(found, wanted), passages, wanted)
    return [one.hit for one in highlighted]


@dataclass(frozen=True)
class _HighlightedHit:
    hit: Hit
    words: frozenset[str]


async def _find_snippets(found: Sequence[ViewMatch], wanted: HighlightQuery) -> list[list[Snippet | None]]:
    return [[find_snippet(text, wanted) for text in one.texts] for one in found]


def _highlight_views(
    found: Sequence[ViewMatch],
    short: Sequence[Sequence[Snippet | None]],
    passages: dict[UUID, LivePassage],
    wanted: HighlightQuery,
) -> list[_HighlightedHit]:
    return [
        _highlight_view(one, texts, passages.get(one.document_id), wanted)
        for one, texts in zip(found, short, strict=True)
    ]


def _highlight_view(
    found: ViewMatch, short: Sequence[Snippet | None], passage: LivePassage | None, wanted: HighlightQuery
) -> _HighlightedHit:
    """Use the short text that shows every word, else the best of the passage and the short texts."""
    best, inside = best_snippet(short), None
    if passage is not None and (best is None or len(best.words) < len(wanted.query_words)):
        inside = find_snippet(passage.text, wanted)
        best = best_snippet([inside, best])
    hit = Hit(found.document_id, found.lang, found.seq, best.html if best else None)
    if passage is not None and inside is not None and best is inside:
        hit = replace(hit, article=passage.ref, article_label=passage.label)
    return _HighlightedHit(hit, best.words if best else frozenset())


def _missing_words(
    wanted: HighlightQuery, highlighted: Sequence[_HighlightedHit], synonyms: FoldedSynonyms
) -> list[str]:
    """Return the words that no hit shows; the last one counts as shown if it is a prefix of a shown word.

    A word with synonyms is an abbreviation, not a misspelling.
    """
    seen = frozenset[str]().union(*(one.words for one in highlighted))
    *before, last = wanted.query_words
    unseen = [word for word in before if word not in seen]
    if not any(word.startswith(last) for word in seen):
        unseen.append(last)
    return [word for word in unseen if (word,) not in synonyms]
