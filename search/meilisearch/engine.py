"""Searching in Meilisearch, mostly by one HTTP request: the marker of the index, and then what is looked for.

The marker is read with every search: an index that is foreign, half built or lost can so never answer for ours.
"""

import html
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from hub.db import Database
from hub.search.filters import SearchSort
from hub.search.port import MAX_HITS, EngineResult, EngineUnavailable, Hit, SearchQuery
from hub.text import clean
from search.filters import in_filter
from search.intent import Intent, has_words, parse_intent
from search.meilisearch.client import EngineClient
from search.meilisearch.index_state import STATE_ID, IndexState, index_name
from search.meilisearch.queries import (
    diacritic_filters,
    diacritic_syllables,
    keyword_query,
    reference_filter,
    reference_query,
    typo_phrases,
    typo_query,
    view_filters,
)
from search.meilisearch.reads import LogState, read_live_texts, read_log_state
from search.meilisearch.settings import FACETS
from search.postgres import by_date
from search.ranking import answers as asking
from search.ranking.bm25 import Question
from search.ranking.vocabulary import read_vocabulary
from search.text.highlight import Phrase
from search.text.passages import read_part_labels
from search.text.snippets import ViewMatch, build_answer_hits, build_keyword_hits
from search.text.synonyms import SynonymStore

Json = dict[str, Any]

HEAD_CACHE_SECONDS = 1.0
"""How long the log's head is remembered."""

MAX_LAG_SECONDS = 3.0
"""An index that lacks something public for longer than this does not answer: Postgres is never behind."""

MIN_TYPO_LETTERS = 5
"""Letters from which on the engine allows for a wrong one."""

MAX_QUERY_CHARACTERS = 1_000
"""Characters of a query that are looked at."""


