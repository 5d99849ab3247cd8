"""The questions that are put to Meilisearch: pure, one function for each kind."""

import re
from collections.abc import Sequence
from typing import Any

from hub.search.port import MAX_HITS, SearchQuery
from hub.text import fold
from search.filters import meili_filters, one_of
from search.intent import Intent
from search.meilisearch.client import quoted
from search.meilisearch.settings import FACETS, searchable
from search.postgres.tsquery import terms
from search.ranking.vocabulary import bare, syllables
from search.text.highlight import Phrase

Json = dict[str, Any]

START, END = "\ue000", "\ue001"
"""Private-use characters around what the engine marks."""

_MARKED = re.compile(f"{START}([^{END}]*){END}")

LAWS = 3
"""Documents that the name of a law and its year may mean."""


def filters(query: SearchQuery) -> list[str]:
    # The marker document has no language, so it is never among the hits.
    return ["lang EXISTS", *meili_filters(query)]


def names_filter(intent: Intent) -> str | None:
    """The filter of what a number or a citation names; None for a law, which is named by words."""
    parts = [one_of("number_key", intent.keys)] if intent.keys else []
    if (cited := intent.citation) is not None:
        stem = f"{cited.serial}.{cited.year}" if cited.year else cited.serial
        parts.append(f"(number_parts = {quoted(stem)} AND {one_of('type', cited.types)})")
    return " OR ".join(parts) or None


def named_query(index: str, query: SearchQuery, intent: Intent) -> Json:
    """Documents with exactly this number, the newest first: administrative numbers repeat every year."""
    asked: Json = {
        "indexUid": index,
        "q": "",
        "filter": [*filters(query), *([chosen] if (chosen := names_filter(intent)) else [])],
        "sort": [f"in.{query.lang}:desc", "issued_on:desc"],
        "limit": min(query.offset + query.limit, MAX_HITS),
        "attributesToRetrieve": ["document_id", "lang", "seq", "shown"],
        "facets": list(FACETS.values()),
    }
    if intent.law is not None:
        asked |= {
            "q": searchable(intent.law.name),
            "filter": [*filters(query), f"year = {intent.law.year}"],
            "attributesToSearchOn": ["title", "names"],
            "matchingStrategy": "all",
            "sort": [f"in.{query.lang}:desc"],
            "limit": LAWS,
        }
    return asked


def words_query(index: str, query: SearchQuery, text: str, beside: Sequence[str] = (), *, offset: int) -> Json:
    return {
        "indexUid": index,
        "q": searchable(text),
        "filter": [*filters(query), *beside],
        "sort": [f"in.{query.lang}:desc"],
        "offset": offset,
        "limit": query.limit,
        "attributesToRetrieve": ["document_id", "lang", "seq", "shown"],
        "facets": list(FACETS.values()),
    }


def taken_query(index: str, text: str, documents: Sequence[str]) -> Json:
    """What the engine took the words for in the titles and summaries of these documents: it marks them."""
    return {
        "indexUid": index,
        "q": searchable(text),
        "filter": ["lang EXISTS", one_of("document_id", documents)],
        "limit": len(documents),
        "attributesToRetrieve": ["title", "summary"],
        "attributesToHighlight": ["title", "summary"],
        "highlightPreTag": START,
        "highlightPostTag": END,
    }


def taken(hits: Sequence[Json]) -> list[Phrase]:
    """The words that the engine marked in these hits, folded."""
    marked = (word for hit in hits for text in hit["_formatted"].values() for word in _MARKED.findall(text))
    return list(dict.fromkeys(tuple(terms(fold(word))) for word in marked))


def marks(text: str) -> list[str]:
    """The syllables that were typed with marks."""
    return list(dict.fromkeys(word for word in syllables(text) if bare(word) != word))


def marks_filters(typed: Sequence[str]) -> list[str]:
    """Filters for views that hold these syllables."""
    return [f"marked = {quoted(word)}" for word in typed]
