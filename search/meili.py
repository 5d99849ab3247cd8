"""Searching in Meilisearch: one HTTP request for the words, the number they may be, and the marker of the index.

The marker is asked in the same request: an index that is foreign, half built or lost can so never answer for ours.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from hub.db import Database
from hub.searching.port import MAX_HITS, EngineUnavailable, Found, Hit, SearchQuery
from hub.text import clean, fold
from search.client import EngineClient, quoted
from search.highlight import END, START, WORDS, best, marked_stretch, pattern, safe, stretch
from search.intent import has_words, number_keys
from search.marker import MARKER, MARKER_FIELDS, Marker, index_name
from search.settings import FACETS
from search.views import Head, read_head, shown_texts

Json = dict[str, Any]

HEAD_SECONDS = 1.0
"""How long the log's head is remembered."""

LAG_SECONDS = 3.0
"""An index that lacks something public for longer than this does not answer: Postgres is never behind."""

LONGEST_QUERY = 1_000
"""Characters of a query that are looked at."""

_SHORT = ("title", "summary", "numbers")
"""What the engine itself marks."""


class MeiliSearch:
    """The port's `SearchIndex` over Meilisearch. Raises `EngineUnavailable` whenever it cannot answer truthfully."""

    name = "meilisearch"

    def __init__(self, client: EngineClient, database: Database, prefix: str):
        self.client = client
        self.database = database
        self.prefix = prefix
        self._remembered: tuple[Head, float] | None = None

    async def search(self, query: SearchQuery) -> Found:
        head = await self._head()
        index = index_name(self.prefix, head.epoch)
        text = clean(query.text)[:LONGEST_QUERY]
        asked = [_marker_query(index)]
        if not has_words(text):
            (answer,) = await self.client.multi_search(asked)
            return Found(self.name, (), 0, generation=_whole(answer, head).generation)
        keys = number_keys(text)
        if keys:
            asked.append(_number_query(index, query, keys))
        # Deeper pages of a number need to know first how many documents bear it: the one case of two requests.
        if not keys or not query.offset:
            asked.append(_words_query(index, query, text, keys, query.offset))
        answers = await self.client.multi_search(asked)
        marker = _whole(answers[0], head)
        numbered = answers[1]["hits"] if keys else []
        if keys and query.offset:
            offset = max(0, query.offset - len(numbered))
            answers += await self.client.multi_search([_words_query(index, query, text, keys, offset)])
        worded = _each_once([*numbered, *answers[-1]["hits"]])[len(numbered) :]
        page = numbered[query.offset :]
        hits = [_hit(hit, _number_stretch(hit)) for hit in page]
        hits += await self._highlighted(worded[: query.limit - len(page)], text)
        total = sum(answer["estimatedTotalHits"] for answer in answers[1:])
        return Found(self.name, tuple(hits), min(total, MAX_HITS), _facets(answers[1:]), marker.generation)

    async def engine(self) -> str:
        """`meilisearch` when it would answer now, else `none`."""
        try:
            head = await self._head()
            (answer,) = await self.client.multi_search([_marker_query(index_name(self.prefix, head.epoch))])
            _whole(answer, head)
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

    async def _highlighted(self, found: Sequence[Json], text: str) -> list[Hit]:
        """Hits with the best of what the engine marked (short members) and of the live text, read where needed.

        Letting the engine mark and crop whole texts made searches 25 times slower.
        """
        wanted = pattern(text)
        short = [[marked_stretch(formatted) for formatted in _short_texts(hit)] for hit in found]
        words = len(set(fold(text).split()))
        unclear = [
            (UUID(hit["document_id"]), hit["lang"], hit["seq"])
            for hit, stretches in zip(found, short, strict=True)
            if all(one.words < words for one in stretches)
        ]
        texts = await shown_texts(self.database, unclear) if unclear and wanted else {}
        return [
            _hit(hit, best([stretch(texts.get(UUID(hit["document_id"])), wanted) if wanted else None, *stretches]))
            for hit, stretches in zip(found, short, strict=True)
        ]


def _marker_query(index: str) -> Json:
    return {
        "indexUid": index,
        "q": "",
        "filter": f"id = {MARKER}",
        "limit": 1,
        "attributesToRetrieve": list(MARKER_FIELDS),
    }


def _whole(answer: Mapping[str, Any], head: Head) -> Marker:
    marker = Marker.read(answer["hits"][0]) if answer["hits"] else None
    if marker is None or not marker.serves(head.epoch):
        raise EngineUnavailable("the index is not whole, or not this database's")
    if marker.applied < head.settled:
        raise EngineUnavailable("the index is behind the log")
    return marker


def _filters(query: SearchQuery) -> list[str]:
    # The marker document has no language, so it is never among the hits.
    return ["lang EXISTS", *([f"kind = {quoted(query.kind)}"] if query.kind else [])]


def _number_query(index: str, query: SearchQuery, keys: Sequence[str]) -> Json:
    """Documents with exactly this number, the newest first: administrative numbers repeat every year."""
    return {
        "indexUid": index,
        "q": "",
        "filter": [*_filters(query), _one_of("number_key", keys)],
        "sort": [f"in.{query.lang}:desc", "issued_on:desc"],
        "limit": min(query.offset + query.limit, MAX_HITS),
        "attributesToRetrieve": ["document_id", "lang", "seq", "numbers", "title"],
        "facets": list(FACETS.values()),
    }


def _words_query(index: str, query: SearchQuery, text: str, without: Sequence[str], offset: int) -> Json:
    return {
        "indexUid": index,
        "q": text,
        "filter": [*_filters(query), *([f"NOT {_one_of('number_key', without)}"] if without else [])],
        "sort": [f"in.{query.lang}:desc"],
        "offset": offset,
        "limit": query.limit,
        "attributesToRetrieve": ["document_id", "lang", "seq"],
        "attributesToHighlight": list(_SHORT),
        "attributesToCrop": ["summary"],
        "cropLength": WORDS,
        "highlightPreTag": START,
        "highlightPostTag": END,
        "facets": list(FACETS.values()),
    }


def _one_of(member: str, values: Sequence[str]) -> str:
    return f"{member} IN [{', '.join(quoted(value) for value in values)}]"


def _each_once(hits: Sequence[Json]) -> list[Json]:
    """The first hit of each document: two languages of one may come from the two queries."""
    first: dict[str, Json] = {}
    for hit in hits:
        first.setdefault(hit["document_id"], hit)
    return list(first.values())


def _number_stretch(hit: Json) -> str:
    return safe(f"{START}{(hit['numbers'] or [''])[0]}{END} {hit['title']}")


def _short_texts(hit: Json) -> list[str]:
    formatted = hit["_formatted"]
    return [formatted["summary"], formatted["title"], *formatted["numbers"][:1]]


def _hit(hit: Json, highlight: str | None) -> Hit:
    return Hit(UUID(hit["document_id"]), hit["lang"], hit["seq"], highlight)


def _facets(answers: Sequence[Json]) -> dict[str, dict[str, int]]:
    """Facet counts by the API's names; those of the number and of the words concern different documents."""
    found: dict[str, dict[str, int]] = {}
    for name, member in FACETS.items():
        counts = found.setdefault(name, {})
        for answer in answers:
            for value, count in (answer.get("facetDistribution") or {}).get(member, {}).items():
                counts[value] = counts.get(value, 0) + count
    return found