class MeiliSearch:
    """The port's `SearchIndex` over Meilisearch. Raises `EngineUnavailable` whenever it cannot answer truthfully."""

    name = "meilisearch"

    def __init__(self, client: EngineClient, database: Database, prefix: str):
        self.client = client
        self.database = database
        self.prefix = prefix
        self.synonym_store = SynonymStore(database)
        self._cached_head: tuple[LogState, float] | None = None

    async def search(self, query: SearchQuery) -> EngineResult:
        head = await self._get_head()
        index = index_name(self.prefix, head.epoch)
        text = clean(query.text)[:MAX_QUERY_CHARACTERS]
        if not has_words(text):
            marker, _ = await self._query(index, head)
            return EngineResult(self.name, (), 0, generation=marker.generation)
        if query.sort is not SearchSort.relevance:
            return await self._search_by_date(index, head, query, text)
        intent = parse_intent(text)
        if intent.is_reference:
            return await self._search_reference(index, head, query, text, intent)
        question = Question(text, await self.synonym_store.get_abbreviations())
        if intent.is_question or question.has_colloquial_term:
            return await self._search_question(index, head, query, question)
        return await self._search_keywords(index, head, query, text)

    async def _query(self, index: str, head: LogState, *queries: Json) -> tuple[IndexState, list[Json]]:
        """The answers, and the marker of the index that gave them. Raises `EngineUnavailable` unless it is ours."""
        stored, answers = await self.client.search_with_document(index, STATE_ID, queries)
        return _require_usable_state(stored, head), answers

    async def _search_keywords(self, index: str, head: LogState, query: SearchQuery, text: str) -> EngineResult:
        """Words as they are typed: views that hold them with the same marks first, then all others."""
        if typed := diacritic_syllables(text):
            marker, found, answers = await self._page_diacritics_first(index, head, query, text, typed)
        else:
            marker, answers = await self._query(index, head, keyword_query(index, query, text, offset=query.offset))
            found = answers[0]["hits"]
        hits = await self._highlight_hits(index, found, text)
        total = min(MAX_HITS, sum(answer["estimatedTotalHits"] for answer in answers))
        return EngineResult(self.name, tuple(hits), total, _merge_facets(answers), marker.generation)

    async def _page_diacritics_first(
        self, index: str, head: LogState, query: SearchQuery, text: str, typed: Sequence[str]
    ) -> tuple[IndexState, list[Json], list[Json]]:
        """A page of the views with the marks that were typed, and behind them all others; and what was answered.

        How many have the marks is cheap to know and mostly leaves one query: more than this page shows, and only they
        are asked for (and counted); or so few that all of them are on the first page of all views.
        """
        same, end = diacritic_filters(typed), query.offset + query.limit
        first = keyword_query(index, query, text, same, offset=query.offset)
        without = [f"NOT ({' AND '.join(same)})"]
        if query.offset:
            marker, (answer,) = await self._query(index, head, first)
        else:
            plain = keyword_query(index, query, text, offset=0)
            plain["attributesToRetrieve"] = [*plain["attributesToRetrieve"], "marks"]
            stored, held, answer = await self.client.search_by_count(
                index, STATE_ID, [*view_filters(query), *same], lambda held: first if held > end else plain
            )
            marker = _require_usable_state(stored, head)
            if held <= end:
                if (page := order_diacritics_first(answer["hits"], typed, held)) is not None:
                    return marker, page, [answer]
                others = keyword_query(index, query, text, without, offset=0)
                answer, rest = await self.client.multi_search([first, others])
                return marker, _dedupe_documents([*answer["hits"], *rest["hits"]])[: query.limit], [answer, rest]
        if len(answer["hits"]) == query.limit and answer["estimatedTotalHits"] > end:
            return marker, answer["hits"], [answer]
        offset = max(0, query.offset - answer["estimatedTotalHits"])
        (rest,) = await self.client.multi_search([keyword_query(index, query, text, without, offset=offset)])
        return marker, _dedupe_documents([*answer["hits"], *rest["hits"]])[: query.limit], [answer, rest]

    async def _search_reference(
        self, index: str, head: LogState, query: SearchQuery, text: str, intent: Intent
    ) -> EngineResult:
        """The documents that were named, then what else the words find."""
        marker, (answered,) = await self._query(index, head, reference_query(index, query, intent))
        named, total = answered["hits"], answered["estimatedTotalHits"]
        without = reference_filter(intent)
        if without is None:
            without = in_filter("document_id", [hit["document_id"] for hit in named] or ["none"])
        offset = max(0, query.offset - total)
        rest = keyword_query(index, query, text, [f"NOT ({without})"], offset=offset)
        (words,) = await self.client.multi_search([rest])
        others = _dedupe_documents([*named, *words["hits"]])[len(named) :]
        page = named[query.offset :]
        hits = await self._add_articles([_reference_hit(hit) for hit in page], intent.article)
        hits += await self._highlight_hits(index, others[: query.limit - len(page)], text)
        total += words["estimatedTotalHits"]
        facets = _merge_facets([answered, words])
        return EngineResult(self.name, tuple(hits), min(total, MAX_HITS), facets, marker.generation)

    async def _search_question(
        self, index: str, head: LogState, query: SearchQuery, question: Question
    ) -> EngineResult:
        """A question: passages that may answer it, scored again."""
        marker, ranked = await self._rank_answers(index, head, query, question)
        if not ranked:
            return await self._search_keywords(index, head, query, question.text)
        page = [one.best for one in ranked[query.offset : query.offset + query.limit]]
        hits = await build_answer_hits(self.database, page, question.highlight_text)
        return EngineResult(self.name, hits, len(ranked), asking.count_facets(ranked), marker.generation)

    async def _rank_answers(
        self, index: str, head: LogState, query: SearchQuery, question: Question, *, by_article: bool = False
    ) -> tuple[IndexState, list[asking.RankedAnswer]]:
        async with self.database.read() as connection:
            known = await read_vocabulary(connection, question.vocabulary_terms)
        pairs = question.rarest_pairs(known, asking.MAX_PAIRS)
        marker, answered = await self._query(index, head, *asking.question_queries(index, query, question.text, pairs))
        found = asking.parse_candidates(answered)
        return marker, asking.rank_answers(question, found, known, query.lang, by_article=by_article)

    async def search_articles(self, query: SearchQuery) -> list[asking.RankedAnswer]:
        """The articles that answer a question best, several of one document among them."""
        head = await self._get_head()
        question = Question(clean(query.text)[:MAX_QUERY_CHARACTERS], await self.synonym_store.get_abbreviations())
        return (await self._rank_answers(index_name(self.prefix, head.epoch), head, query, question, by_article=True))[
            1
        ]

    async def _add_articles(self, hits: list[Hit], article: str | None) -> list[Hit]:
        """Hits with the article that was named beside the document, where the document has it."""
        if article is None or not hits:
            return hits
        held = await read_part_labels(self.database, [hit.document_id for hit in hits], article)
        return [
            replace(hit, article=article, article_label=held[hit.document_id]) if hit.document_id in held else hit
            for hit in hits
        ]

    async def _search_by_date(self, index: str, head: LogState, query: SearchQuery, text: str) -> EngineResult:
        """The newest of what holds every word."""
        marker, (answer,) = await self._query(index, head, by_date.meili_query(index, query, text))
        page = by_date.meili_page(_dedupe_documents(answer["hits"]), query)
        views = [(UUID(hit["document_id"]), hit["lang"], hit["seq"]) for hit in page]
        hits = by_date.highlight_hits(text, page, await read_live_texts(self.database, views) if views else {})
        return EngineResult(self.name, hits, answer["estimatedTotalHits"], _merge_facets([answer]), marker.generation)

    async def engine(self) -> str:
        """`meilisearch` when it would answer now, else `none`."""
        try:
            head = await self._get_head()
            await self._query(index_name(self.prefix, head.epoch), head)
        except EngineUnavailable:
            return "none"
        return self.name

    def close(self) -> None:
        """Let go of the client's threads."""
        self.client.close()

    async def _get_head(self) -> LogState:
        now = time.monotonic()
        if self._cached_head is None or now - self._cached_head[1] > HEAD_CACHE_SECONDS:
            self._cached_head = (await read_log_state(self.database, grace=MAX_LAG_SECONDS), now)
        return self._cached_head[0]

    async def _highlight_hits(self, index: str, hits: Sequence[Json], text: str) -> list[Hit]:
        """Hits with what shows the words in the texts as they are to be read."""
        found = [ViewMatch(UUID(hit["document_id"]), hit["lang"], hit["seq"], hit["shown"]) for hit in hits]
        misread = partial(self._find_typo_matches, index, text, [hit["document_id"] for hit in hits])
        return await build_keyword_hits(self.database, found, text, await self.synonym_store.get_folded(), misread)

    async def _find_typo_matches(
        self, index: str, text: str, documents: Sequence[str], unseen: Sequence[str]
    ) -> list[Phrase]:
        """What the engine took words for that stand in no text: it allows for a letter in those of five and more.

        To let it mark the words of every answer took a tenth of a search.
        """
        long = [word for word in unseen if len(word) >= MIN_TYPO_LETTERS and not word.isdigit()]
        if not long:
            return []
        async with self.database.read() as connection:
            known = await read_vocabulary(connection, long)
        if all(map(known.is_known, long)):
            return []
        (answer,) = await self.client.multi_search([typo_query(index, text, documents)])
        return typo_phrases(answer["hits"])


