"""Search in Meilisearch, mostly by one HTTP request: the index's marker document, then the search itself.

The marker document is read with every search, so an index that is foreign, half built or lost never answers for ours.
"""

import html
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from hub.db import Database, in_search_pool
from hub.search.filters import SearchSort
from hub.search.port import MAX_HITS, EngineResult, EngineUnavailable, Hit, SearchQuery
from hub.text import clean
from search.filters import FACETS, in_filter
from search.intent import Intent, has_words, parse_intent
from search.log_state import LogState
from search.meilisearch.by_date import by_date_hits, by_date_page, by_date_query, within_query
from search.meilisearch.client import EngineClient
from search.meilisearch.index_lag import require_usable_state
from search.meilisearch.index_state import STATE_ID, IndexState, index_name
from search.meilisearch.queries import (
    MAX_LAWS,
    diacritic_filters,
    diacritic_syllables,
    keyword_query,
    reference_filter,
    reference_query,
    typo_phrases,
    typo_query,
    view_filters,
)
from search.meilisearch.reads import read_live_texts
from search.question_index.answerer import QuestionAnswerer
from search.ranking.answers import RankedAnswer
from search.ranking.bm25 import Question
from search.text.highlight import Phrase
from search.text.passages import read_part_labels
from search.text.snippets import ViewMatch, build_keyword_hits

Json = dict[str, Any]

MIN_TYPO_LETTERS = 5
"""Letters of the shortest word in which the engine allows a typo."""

MAX_QUERY_CHARACTERS = 1_000
"""Characters of a query that are used; the rest is cut off."""


