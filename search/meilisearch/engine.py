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
from hub.search.port import MAX_HITS, EngineUnavailable, Found, Hit, SearchQuery
from hub.text import clean
from search.filters import one_of
from search.intent import Intent, has_words, understood
from search.meilisearch.client import EngineClient
from search.meilisearch.index_state import MARKER, Marker, index_name
from search.meilisearch.queries import (
    filters,
    marks,
    marks_filters,
    named_query,
    names_filter,
    taken,
    taken_query,
    words_query,
)
from search.meilisearch.settings import FACETS
from search.postgres.passages import labels
from search.ranking import answers as asking
from search.ranking import by_date
from search.ranking.bm25 import Question
from search.ranking.vocabulary import vocabulary
from search.reads import Head, read_head, shown_texts
from search.text.highlight import Phrase
from search.text.snippets import Match, answered, worded
from search.text.synonyms import Words

Json = dict[str, Any]

HEAD_SECONDS = 1.0
"""How long the log's head is remembered."""

LAG_SECONDS = 3.0
"""An index that lacks something public for longer than this does not answer: Postgres is never behind."""

LONG = 5
"""Letters from which on the engine allows for a wrong one."""

LONGEST_QUERY = 1_000
"""Characters of a query that are looked at."""


class MeiliSearch:
    """The port's `SearchIndex` over Meilisearch. Raises `EngineUnavailable` whenever it cannot answer truthfully."""

    name = "meilisearch"

    def __init__(self, client: EngineClient, database: Database, prefix: str):
        self.client = client
        self.database = database
        self.prefix = prefix
        self.words = Words(database)
        self._remembered: tuple[Head, float] | None = None

    async def search(self, query: SearchQuery) -> Found:
        head = await self._head()
        index = index_name(self.prefix, head.epoch)
        text = clean(query.text)[:LONGEST_QUERY]
        if not has_words(text):
            marker, _ = await self._ask(index, head)
            return Found(self.name, (), 0, generation=marker.generation)
        if query.sort is not SearchSort.relevance:
            return await self._by_date(index, head, query, text)
        intent = understood(text)
        if intent.named:
            return await self._named(index, head, query, text, intent)
        question = Question(text, await self.words.readings())
        if intent.question or question.says_otherwise:
            return await self._asked(index, head, query, question)
        return await self._typed(index, head, query, text)

    async def _ask(self, index: str, head: Head, *queries: Json) -> tuple[Marker, list[Json]]:
        """The answers, and the marker of the index that gave them. Raises `EngineUnavailable` unless it is ours."""
        stored, answers = await self.client.searched(index, MARKER, queries)
        return _whole(stored, head), answers

    async def _typed(self, index: str, head: Head, query: SearchQuery, text: str) -> Found:
        """Words as they are typed: views that hold them with the same marks first, then all others."""
        if typed := marks(text):
            marker, found, answers = await self._marked(index, head, query, text, typed)
        else:
            marker, answers = await self._ask(index, head, words_query(index, query, text, offset=query.offset))
            found = answers[0]["hits"]
        hits = await self._worded(index, found, text)
        total = min(MAX_HITS, sum(answer["estimatedTotalHits"] for answer in answers))
        return Found(self.name, tuple(hits), total, _facets(answers), marker.generation)

    async def _marked(
        self, index: str, head: Head, query: SearchQuery, text: str, typed: Sequence[str]
    ) -> tuple[Marker, list[Json], list[Json]]:
        """A page of the views with the marks that were typed, and behind them all others; and what was answered.

        How many have the marks is cheap to know and mostly leaves one query: more than this page shows, and only they
        are asked for (and counted); or so few that all of them are on the first page of all views.
        """
        same, end = marks_filters(typed), query.offset + query.limit
        first = words_query(index, query, text, same, offset=query.offset)
        without = [f"NOT ({' AND '.join(same)})"]
        if query.offset:
            marker, (answer,) = await self._ask(index, head, first)
        else:
            plain = words_query(index, query, text, offset=0)
            plain["attributesToRetrieve"] = [*plain["attributesToRetrieve"], "marks"]
            stored, held, answer = await self.client.searched_by_count(
                index, MARKER, [*filters(query), *same], lambda held: first if held > end else plain
            )
            marker = _whole(stored, head)
            if held <= end:
                if (page := all_marked_first(answer["hits"], typed, held)) is not None:
                    return marker, page, [answer]
                others = words_query(index, query, text, without, offset=0)
                answer, rest = await self.client.multi_search([first, others])
                return marker, _each_once([*answer["hits"], *rest["hits"]])[: query.limit], [answer, rest]
        if len(answer["hits"]) == query.limit and answer["estimatedTotalHits"] > end:
            return marker, answer["hits"], [answer]
        offset = max(0, query.offset - answer["estimatedTotalHits"])
        (rest,) = await self.client.multi_search([words_query(index, query, text, without, offset=offset)])
        return marker, _each_once([*answer["hits"], *rest["hits"]])[: query.limit], [answer, rest]

    async def _named(self, index: str, head: Head, query: SearchQuery, text: str, intent: Intent) -> Found:
        """The documents that were named, then what else the words find."""
        marker, (answered,) = await self._ask(index, head, named_query(index, query, intent))
        named, total = answered["hits"], answered["estimatedTotalHits"]
        without = names_filter(intent)
        if without is None:
            without = one_of("document_id", [hit["document_id"] for hit in named] or ["none"])
        offset = max(0, query.offset - total)
        rest = words_query(index, query, text, [f"NOT ({without})"], offset=offset)
        (words,) = await self.client.multi_search([rest])
        others = _each_once([*named, *words["hits"]])[len(named) :]
        page = named[query.offset :]
        hits = await self._articles([_named_hit(hit) for hit in page], intent.article)
        hits += await self._worded(index, others[: query.limit - len(page)], text)
        total += words["estimatedTotalHits"]
        facets = _facets([answered, words])
        return Found(self.name, tuple(hits), min(total, MAX_HITS), facets, marker.generation)

    async def _asked(self, index: str, head: Head, query: SearchQuery, question: Question) -> Found:
        """A question: passages that may answer it, scored again."""
        marker, ranked = await self._answers(index, head, query, question)
        if not ranked:
            return await self._typed(index, head, query, question.text)
        page = [one.best for one in ranked[query.offset : query.offset + query.limit]]
        hits = await answered(self.database, page, question.to_mark)
        return Found(self.name, hits, len(ranked), asking.facets(ranked), marker.generation)

    async def _answers(
        self, index: str, head: Head, query: SearchQuery, question: Question, *, by_article: bool = False
    ) -> tuple[Marker, list[asking.Answer]]:
        async with self.database.read() as connection:
            known = await vocabulary(connection, question.looked_up)
        pairs = question.rarest_pairs(known, asking.PAIRS)
        marker, answered = await self._ask(index, head, *asking.meili_queries(index, query, question.text, pairs))
        found = asking.meili_candidates(answered)
        return marker, asking.answers(question, found, known, query.lang, by_article=by_article)

    async def articles(self, query: SearchQuery) -> list[asking.Answer]:
        """The articles that answer a question best, several of one document among them."""
        head = await self._head()
        question = Question(clean(query.text)[:LONGEST_QUERY], await self.words.readings())
        return (await self._answers(index_name(self.prefix, head.epoch), head, query, question, by_article=True))[1]

    async def _articles(self, hits: list[Hit], article: str | None) -> list[Hit]:
        """Hits with the article that was named beside the document, where the document has it."""
        if article is None or not hits:
            return hits
        held = await labels(self.database, [hit.document_id for hit in hits], article)
        return [
            replace(hit, article=article, article_label=held[hit.document_id]) if hit.document_id in held else hit
            for hit in hits
        ]

    async def _by_date(self, index: str, head: Head, query: SearchQuery, text: str) -> Found:
        """The newest of what holds every word."""
        marker, (answer,) = await self._ask(index, head, by_date.meili_query(index, query, text))
        page = by_date.meili_page(_each_once(answer["hits"]), query)
        views = [(UUID(hit["document_id"]), hit["lang"], hit["seq"]) for hit in page]
        hits = by_date.highlighted(text, page, await shown_texts(self.database, views) if views else {})
        return Found(self.name, hits, answer["estimatedTotalHits"], _facets([answer]), marker.generation)

    async def engine(self) -> str:
        """`meilisearch` when it would answer now, else `none`."""
        try:
            head = await self._head()
            await self._ask(index_name(self.prefix, head.epoch), head)
        except EngineUnavailable:
            return "none"
        return self.name

    def close(self) -> None:
        """Let go of the client's threads."""
        self.client.close()

    async def _head(self) -> Head:
        now = time.monotonic()
        if self._remembered is None or now - self._remembered[1] > HEAD_SECONDS:
            self._remembered = (await read_head(self.database, grace=LAG_SECONDS), now)
        return self._remembered[0]

    async def _worded(self, index: str, hits: Sequence[Json], text: str) -> list[Hit]:
        """Hits with what shows the words in the texts as they are to be read."""
        found = [Match(UUID(hit["document_id"]), hit["lang"], hit["seq"], hit["shown"]) for hit in hits]
        misread = partial(self._taken_for, index, text, [hit["document_id"] for hit in hits])
        return await worded(self.database, found, text, await self.words.folded(), misread)

    async def _taken_for(self, index: str, text: str, documents: Sequence[str], unseen: Sequence[str]) -> list[Phrase]:
        """What the engine took words for that stand in no text: it allows for a letter in those of five and more.

        To let it mark the words of every answer took a tenth of a search.
        """
        long = [word for word in unseen if len(word) >= LONG and not word.isdigit()]
        if not long:
            return []
        async with self.database.read() as connection:
            known = await vocabulary(connection, long)
        if all(map(known.known, long)):
            return []
        (answer,) = await self.client.multi_search([taken_query(index, text, documents)])
        return taken(answer["hits"])


