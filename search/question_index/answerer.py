"""Answers to questions, the same for both engines and all surfaces: candidates, their ranking, and the page."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import structlog
from sqlalchemy import text

from hub.db import Database
from hub.search.port import UNFILTERED, EngineResult, SearchQuery
from hub.text import clean
from search.intent import Intent
from search.log_state import LogState, read_required_state
from search.question_index.candidates import read_by_keys, read_by_words, read_matching_views
from search.question_index.reader import IndexMissing, QuestionIndexReader, find_passages
from search.question_index.shape import PLAIN
from search.question_index.store import GenerationReader, IndexDamaged, PassageKey
from search.ranking.answers import PassageCandidate, RankedAnswer, build_answer_hits, count_facets, rank_answers
from search.ranking.bm25 import Question
from search.ranking.vocabulary import Vocabulary
from search.text.syllables import plain_syllable
from search.text.synonyms import SynonymStore

log = structlog.get_logger()

MAX_QUESTION_CHARACTERS = 1_000
"""Characters of a question that are used; the rest is cut off."""

CANDIDATES = 165
"""Most candidates that are scored; usually 110 to 115, because most of those by text are among the others.

So many contain the first ten of plain BM25, in small indexes and among 800,000 passages.
"""

ENOUGH = 60
"""Candidates that must be left when filters have been applied; with fewer, more are looked for."""

WIDER, WIDEST = 1_000, 20_000
"""Passages that are looked at if too few of the best match the filters."""

MAX_LISTED_VIEWS = 5_000
"""Views that match the filters up to which passages of these alone are looked for."""

HEAD_CACHE_SECONDS = 1.0
"""Seconds for which the log's head is cached."""

WITHOUT_INDEX = "words"
"""Generation of answers whose candidates came from Postgres, which finds fewer of them."""

_IS_NAMED = text(
    "SELECT EXISTS (SELECT FROM published_view WHERE seq_to IS NULL AND state = 'live'"
    " AND number_key = ANY(CAST(:keys AS text[])))"
)


class QuestionAnswerer:
    """Answers questions from the question index, or while that cannot answer from the words in Postgres."""

    def __init__(self, database: Database, root: Path):
        self.database = database
        self.reader = QuestionIndexReader(root)
        self.synonym_store = SynonymStore(database)
        self._cached_head: tuple[LogState, float] | None = None
        self._missing = ""

    async def parse(self, text: str) -> Question:
        """Parse a question with the abbreviations of now."""
        return Question(clean(text)[:MAX_QUESTION_CHARACTERS], await self.synonym_store.get_abbreviations())

    async def names_nothing(self, intent: Intent) -> bool:
        """Return True if a question only seems to name a document: none that is public has such a number.

        Forms and codes are written like numbers of documents (`Mẫu số 05/TTHC`).
        """
        if not intent.keys or not intent.is_question:
            return False
        async with self.database.read() as connection:
            return not (await connection.execute(_IS_NAMED, {"keys": list(intent.keys)})).scalar_one()

    async def answer(self, engine: str, query: SearchQuery, question: Question) -> EngineResult | None:
        """Answer a question in the name of an engine; None if no passage shares anything with it."""
        generation, ranked = await self._rank(query, question)
        if not ranked:
            return None
        page = [one.best for one in ranked[query.offset : query.offset + query.limit]]
        facets = count_facets(ranked) if query.facets else {}
        return EngineResult(engine, build_answer_hits(page, question.highlight_text), len(ranked), facets, generation)

    async def search_articles(self, query: SearchQuery) -> list[RankedAnswer]:
        """Find the articles that answer a question best, several of one document among them."""
        _, ranked = await self._rank(query, await self.parse(query.text), by_article=True)
        return ranked

    async def knows_words(self, words: Sequence[str]) -> bool:
        """Return True if each of these words is in some passage; False if that is not known."""
        head = await self.read_head()
        try:
            generation = await asyncio.to_thread(self.reader.open, head)
            return all(generation.count(PLAIN, plain_syllable(word)) for word in words)
        except (IndexMissing, IndexDamaged):
            return False

    async def _rank(
        self, query: SearchQuery, question: Question, *, by_article: bool = False
    ) -> tuple[str, list[RankedAnswer]]:
        generation, candidates, vocabulary = await self.find_candidates(query, question)
        return generation, rank_answers(question, candidates, vocabulary, query.lang, by_article=by_article)

    async def find_candidates(
        self, query: SearchQuery, question: Question
    ) -> tuple[str, list[PassageCandidate], Vocabulary]:
        """Find candidates for a question and the vocabulary to score them by; also the generation that they are of."""
        head = await self.read_head()
        try:
            generation = await asyncio.to_thread(self.reader.open, head)
        except IndexMissing as problem:
            self._log_change(str(problem))
            return await self._find_by_words(query, question)
        try:
            vocabulary, keys = await asyncio.to_thread(self._look_up, generation, question)
            candidates = await self._read_candidates(generation, query, question, keys)
        except IndexDamaged as problem:
            self.reader.report_damage(head, generation.path, problem)
            return await self._find_by_words(query, question)
        self._log_change("")
        return generation.path.name, candidates, vocabulary

    async def _find_by_words(
        self, query: SearchQuery, question: Question
    ) -> tuple[str, list[PassageCandidate], Vocabulary]:
        async with self.database.read() as connection:
            return WITHOUT_INDEX, await read_by_words(connection, question, query), Vocabulary({})

    def _look_up(self, generation: GenerationReader, question: Question) -> tuple[Vocabulary, list[PassageKey]]:
        keys = find_passages(generation, question, CANDIDATES)
        return self.reader.read_vocabulary(generation, question), keys

    async def _read_candidates(
        self, generation: GenerationReader, query: SearchQuery, question: Question, keys: list[PassageKey]
    ) -> list[PassageCandidate]:
        """Read the candidates that are public and match the filters now; if they are few, look further.

        Where few views match, the passages of these alone are looked for, so no filter is too narrow.
        """
        is_filtered = query.kind is not None or query.filters != UNFILTERED
        limit = CANDIDATES
        async with self.database.read() as connection:
            while True:
                found = await read_by_keys(connection, keys, query, CANDIDATES)
                if len(found) >= ENOUGH or len(keys) < limit * 2 // 3 or limit == WIDEST:
                    return found
                if limit == WIDER and is_filtered:
                    views = await read_matching_views(connection, query, MAX_LISTED_VIEWS + 1)
                    if len(views) <= MAX_LISTED_VIEWS:
                        keys = await asyncio.to_thread(find_passages, generation, question, CANDIDATES, views)
                        return await read_by_keys(connection, keys, query, CANDIDATES)
                limit = WIDER if limit == CANDIDATES else WIDEST
                keys = await asyncio.to_thread(find_passages, generation, question, limit)

    async def read_head(self) -> LogState:
        """Return the log's head of at most a second ago, for this index and for that of Meilisearch."""
        now = time.monotonic()
        if self._cached_head is None or now - self._cached_head[1] > HEAD_CACHE_SECONDS:
            self._cached_head = (await read_required_state(self.database), now)
        return self._cached_head[0]

    def _log_change(self, missing: str) -> None:
        """Log only changes, not every question."""
        if missing and missing != self._missing:
            log.warning("question_index_missing", reason=missing)
        elif self._missing and not missing:
            log.info("question_index_found")
        self._missing = missing
