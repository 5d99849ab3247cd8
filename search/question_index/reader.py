"""The question index as a process that answers reads it: the generation in use, as of its last commit."""

import threading
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import structlog

from search.log_state import LogState
from search.question_index.folder import IndexFolder
from search.question_index.shape import MARKED, MARKED_TEXT, PLAIN, PLAIN_TEXT
from search.question_index.store import GenerationReader, IndexDamaged, PassageKey
from search.ranking.bm25 import Question
from search.ranking.vocabulary import BODY, CONTEXT, HEADING, TOTAL, Vocabulary

log = structlog.get_logger()

LENGTHS_SECONDS = 60.0
"""Seconds for which the average lengths of passages are cached; they hardly change."""

BY_TEXT = 3
"""Every so many of the passages that are found is one of the best by heading and text."""

MAX_ABBREVIATED_TERMS = 32
"""Terms that are added for the short forms of what a question says in full."""


class IndexMissing(Exception):
    """There is no index here that may answer: none, damaged, of another shape or database, or behind the log."""


class QuestionIndexReader:
    """Finds passages for questions, and says how common words are. Safe for several threads; all methods block."""

    def __init__(self, root: Path):
        self.root = root
        self._lock = threading.Lock()
        self._generation: GenerationReader | None = None
        self._seen: tuple[int, int] = (0, 0)
        self._lengths: tuple[tuple[float, float, float], float] = ((0.0, 0.0, 0.0), 0.0)

    def open(self, head: LogState) -> GenerationReader:
        """Open the generation in use, or move to its last commit. Raises `IndexMissing`."""
        folder = IndexFolder(self.root, head.epoch)
        current = folder.current()
        if current is None or folder.is_damaged(current):
            raise IndexMissing("no whole index")
        with self._lock:
            try:
                generation = self._refresh(current)
            except IndexDamaged as problem:
                self.report_damage(head, current, problem)
                raise IndexMissing("damaged") from problem
        state = generation.state
        if state is None or not state.is_built_for(head.epoch):
            raise IndexMissing("of another shape or database")
        if state.applied < head.required_seq:
            raise IndexMissing("behind the log")
        return generation

    def _refresh(self, current: Path) -> GenerationReader:
        """Open or reload, if the file that a commit replaces is another one."""
        try:
            found = (current / "meta.json").stat()
        except OSError as problem:
            raise IndexDamaged(str(problem)) from problem
        seen = (found.st_ino, found.st_mtime_ns)
        if self._generation is None or self._generation.path != current:
            self._generation = GenerationReader(current)
        elif seen != self._seen:
            self._generation.reload()
        self._seen = seen
        return self._generation

    def report_damage(self, head: LogState, path: Path, problem: IndexDamaged) -> None:
        """Ask the follower to rebuild a generation, and forget it."""
        log.warning("question_index_damaged", generation=path.name, problem=str(problem))
        IndexFolder(self.root, head.epoch).mark_damaged(path)
        self._generation = None

    def read_vocabulary(self, generation: GenerationReader, question: Question) -> Vocabulary:
        """Return the document frequencies of a question's terms as of the last commit. Raises `IndexDamaged`."""
        field = MARKED_TEXT if question.with_diacritics else PLAIN_TEXT
        now = time.monotonic()
        lengths, until = self._lengths
        if now >= until:
            lengths = generation.average_lengths()
            self._lengths = (lengths, now + LENGTHS_SECONDS if generation.passages else 0.0)
        facts = dict(zip((CONTEXT, HEADING, BODY), lengths, strict=True)) | {TOTAL: float(generation.passages)}
        return Vocabulary({term: float(generation.count(field, term)) for term in question.terms} | facts)


def find_passages(
    generation: GenerationReader, question: Question, limit: int, views: Sequence[str] | None = None
) -> list[PassageKey]:
    """Find the passages that are best by BM25 over a question's terms, in full and short; at most `limit`.

    Every third is one of the best by heading and text alone, most of which are among the others as well, so that about
    two thirds are found. Fewer mean that there are no more.
    Raises `IndexDamaged`.
    """
    terms = [*question.terms, *question.short_terms[:MAX_ABBREVIATED_TERMS]]
    if not terms:
        return []
    whole, inner = (MARKED, MARKED_TEXT) if question.with_diacritics else (PLAIN, PLAIN_TEXT)
    share = max(1, limit // BY_TEXT)
    by_text = generation.find(inner, terms, share, views)
    others = generation.find(whole, terms, limit - share, views)
    return list(dict.fromkeys(_mix(others, by_text)))


def _mix(others: Sequence[PassageKey], by_text: Sequence[PassageKey]) -> Iterator[PassageKey]:
    """Put one of `by_text` after each few of the others, so that any beginning has the best of both."""
    left = iter(by_text)
    for place, key in enumerate(others, 1):
        yield key
        if place % (BY_TEXT - 1) == 0:
            yield from islice(left, 1)
    yield from left