class MeiliSearch:
    """The port's `SearchIndex` over Meilisearch. Raises `EngineUnavailable` when it cannot give a correct answer."""

    name = "meilisearch"

    def __init__(self, client: EngineClient, database: Database, prefix: str, answerer: QuestionAnswerer):
        self.client = client
        self.answerer = answerer
        self.database = database
        self.prefix = prefix
        self.synonym_store = answerer.synonym_store

    async def search(self, query: SearchQuery) -> EngineResult:
        with in_search_pool():
            return await self._search(query)

    async def _search(self, query: SearchQuery) -> EngineResult:
        head = await self.answerer.read_head()
        index = index_name(self.prefix, head.epoch)
        text = clean(query.text)[:MAX_QUERY_CHARACTERS]
        if not query.browse and not has_words(text):
            state, _ = await self._query(index, head)
            return EngineResult(self.name, (), 0, generation=state.generation)
        if (sort := query.date_order) is not None:
            return await self._search_by_date(index, head, query, sort, "" if query.browse else text)
        intent = parse_intent(text)
        if intent.is_reference and not await self.answerer.names_nothing(intent):
            return await self._search_reference(index, head, query, text, intent)
        question = await self.answerer.parse(text)
        if not intent.has_phrase and (intent.is_question or question.has_colloquial_term):
            return await self._search_question(index, head, query, question)
        return await self._search_keywords(index, head, query, text)

    async def _query(self, index: str, head: LogState, *queries: Json) -> tuple[IndexState, list[Json]]:
        """Run queries and return the index's state with the answers. Raises `EngineUnavailable` unless it is usable."""
        stored, answers = await self.client.search_with_document(index, STATE_ID, queries)
        return require_usable_state(stored, head), answers

    async def _search_keywords(self, index: str, head: LogState, query: SearchQuery, text: str) -> EngineResult:
        """Search by keywords: views with the same diacritics first, then all others."""
        if typed := diacritic_syllables(text):
            state, found, answers = await self._page_diacritics_first(index, head, query, text, typed)
        else:
            state, answers = await self._query(index, head, keyword_query(index, query, text, offset=query.offset))
            found = answers[0]["hits"]
        hits = await self._highlight_hits(index, found, text)
        total = min(MAX_HITS, sum(answer["estimatedTotalHits"] for answer in answers))
        return EngineResult(self.name, tuple(hits), total, _merge_facets(answers), state.generation)

    async def _page_diacritics_first(
        self, index: str, head: LogState, query: SearchQuery, text: str, typed: Sequence[str]
    ) -> tuple[IndexState, list[Json], list[Json]]:
        """Return a page of the views with the diacritics that were typed, then of all others; and the answers.

        The number of the former is cheap to know and mostly leaves one query: either there are more than this page
        shows, and only they are queried (and counted); or so few that all of them are on the first page of all views.
        """
        same, end = diacritic_filters(typed), query.offset + query.limit
        first = keyword_query(index, query, text, same, offset=query.offset)
        without = [f"NOT ({' AND '.join(same)})"]
        if query.offset:
            state, (answer,) = await self._query(index, head, first)
        else:
            plain = keyword_query(index, query, text, offset=0)
            plain["attributesToRetrieve"] = [*plain["attributesToRetrieve"], "marks"]
            stored, count, answer = await self.client.search_by_count(
                index, STATE_ID, [*view_filters(query), *same], lambda count: first if count > end else plain
            )
            state = require_usable_state(stored, head)
            if count <= end:
                if (page := order_diacritics_first(answer["hits"], typed, count)) is not None:
                    return state, page, [answer]
                others = keyword_query(index, query, text, without, offset=0)
                answer, rest = await self.client.multi_search([first, others])
                return state, _dedupe_documents([*answer["hits"], *rest["hits"]])[: query.limit], [answer, rest]
        if len(answer["hits"]) == query.limit and answer["estimatedTotalHits"] > end:
            return state, answer["hits"], [answer]
        offset = max(0, query.offset - answer["estimatedTotalHits"])
        (rest,) = await self.client.multi_search([keyword_query(index, query, text, without, offset=offset)])
        return state, _dedupe_documents([*answer["hits"], *rest["hits"]])[: query.limit], [answer, rest]

    async def _search_reference(
        self, index: str, head: LogState, query: SearchQuery, text: str, intent: Intent
    ) -> EngineResult:
        """Search by reference: the documents that the query names, then the matches of its words."""
        state, answers = await self._query_reference(index, head, query, text, intent)
        named, words = answers[0]["hits"], answers[-1]["hits"]
        others, page = _dedupe_documents([*named, *words])[len(named) :], named[query.offset :]
        hits = await self._add_articles([_reference_hit(hit) for hit in page], intent.article)
        hits += await self._highlight_hits(index, others[: query.limit - len(page)], text)
        # On its first page, the documents that a law's name means are among the matches of its words.
        counted = answers[1:] if query.offset == 0 and reference_filter(intent) is None else answers
        total = max(len(named), sum(answer["estimatedTotalHits"] for answer in counted))
        return EngineResult(self.name, tuple(hits), min(total, MAX_HITS), _merge_facets(counted), state.generation)

    async def _query_reference(
        self, index: str, head: LogState, query: SearchQuery, text: str, intent: Intent
    ) -> tuple[IndexState, list[Json]]:
        """Return the answer by reference and the one by words, for a first page from one request.

        Without the documents of the former among the latter, unless their filter is not known before (names of laws).
        """
        named, names = reference_query(index, query, intent), reference_filter(intent)
        if query.offset == 0:
            wider = query if names else replace(query, limit=query.limit + MAX_LAWS)
            words = keyword_query(index, wider, text, [f"NOT ({names})"] if names else (), offset=0)
            return await self._query(index, head, named, words)
        state, (first,) = await self._query(index, head, named)
        without = names or in_filter("document_id", [hit["document_id"] for hit in first["hits"]] or ["none"])
        offset = max(0, query.offset - first["estimatedTotalHits"])
        words = keyword_query(index, query, text, [f"NOT ({without})"], offset=offset)
        return state, [first, *await self.client.multi_search([words])]

    async def _search_question(
        self, index: str, head: LogState, query: SearchQuery, question: Question
    ) -> EngineResult:
        """Answer a question from the question index; by keywords if no passage shares anything with it."""
        found = await self.answerer.answer(self.name, query, question)
        return found or await self._search_keywords(index, head, query, question.text)

    async def search_articles(self, query: SearchQuery) -> list[RankedAnswer]:
        """Find the articles that answer a question best, several of one document among them."""
        return await self.answerer.search_articles(query)

    async def _add_articles(self, hits: list[Hit], article: str | None) -> list[Hit]:
        """Add to the hits the article that the query names with the document, where the document has it."""
        if article is None or not hits:
            return hits
        labels = await read_part_labels(self.database, [hit.document_id for hit in hits], article)
        return [
            replace(hit, article=article, article_label=labels[hit.document_id]) if hit.document_id in labels else hit
            for hit in hits
        ]

    async def _search_by_date(
        self, index: str, head: LogState, query: SearchQuery, sort: SearchSort, text: str
    ) -> EngineResult:
        """Return the documents that hold every word, or without words all of them, by date.

        The engine puts matches by typo behind the others, so of words the page's end in its order is a bound only: in a
        second request, all matches up to there. With no more matches than the page's end, the first has them all.
        """
        state, (answer,) = await self._query(index, head, by_date_query(index, query, sort, text))
        page = answer["hits"]
        if text:
            end = query.offset + query.limit
            if answer["estimatedTotalHits"] > end and len(page) == end:
                (within,) = await self.client.multi_search([within_query(index, query, sort, text, page)])
                page = within["hits"]
            page = by_date_page(_dedupe_documents(page), query, sort)
        texts = await read_live_texts(self.database, [_view_of(hit) for hit in page]) if text and page else {}
        hits = by_date_hits(text, page, texts)
        return EngineResult(self.name, hits, answer["estimatedTotalHits"], _merge_facets([answer]), state.generation)

    async def engine(self) -> str:
        """Return `meilisearch` if it would answer now, else `none`."""
        try:
            head = await self.answerer.read_head()
            await self._query(index_name(self.prefix, head.epoch), head)
        except EngineUnavailable:
            return "none"
        return self.name

    def close(self) -> None:
        """Shut down the client's threads."""
        self.client.close()

    async def _highlight_hits(self, index: str, hits: Sequence[Json], text: str) -> list[Hit]:
        """Build hits with highlights in the texts as readers see them."""
        found = [ViewMatch(UUID(hit["document_id"]), hit["lang"], hit["seq"], hit["shown"]) for hit in hits]
        typo_lookup = partial(self._find_typo_matches, index, text, [hit["document_id"] for hit in hits])
        return await build_keyword_hits(self.database, found, text, await self.synonym_store.get_folded(), typo_lookup)

    async def _find_typo_matches(
        self, index: str, text: str, documents: Sequence[str], unseen: Sequence[str]
    ) -> list[Phrase]:
        """Find the words that the engine matched by typo for words that are in no text.

        Letting it highlight the words of every answer took a tenth of a search.
        """
        long = [word for word in unseen if len(word) >= MIN_TYPO_LETTERS and not word.isdigit()]
        if not long:
            return []
        if await self.answerer.knows_words(long):
            return []
        (answer,) = await self.client.multi_search([typo_query(index, text, documents)])
        return typo_phrases(answer["hits"])


