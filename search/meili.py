"""Searching in Meilisearch: one HTTP request for the words, the number they may be, and the marker of the index.

The marker is asked in the same request: an index that is foreign, half built or lost can so never answer for ours.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from hub.db import Database
from hub.searching.port import MAX_HITS, EngineUnavailable, Found, Hit, SearchQuery
from hub.text import clean
from search.client import EngineClient, quoted
from search.highlight import END, START, WORDS, safe
from search.intent import has_words, number_keys
from search.marker import MARKER, MARKER_FIELDS, Marker, index_name
from search.settings import FACETS
from search.views import read_head

Json = dict[str, Any]

EPOCH_SECONDS = 60.0
"""How long the database's epoch is remembered; it changes only when a backup is restored."""

LONGEST_QUERY = 1_000
"""Characters of a query that are looked at."""

_SHOWN = ("summary", "body", "title", "numbers")
"""What a highlight may come from; of those with equally many matches, the first."""


class MeiliSearch:
    """The port's `SearchIndex` over Meilisearch. Raises `EngineUnavailable` whenever it cannot answer truthfully."""

    name = "meilisearch"

    def __init__(self, client: EngineClient, database: Database, prefix: str):
        self.client = client
        self.database = database
        self.prefix = prefix
        self._epoch: tuple[UUID, float] | None = None

    async def search(self, query: SearchQuery) -> Found:
        epoch = await self._current_epoch()
        index = index_name(self.prefix, epoch)
        text = clean(query.text)[:LONGEST_QUERY]
        keys = number_keys(text) if has_words(text) else []
        asked = [_marker_query(index)]
        if not has_words(text):
            (answer,) = await self.client.multi_search(asked)
            return Found(self.name, (), 0, generation=_whole(answer, epoch).generation)
        if keys:
            asked.append(_number_query(index, query, keys))
        # Deeper pages of a number need to know first how many documents bear it: the one case of two requests.
        if not keys or not query.offset:
            asked.append(_words_query(index, query, text, keys, query.offset, query.limit))
        answers = await self.client.multi_search(asked)
        marker = _whole(answers[0], epoch)
        numbered = answers[1]["hits"] if keys else []
        if keys and query.offset:
            offset = max(0, query.offset - len(numbered))
            answers += await self.client.multi_search([_words_query(index, query, text, keys, offset, query.limit)])
        worded = answers[-1]
        hits = [_numbered(hit) for hit in numbered[query.offset :]] + [_worded(hit) for hit in worded["hits"]]
        total = worded["estimatedTotalHits"] + (answers[1]["estimatedTotalHits"] if keys else 0)
        return Found(
            self.name,
            _each_once(hits)[: query.limit],
            min(total, MAX_HITS),
            _facets(answers[1:]),
            marker.generation,
        )

    async def engine(self) -> str:
        """`meilisearch` when it would answer now; also after a failure nothing is asked for a moment (see Breaker)."""
        try:
            epoch = await self._current_epoch()
            (answer,) = await self.client.multi_search([_marker_query(index_name(self.prefix, epoch))])
            _whole(answer, epoch)
        except EngineUnavailable:
            return "none"
        return self.name

    def close(self) -> None:
        """Let go of the client's threads."""
        self.client.close()

    async def _current_epoch(self) -> UUID:
        now = time.monotonic()
        if self._epoch is None or now - self._epoch[1] > EPOCH_SECONDS:
            epoch, _ = await read_head(self.database)
            self._epoch = (epoch, now)
        return self._epoch[0]


def _marker_query(index: str) -> Json:
    return {
        "indexUid": index,
        "q": "",
        "filter": f"id = {MARKER}",
        "limit": 1,
        "attributesToRetrieve": list(MARKER_FIELDS),
    }


def _whole(answer: Mapping[str, Any], epoch: UUID) -> Marker:
    marker = Marker.read(answer["hits"][0]) if answer["hits"] else None
    if marker is None or not marker.serves(epoch):
        raise EngineUnavailable("the index is not whole, or not this database's")
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


def _words_query(index: str, query: SearchQuery, text: str, without: Sequence[str], offset: int, limit: int) -> Json:
    return {
        "indexUid": index,
        "q": text,
        "filter": [*_filters(query), *([f"NOT {_one_of('number_key', without)}"] if without else [])],
        "sort": [f"in.{query.lang}:desc"],
        "offset": offset,
        "limit": limit,
        "attributesToRetrieve": ["document_id", "lang", "seq"],
        "attributesToHighlight": list(_SHOWN),
        "attributesToCrop": ["summary", "body"],
        "cropLength": WORDS,
        "highlightPreTag": START,
        "highlightPostTag": END,
        "facets": list(FACETS.values()),
    }


def _one_of(member: str, values: Sequence[str]) -> str:
    return f"{member} IN [{', '.join(quoted(value) for value in values)}]"


def _each_once(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The first hit of each document: two languages of one may come from the two queries."""
    first: dict[UUID, Hit] = {}
    for hit in hits:
        first.setdefault(hit.document_id, hit)
    return tuple(first.values())


def _numbered(hit: Json) -> Hit:
    number = (hit["numbers"] or [""])[0]
    return _hit(hit, safe(f"{START}{number}{END} {hit['title']}"))


def _worded(hit: Json) -> Hit:
    formatted = hit["_formatted"]
    texts = [formatted[member] for member in _SHOWN if member != "numbers"] + formatted["numbers"][:1]
    best = max(texts, key=lambda text: text.count(START))
    return _hit(hit, safe(" ".join(best.split())) if START in best else None)


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
