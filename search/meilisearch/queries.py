"""The queries that are sent to Meilisearch, one function for each kind. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from hub.search.port import MAX_HITS, SearchQuery
from hub.text import fold
from search.filters import FACETS, in_filter, meili_filters, quote
from search.intent import Intent
from search.meilisearch.settings import replace_signs
from search.text.highlight import Phrase
from search.text.phrases import without_operators
from search.text.syllables import plain_syllable, syllables
from search.text.tsquery import tokenize

Json = dict[str, Any]

HIGHLIGHT_START, HIGHLIGHT_END = "\ue000", "\ue001"
"""Private-use characters around the words that the engine highlights."""

_HIGHLIGHTED = re.compile(f"{HIGHLIGHT_START}([^{HIGHLIGHT_START}{HIGHLIGHT_END}]*+){HIGHLIGHT_END}")

MAX_LAWS = 3
"""Documents that the name of a law and its year may mean."""


def view_filters(query: SearchQuery) -> list[str]:
    # The marker document has no language, so it is never among the hits.
    return ["lang EXISTS", *meili_filters(query)]


def facet_members(query: SearchQuery) -> Json:
    """Return the part of a query that has facets counted, which costs a third of a search."""
    return {"facets": list(FACETS.values())} if query.facets else {}


def reference_filter(intent: Intent) -> str | None:
    """Build the filter for the documents that a number or a citation names; None for a law, which is named by words."""
    parts = [in_filter("number_key", intent.keys)] if intent.keys else []
    if (citation := intent.citation) is not None:
        stem = f"{citation.serial}.{citation.year}" if citation.year else citation.serial
        parts.append(f"(number_parts = {quote(stem)} AND {in_filter('type', citation.types)})")
    return " OR ".join(parts) or None


def reference_query(index: str, query: SearchQuery, intent: Intent) -> Json:
    """Build the query for documents with exactly this number, newest first: administrative numbers repeat each year."""
    found: Json = {
        "indexUid": index,
        "q": "",
        "filter": [*view_filters(query), *([chosen] if (chosen := reference_filter(intent)) else [])],
        "sort": [f"in.{query.lang}:desc", "issued_on:desc"],
        "limit": min(query.offset + query.limit, MAX_HITS),
        "attributesToRetrieve": ["document_id", "lang", "seq", "shown"],
        **facet_members(query),
    }
    if intent.law is not None:
        found |= {
            "q": replace_signs(without_operators(intent.law.name)),
            "filter": [*view_filters(query), f"year = {intent.law.year}"],
            "attributesToSearchOn": ["title", "names"],
            "matchingStrategy": "all",
            "sort": [f"in.{query.lang}:desc"],
            "limit": MAX_LAWS,
        }
    return found


def keyword_query(index: str, query: SearchQuery, text: str, extra_filters: Sequence[str] = (), *, offset: int) -> Json:
    return {
        "indexUid": index,
        "q": replace_signs(without_operators(text)),
        "filter": [*view_filters(query), *extra_filters],
        "sort": [f"in.{query.lang}:desc"],
        "offset": offset,
        "limit": query.limit,
        "attributesToRetrieve": ["document_id", "lang", "seq", "shown"],
        **facet_members(query),
    }


def typo_query(index: str, text: str, documents: Sequence[str]) -> Json:
    """Build the query that highlights in the titles and summaries of these documents the matches by typo."""
    return {
        "indexUid": index,
        "q": replace_signs(without_operators(text)),
        "filter": ["lang EXISTS", in_filter("document_id", documents)],
        "limit": len(documents),
        "attributesToRetrieve": ["title", "summary"],
        "attributesToHighlight": ["title", "summary"],
        "highlightPreTag": HIGHLIGHT_START,
        "highlightPostTag": HIGHLIGHT_END,
    }


def typo_phrases(hits: Sequence[Json]) -> list[Phrase]:
    """Extract the words that the engine highlighted in these hits, folded."""
    words = (word for hit in hits for text in hit["_formatted"].values() for word in _HIGHLIGHTED.findall(text))
    return list(dict.fromkeys(tuple(tokenize(fold(word))) for word in words))


def diacritic_syllables(text: str) -> list[str]:
    """Return the syllables that were typed with diacritics."""
    return list(dict.fromkeys(word for word in syllables(text) if plain_syllable(word) != word))


def diacritic_filters(typed: Sequence[str]) -> list[str]:
    """Build filters for views that hold these syllables."""
    return [f"marked = {quote(word)}" for word in typed]