def order_diacritics_first(hits: Sequence[Json], typed: Sequence[str], count: int) -> list[Json] | None:
    """Move the hits with all typed diacritics to the front of a first page; None if some of the `count` are missing."""
    same = [all(f" {word} " in f" {hit['marks']} " for word in typed) for hit in hits]
    if sum(same) < count:
        return None
    return [hit for hit, has in zip(hits, same, strict=True) if has] + [
        hit for hit, has in zip(hits, same, strict=True) if not has
    ]


def _dedupe_documents(hits: Sequence[Json]) -> list[Json]:
    """Keep the first hit of each document: two languages of one may come from the two queries."""
    first: dict[str, Json] = {}
    for hit in hits:
        first.setdefault(hit["document_id"], hit)
    return list(first.values())


def _view_of(hit: Json) -> tuple[UUID, str, int]:
    return UUID(hit["document_id"]), hit["lang"], hit["seq"]


def _reference_hit(hit: Json) -> Hit:
    """Build the hit of a document that the query names by its number, which is highlighted."""
    _, title, number = map(html.escape, hit["shown"])
    highlighted = f"<mark>{number}</mark> " if number else ""
    return Hit(UUID(hit["document_id"]), hit["lang"], hit["seq"], f"{highlighted}{title}")


def _merge_facets(answers: Sequence[Json]) -> dict[str, dict[str, int]]:
    """Add up facet counts by the API's names; the answers by number and by words are of different documents."""
    merged: dict[str, dict[str, int]] = {}
    if not any("facetDistribution" in answer for answer in answers):
        return merged
    for name, member in FACETS.items():
        counts = merged.setdefault(name, {})
        for answer in answers:
            for value, count in (answer.get("facetDistribution") or {}).get(member, {}).items():
                counts[value] = counts.get(value, 0) + count
    return merged
