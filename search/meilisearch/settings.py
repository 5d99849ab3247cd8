"""The settings of the Meilisearch index: as code, and the synonyms, which are data (`search.text.synonyms`).

The fingerprint of the settings is stored in the index's marker document and shows when to apply them again.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from hub.search.port import MAX_HITS
from hub.text import fold
from search.filters import FACETS
from search.text.synonyms import SynonymMap

SEARCHABLE = ("numbers", "title", "summary", "names", "body")
"""In order of weight. `names` has those of issuers, agencies, people, topics and places."""

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
    "seq",
    "high_impact",
    "channels",
    "priority",
    "consultation",
    "in_force",
    "issued_on",
    "effective_on",
    "expires_on",
    "opens_at",
    "closes_at",
    "published_at",
)

SORTABLE = ("in", "issued_on", "published_at", "modified_at", "closes_at", "document_id")
"""`in` holds `{language: 1}`: sorting by it prefers views of one language without hiding the others. Orders by date end
with `document_id`."""

# Words and typos come before the language, so that a poor match in the requested language is not ranked above a good
# one in another; of two equally good views of one document, the one in the requested language is kept. Of two equally
# good documents the newest comes first.
RANKING = ("words", "typo", "sort", "proximity", "attribute", "exactness", "published_at:desc")

DISPLAYED = (
    *("id", "document_id", "lang", "seq", "shown", "title", "summary", "marks", "issued_on", "published_at"),
    "closes_at",
    *FACETS.values(),
    *("whole", "epoch", "shape", "settings", "generation", "applied", "hash"),
)
"""Members that answers may hold, including those of the marker document. The engine unpacks all of these for each hit,
even those that were not requested: with whole texts among them a search took a fifth longer."""

INDEX_SETTINGS: dict[str, Any] = {
    "searchableAttributes": list(SEARCHABLE),
    "displayedAttributes": list(DISPLAYED),
    "filterableAttributes": list(FILTERABLE),
    "sortableAttributes": list(SORTABLE),
    "rankingRules": list(RANKING),
    "distinctAttribute": "document_id",
    # A number with one different digit is another document. The word lengths for typos are the engine's default: one
    # letter from five on, two from nine on. Nearly all syllables are shorter, and similar to each other; longer words
    # are mostly typed in one piece or foreign.
    "typoTolerance": {"enabled": True, "disableOnNumbers": True, "disableOnAttributes": ["numbers"]},
    "pagination": {"maxTotalHits": MAX_HITS},
    "faceting": {"maxValuesPerFacet": 100, "sortFacetValuesBy": {"*": "count"}},
    "searchCutoffMs": 1_000,
}


_SIGNS = str.maketrans(dict.fromkeys("<>&=+|~", " "))


def replace_signs(text: str) -> str:
    """Replace by spaces the signs in a text or query that the engine takes for letters.

    `BNN&PTNT` is two words, and so is `<b>policy</b>`. The engine has a setting for that (`separatorTokens`), and then
    rebuilds its rules for each query, which took two of its fourteen milliseconds.
    """
    return text.translate(_SIGNS)


def settings_fingerprint(settings: dict[str, Any] = INDEX_SETTINGS) -> str:
    """Compute sixteen hex digits that change when a setting does."""
    return sha256(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def synonym_setting(synonyms: SynonymMap) -> dict[str, list[str]]:
    """Convert synonyms to the engine's setting: each term with diacritics and without."""
    setting: dict[str, list[str]] = {}
    for term, others in synonyms.items():
        for key in dict.fromkeys(replace_signs(one) for one in (term, fold(term))):
            setting.setdefault(key, [])
            setting[key] += [text for other in others if (text := replace_signs(other)) not in setting[key]]
    return setting


def synonym_digest(synonyms: Mapping[str, Sequence[str]]) -> str:
    """Compute a digest that changes when the synonyms do."""
    return sha256(orjson.dumps(synonyms, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
