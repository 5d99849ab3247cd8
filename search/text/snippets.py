"""What is shown of what was found, the same on both engines: the stretch of the texts that shows most of the words, and
the article where it stands."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hub.db import Database
from hub.search.port import Hit
from hub.text import fold
from search.ranking.answers import PassageCandidate
from search.text.highlight import (
    HighlightQuery,
    Phrase,
    Snippet,
    best_snippet,
    find_snippet,
    highlight,
    highlight_query,
)
from search.text.passages import LivePassage, read_best_passages, read_passage_texts
from search.text.tsquery import FoldedSynonyms, synonym_phrases, tokenize

TypoLookup = Callable[[Sequence[str]], Awaitable[Sequence[Phrase]]]
"""Tells for words that nothing on the page shows what they were taken for."""


@dataclass(frozen=True)
class ViewMatch:
    """A view that was found, with its short texts as they are to be read: summary, title, number."""

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
    """Hits with what shows the words or their other meanings. Words without any that nothing shows are put to
    `misread`."""
    means = synonym_phrases(tokenize(fold(query_text)), synonyms)
    if not found or (wanted := highlight_query(query_text, means)) is None:
        return [Hit(one.document_id, one.lang, one.seq) for one in found]
    # The short texts are read while Postgres looks for the passages.
    passages, short = await asyncio.gather(
        read_best_passages(database, [(one.document_id, one.lang, one.seq) for one in found], query_text),
        _find_snippets(found, wanted),
    )
    lines = _highlight_views(found, short, passages, wanted)
    if typo_lookup and (unseen := _missing_words(wanted, lines, synonyms)) and (taken := await typo_lookup(unseen)):
        wanted = highlight_query(query_text, (*means, *taken)) or wanted
        lines = _highlight_views(found, await _find_snippets(found, wanted), passages, wanted)
    return [line.hit for line in lines]


async def build_answer_hits(database: Database, page: Sequence[PassageCandidate], query_text: str) -> tuple[Hit, ...]:
    """Hits with the stretches of the passages that answer a question, with the words of `asked` marked."""
    wanted = highlight_query(query_text)
    texts = await read_passage_texts(database, [(one.document_id, one.lang, one.seq, one.part) for one in page])
    return tuple(
        Hit(one.document_id, one.lang, one.seq, highlight([texts.get(one.document_id)], wanted), one.ref, one.label)
        for one in page
    )


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
    """The short text that shows every word, else the best of the passage and the short ones."""
    shown, inside = best_snippet(short), None
    if passage is not None and (shown is None or len(shown.words) < len(wanted.query_words)):
        inside = find_snippet(passage.text, wanted)
        shown = best_snippet([inside, shown])
    hit = Hit(found.document_id, found.lang, found.seq, shown.html if shown else None)
    if passage is not None and inside is not None and shown is inside:
        hit = replace(hit, article=passage.ref, article_label=passage.label)
    return _HighlightedHit(hit, shown.words if shown else frozenset())


def _missing_words(wanted: HighlightQuery, lines: Sequence[_HighlightedHit], synonyms: FoldedSynonyms) -> list[str]:
    """The words that no line shows; the last one may have been shown as the beginning of another.

    What means something else is an abbreviation, no misspelling.
    """
    seen = frozenset[str]().union(*(line.words for line in lines))
    *before, last = wanted.query_words
    unseen = [word for word in before if word not in seen]
    if not any(word.startswith(last) for word in seen):
        unseen.append(last)
    return [word for word in unseen if (word,) not in synonyms]