def _require_usable_state(stored: Json, head: LogState) -> IndexState:
    marker = IndexState.parse(stored)
    if marker is None or not marker.is_usable_for(head.epoch):
        raise EngineUnavailable("the index is not whole, or not this database's")
    if marker.applied < head.required_seq:
        raise EngineUnavailable("the index is behind the log")
    return marker


def order_diacritics_first(hits: Sequence[Json], typed: Sequence[str], held: int) -> list[Json] | None:
    """A first page with the hits in front that have all marks typed; None where it lacks some of the `held` ones."""
    same = [all(f" {word} " in f" {hit['marks']} " for word in typed) for hit in hits]
    if sum(same) < held:
        return None
    return [hit for hit, has in zip(hits, same, strict=True) if has] + [
        hit for hit, has in zip(hits, same, strict=True) if not has
    ]


def _dedupe_documents(hits: Sequence[Json]) -> list[Json]:
    """The first hit of each document: two languages of one may come from the two queries."""
    first: dict[str, Json] = {}
    for hit in hits:
        first.setdefault(hit["document_id"], hit)
    return list(first.values())


def _reference_hit(hit: Json) -> Hit:
    """A document that was named by its number, which is marked."""
    _, title, number = map(html.escape, hit["shown"])
    marked = f"<mark>{number}</mark> " if number else ""
    return Hit(UUID(hit["document_id"]), hit["lang"], hit["seq"], f"{marked}{title}")


def _merge_facets(answers: Sequence[Json]) -> dict[str, dict[str, int]]:
    """Facet counts by the API's names; those of the number and of the words concern different documents."""
    found: dict[str, dict[str, int]] = {}
    for name, member in FACETS.items():
        counts = found.setdefault(name, {})
        for answer in answers:
            for value, count in (answer.get("facetDistribution") or {}).get(member, {}).items():
                counts[value] = counts.get(value, 0) + count
    return found
