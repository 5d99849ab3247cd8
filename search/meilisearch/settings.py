"""The index's settings as code, but for the synonyms, which are data (`search.text.synonyms`).

Their fingerprint stands in the index's marker and tells when to set them again.
"""

from hashlib import sha256
from typing import Any

import orjson

from hub.search.port import MAX_HITS

FACETS = {
    "kind": "kind",
    "agency": "agency",
    "issuer": "issuers",
    "topic": "topics",
    "type": "type",
    "place": "places",
    "year": "year",
    "high_impact": "high_impact",
    "consultation": "consultation",
    "in_force_on": "in_force",
}
"""Facets by the name that the API's filters have, with the member of the indexed documents."""

SEARCHABLE = ("numbers", "title", "summary", "names", "context", "heading", "body", "passage")
"""In order of weight. `names` are those of issuers, agencies, people, topics and places; passages have the rest."""

FILTERABLE = (
    "id",
    "document_id",
    "lang",
    "kind",
    "agency",
    "issuers",
    "topics",
    "places",
    "type",
    "year",
    "number_key",
    "number_parts",
    "marked",
    "of",
    "of_view",
    "seq",
    "high_impact",
    "consultation",
    "in_force",
    "issued_on",
    "effective_on",
    "expires_on",
    "opens_on",
    "closes_on",
)

SORTABLE = ("in", "issued_on", "published_at", "modified_at")
"""`in` holds `{language: 1}`: sorting by it prefers views of one language without hiding the others."""

# Words, typos and closeness come before the language, so that a poor match in the asked language does not stand
# before a good one in another; of two equally good views of one document the asked language's is kept.
RANKING = ("words", "typo", "sort", "proximity", "attribute", "exactness")

DISPLAYED = (
    *("id", "document_id", "lang", "seq", "shown", "title", "summary", "marks", "issued_on", "published_at"),
    *("of", "of_lang", "ref", "label", "context", "heading", "passage"),
    *FACETS.values(),
    *("whole", "epoch", "shape", "settings", "generation", "applied"),
)
"""What answers may hold, the marker's members among it. The engine unpacks all of these for each hit, also those that
nobody asked for: with whole texts among them a search took a fifth longer."""

INDEX_SETTINGS: dict[str, Any] = {
    "searchableAttributes": list(SEARCHABLE),
    "displayedAttributes": list(DISPLAYED),
    "filterableAttributes": list(FILTERABLE),
    "sortableAttributes": list(SORTABLE),
    "rankingRules": list(RANKING),
    "distinctAttribute": "document_id",
    # A number with one other digit is another document. How long a word must be to differ is the engine's default: one
    # letter from five on, two from nine on. Nearly all syllables are shorter, and close to each other; what is longer
    # is mostly typed in one piece or foreign.
    "typoTolerance": {"enabled": True, "disableOnNumbers": True, "disableOnAttributes": ["numbers"]},
    "pagination": {"maxTotalHits": MAX_HITS},
    "faceting": {"maxValuesPerFacet": 100, "sortFacetValuesBy": {"*": "count"}},
    "searchCutoffMs": 1_000,
}


_SIGNS = str.maketrans(dict.fromkeys("<>&=+|~", " "))


def replace_signs(text: str) -> str:
    """A text, or a query, as the engine looks at it: signs that it takes for letters are gaps.

    `BNN&PTNT` is two words, and so is `<b>policy</b>`. The engine can be told (`separatorTokens`), and then makes its
    rules anew for each query, which took two of its fourteen milliseconds.
    """
    return text.translate(_SIGNS)


def settings_fingerprint(settings: dict[str, Any] = INDEX_SETTINGS) -> str:
    """Sixteen hex digits that change when a setting does."""
    return sha256(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
