"""The questions that are put to Meilisearch: pure, one function for each kind."""

from collections.abc import Sequence
from typing import Any

from hub.searching.port import MAX_HITS, SearchQuery
from search.client import quoted
from search.filters import meili_filters, one_of
from search.highlight import END, START, WORDS
from search.intent import Intent
from search.settings import FACETS
from search.terms import bare, syllables

Json = dict[str, Any]

LAWS = 3
"""Documents that the name of a law and its year may mean."""

SHORT = ("title", "summary", "numbers")
"""What the engine itself marks."""


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
        "attributesToRetrieve": ["document_id", "lang", "seq", "numbers", "title"],
        "facets": list(FACETS.values()),
    }
    if intent.law is not None:
        asked |= {
            "q": intent.law.name,
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
        "q": text,
        "filter": [*filters(query), *beside],
        "sort": [f"in.{query.lang}:desc"],
        "offset": offset,
        "limit": query.limit,
        "attributesToRetrieve": ["document_id", "lang", "seq"],
        "attributesToHighlight": list(SHORT),
        "attributesToCrop": ["summary"],
        "cropLength": WORDS,
        "highlightPreTag": START,
        "highlightPostTag": END,
        "facets": list(FACETS.values()),
    }


def marks(text: str) -> list[str]:
    """The syllables that were typed with marks."""
    return list(dict.fromkeys(word for word in syllables(text) if bare(word) != word))


def marks_filters(typed: Sequence[str]) -> list[str]:
    """Filters for views that hold these syllables."""
    return [f"marked = {quoted(word)}" for word in typed]