def _whole(stored: Json, head: Head) -> Marker:
    marker = Marker.read(stored)
    if marker is None or not marker.serves(head.epoch):
        raise EngineUnavailable("the index is not whole, or not this database's")
    if marker.applied < head.settled:
        raise EngineUnavailable("the index is behind the log")
    return marker


def all_marked_first(hits: Sequence[Json], typed: Sequence[str], held: int) -> list[Json] | None:
    """A first page with the hits in front that have all marks typed; None where it lacks some of the `held` ones."""
    same = [all(f" {word} " in f" {hit['marks']} " for word in typed) for hit in hits]
    if sum(same) < held:
        return None
    return [hit for hit, has in zip(hits, same, strict=True) if has] + [
        hit for hit, has in zip(hits, same, strict=True) if not has
    ]


def _each_once(hits: Sequence[Json]) -> list[Json]:
    """The first hit of each document: two languages of one may come from the two queries."""
    first: dict[str, Json] = {}
    for hit in hits:
        first.setdefault(hit["document_id"], hit)
    return list(first.values())


def _named_hit(hit: Json) -> Hit:
    """A document that was named by its number, which is marked."""
    _, title, number = map(html.escape, hit["shown"])
    marked = f"<mark>{number}</mark> " if number else ""
    return Hit(UUID(hit["document_id"]), hit["lang"], hit["seq"], f"{marked}{title}")


def _facets(answers: Sequence[Json]) -> dict[str, dict[str, int]]:
    """Facet counts by the API's names; those of the number and of the words concern different documents."""
    found: dict[str, dict[str, int]] = {}
    for name, member in FACETS.items():
        counts = found.setdefault(name, {})
        for answer in answers:
            for value, count in (answer.get("facetDistribution") or {}).get(member, {}).items():
                counts[value] = counts.get(value, 0) + count
    return found
