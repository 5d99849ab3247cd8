"""What is shown of what was found, the same on both engines: the stretch of the texts that shows most of the words, and
the article where it stands."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hub.db import Database
from hub.search.port import Hit
from hub.text import fold
from search.postgres.passages import Shown, best_passages, passage_texts
from search.postgres.tsquery import Known, meant, terms
from search.ranking.answers import Candidate
from search.text.highlight import Phrase, Stretch, Wanted, best, highlight, looked_for, stretch

Misread = Callable[[Sequence[str]], Awaitable[Sequence[Phrase]]]
"""Tells for words that nothing on the page shows what they were taken for."""


@dataclass(frozen=True)
class Match:
    """A view that was found, with its short texts as they are to be read: summary, title, number."""

    document_id: UUID
    lang: str
    seq: int
    texts: Sequence[str | None]


async def worded(
    database: Database, found: Sequence[Match], asked: str, known: Known, misread: Misread | None = None
) -> list[Hit]:
    """Hits with what shows the words or their other meanings. Words without any that nothing shows are put to
    `misread`."""
    means = meant(terms(fold(asked)), known)
    if not found or (wanted := looked_for(asked, means)) is None:
        return [Hit(one.document_id, one.lang, one.seq) for one in found]
    # The short texts are read while Postgres looks for the passages.
    passages, short = await asyncio.gather(
        best_passages(database, [(one.document_id, one.lang, one.seq) for one in found], asked),
        _short(found, wanted),
    )
    lines = _lines(found, short, passages, wanted)
    if misread and (unseen := _unseen(wanted, lines, known)) and (taken := await misread(unseen)):
        wanted = looked_for(asked, (*means, *taken)) or wanted
        lines = _lines(found, await _short(found, wanted), passages, wanted)
    return [line.hit for line in lines]


async def answered(database: Database, page: Sequence[Candidate], asked: str) -> tuple[Hit, ...]:
    """Hits with the stretches of the passages that answer a question, with the words of `asked` marked."""
    wanted = looked_for(asked)
    texts = await passage_texts(database, [(one.document_id, one.lang, one.seq, one.part) for one in page])
    return tuple(
        Hit(one.document_id, one.lang, one.seq, highlight([texts.get(one.document_id)], wanted), one.ref, one.label)
        for one in page
    )


@dataclass(frozen=True)
class _Line:
    hit: Hit
    words: frozenset[str]


async def _short(found: Sequence[Match], wanted: Wanted) -> list[list[Stretch | None]]:
    return [[stretch(text, wanted) for text in one.texts] for one in found]


def _lines(
    found: Sequence[Match], short: Sequence[Sequence[Stretch | None]], passages: dict[UUID, Shown], wanted: Wanted
) -> list[_Line]:
    return [_line(one, texts, passages.get(one.document_id), wanted) for one, texts in zip(found, short, strict=True)]


def _line(found: Match, short: Sequence[Stretch | None], passage: Shown | None, wanted: Wanted) -> _Line:
    """The short text that shows every word, else the best of the passage and the short ones."""
    shown, inside = best(short), None
    if passage is not None and (shown is None or len(shown.words) < len(wanted.asked)):
        inside = stretch(passage.text, wanted)
        shown = best([inside, shown])
    hit = Hit(found.document_id, found.lang, found.seq, shown.html if shown else None)
    if passage is not None and inside is not None and shown is inside:
        hit = replace(hit, article=passage.ref, article_label=passage.label)
    return _Line(hit, shown.words if shown else frozenset())


def _unseen(wanted: Wanted, lines: Sequence[_Line], known: Known) -> list[str]:
    """The words that no line shows; the last one may have been shown as the beginning of another.

    What means something else is an abbreviation, no misspelling.
    """
    seen = frozenset[str]().union(*(line.words for line in lines))
    *before, last = wanted.asked
    unseen = [word for word in before if word not in seen]
    if not any(word.startswith(last) for word in seen):
        unseen.append(last)
    return [word for word in unseen if (word,) not in known]
