"""The index's settings as code. Their fingerprint stands in the index's marker and tells when to set them again."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson

from hub.searching.port import MAX_HITS

FACETS = {"kind": "kind", "agency": "agency", "topic": "topics", "type": "type", "year": "year"}
"""Facets by the name that the API's filters have, with the member of the indexed documents."""

SEARCHABLE = ("numbers", "title", "summary", "names", "body")
"""In order of weight. `names` are those of issuers, agencies, signers, topics and places."""

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
    "high_impact",
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

# A seed: written both ways in real texts. Whoever types one means the other.
_SAME = (
    ("ubnd", "ủy ban nhân dân"),
    ("hđnd", "hội đồng nhân dân"),
    ("ubmttq", "ủy ban mặt trận tổ quốc"),
    ("tthc", "thủ tục hành chính"),
    ("bhyt", "bảo hiểm y tế"),
    ("bhxh", "bảo hiểm xã hội"),
    ("cbccvc", "cán bộ công chức viên chức"),
    ("ttđt", "thông tin điện tử"),
    ("pccc", "phòng cháy chữa cháy"),
    ("vbqppl", "văn bản quy phạm pháp luật"),
)


def synonyms(pairs: Sequence[tuple[str, str]] = _SAME) -> dict[str, list[str]]:
    """Pairs as the engine takes them, each way."""
    both: dict[str, list[str]] = {}
    for one, other in pairs:
        both.setdefault(one, []).append(other)
        both.setdefault(other, []).append(one)
    return both


INDEX_SETTINGS: dict[str, Any] = {
    "searchableAttributes": list(SEARCHABLE),
    "filterableAttributes": list(FILTERABLE),
    "sortableAttributes": list(SORTABLE),
    "rankingRules": list(RANKING),
    "distinctAttribute": "document_id",
    # A number with one other digit is another document.
    "typoTolerance": {"enabled": True, "disableOnNumbers": True, "disableOnAttributes": ["numbers"]},
    # Without these, `<b>policy</b>` or `BNN&PTNT` is taken for one word.
    "separatorTokens": ["<", ">", "&", "=", "+", "|", "~"],
    "synonyms": synonyms(),
    "pagination": {"maxTotalHits": MAX_HITS},
    "faceting": {"maxValuesPerFacet": 100, "sortFacetValuesBy": {"*": "count"}},
    "searchCutoffMs": 1_000,
}


def fingerprint(settings: dict[str, Any] = INDEX_SETTINGS) -> str:
    """Sixteen hex digits that change when a setting does."""
    return sha256(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
